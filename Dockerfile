# egresslock on Debian with Node, and what the sandbox is made with; tests and their engines stay outside.
# Run as the README's "In a container" says: the container must be allowed to make namespaces.
FROM node:24-bookworm
RUN apt-get update -q \
  && apt-get install -y -q --no-install-recommends util-linux mount iproute2 make g++ python3 git \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /opt/egresslock
COPY . .
RUN npm ci --no-audit --no-fund && npm run --silent build && npm prune --omit=dev --no-audit --no-fund && npm link
WORKDIR /work
ENTRYPOINT ["egresslock"]
CMD ["doctor"]
