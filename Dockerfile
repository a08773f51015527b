# Builds two images: `dispatcher` (the default) and `demo-worker`.
FROM node:24-bookworm-slim AS build
WORKDIR /baton
COPY package.json package-lock.json tsconfig.base.json ./
COPY proto proto
COPY server server
COPY worker-sdk worker-sdk
# A workspace: npm ci wants its manifest, and installs nothing of it for production.
COPY bench/package.json bench/
RUN npm ci --no-audit --no-fund && npm run build && npm prune --omit=dev --no-audit --no-fund

FROM node:24-bookworm-slim AS runtime
WORKDIR /baton
ENV NODE_ENV=production
COPY --from=build --chown=node:node /baton ./
USER node

FROM runtime AS demo-worker
COPY --chown=node:node demo demo
CMD ["node", "--import", "./demo/tracing.ts", "demo/worker.ts"]

FROM runtime AS dispatcher
# Inside a container every address is remote; publish the port on loopback, or put TLS in front.
ENV BATON_LISTEN=0.0.0.0:7400 BATON_INSECURE_ALLOW_REMOTE=on
EXPOSE 7400
HEALTHCHECK --interval=5s --timeout=4s --start-period=10s CMD ["node", "server/dist/main.js", "health"]
CMD ["node", "server/dist/main.js", "serve"]
