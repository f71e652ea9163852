# The same steps as the README's commands, on Debian with Node.
# Run with: docker run --cap-add SYS_ADMIN --cap-add NET_ADMIN --security-opt apparmor=unconfined IMAGE run -- npm ci
FROM node:20-bookworm
WORKDIR /opt/egresslock
COPY . .
RUN scripts/setup.sh && npm link
WORKDIR /work
ENTRYPOINT ["egresslock"]
CMD ["doctor"]
