# Cloakroom in a container: three stages, so that compilers, development packages and tests stay out of what runs.
#   docker build -t cloakroom .
#   docker run --read-only --tmpfs /tmp -v cloakroom:/data -p 3000:3000 --env-file production.env cloakroom
# Not built by our tests: where they run there is no Docker daemon. compose.yaml shows it behind a proxy, with PostgreSQL.

# Exactly this image. A tag can be moved: build with what your registry says of it,
#   docker buildx imagetools inspect node:24.21.0-slim --format '{{.Manifest.Digest}}'
#   docker build --build-arg NODE_IMAGE=node:24.21.0-slim@sha256:... -t cloakroom .
ARG NODE_IMAGE=node:24.21.0-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json ./
# Every package brings its binaries along: no install script needs to run.
RUN npm ci --ignore-scripts
COPY . .
RUN npx --no-install remix build && mkdir -m 0700 /data

FROM ${NODE_IMAGE} AS packages
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --omit=dev

FROM ${NODE_IMAGE}
WORKDIR /app
ENV NODE_ENV=production DATA_DIR=/data PORT=3000
# Everything belongs to root and is only read; /data alone is written, and only with SQLite.
COPY --from=packages /app/node_modules ./node_modules
COPY --from=build /app/package.json ./
COPY --from=build /app/build ./build
COPY --from=build /app/public ./public
COPY --from=build /app/migrations ./migrations
# What `npm run` runs (admin, keys, backup) are programs of their own, which Node reads as they are.
COPY --from=build /app/app ./app
COPY --from=build /app/db ./db
COPY --from=build --chown=node:node /data /data
USER node
VOLUME /data
EXPOSE 3000
# The process answers; whether it can serve is /readyz, for a balancer.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# SIGTERM: what is under way has eight of the ten seconds that `docker stop` allows.
# Its flags are those of `npm run serve`; docs/sizing.md tells what they do.
CMD ["node", "--max-semi-space-size=8", "--heap-growing-percent=25", "app/cli/serve.js"]
