# syntax=docker/dockerfile:1

# Any image with Debian's apt and Node 24: another tag, a digest, or a copy in a registry of your own.
ARG BASE=docker.io/library/node:24-bookworm-slim

FROM ${BASE} AS build
WORKDIR /src
RUN npm install --global pnpm@12.21.0
COPY . .
RUN pnpm install --frozen-lockfile \
 && pnpm exec turbo run build --filter=@agentmesh/server... --filter=@agentmesh/cli... \
 && pnpm --filter=@agentmesh/server deploy --prod --legacy /out/server \
 && pnpm --filter=@agentmesh/cli deploy --prod --legacy /out/cli \
 && chmod 755 /out/server/bin/agentmesh-server.js /out/cli/bin/agentmesh.js

FROM ${BASE}
# git is what the schemes git and github fetch with.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends ca-certificates git \
 && rm -rf /var/lib/apt/lists/* \
 && mkdir -p /data /opt/agentmesh/bin \
 && ln -s /opt/agentmesh/server/bin/agentmesh-server.js /opt/agentmesh/bin/agentmesh-server \
 && ln -s /opt/agentmesh/cli/bin/agentmesh.js /opt/agentmesh/bin/agentmesh \
 && chown 10001:10001 /data
COPY --from=build /out/server /opt/agentmesh/server
COPY --from=build /out/cli /opt/agentmesh/cli

# A number, so that a cluster can see that it is not root.
USER 10001:10001
WORKDIR /data
ENV PATH=/opt/agentmesh/bin:$PATH \
    HOME=/data \
    NODE_ENV=production \
    AGENTMESH_HOST=0.0.0.0 \
    AGENTMESH_DATA_DIR=/data
VOLUME /data
EXPOSE 8470
HEALTHCHECK --interval=30s --timeout=5s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.AGENTMESH_PORT || 8470) + '/readyz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["agentmesh-server"]
