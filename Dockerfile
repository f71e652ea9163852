# The same steps as the README's commands, on Debian with Node.
# Run as the README's "In a container" says: the container must be allowed to make namespaces.
FROM node:20-bookworm
WORKDIR /opt/egresslock
COPY . .
RUN scripts/setup.sh && npm link
WORKDIR /work
ENTRYPOINT ["egresslock"]
CMD ["doctor"]
