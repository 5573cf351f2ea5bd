/** @type {import('@remix-run/dev').AppConfig} */
export default {
  // The server entry opens the request scope before anything else runs and refuses an unguarded route.
  server: 'app/server.ts',
  serverBuildPath: 'build/index.js',
  serverModuleFormat: 'esm',
  // Hundreds of small files otherwise: finding and reading them one by one is most of the start. Only what is written as
  // ES modules: `require` of what Node brings along does not work within a bundle of those.
  serverDependenciesToBundle: [
    ...[/^drizzle-orm/, /^@simplewebauthn\/browser/, /^@conform-to/, /^zod/, /^jose/, /^hono/, /^ipaddr\.js$/],
    ...[/^openid-client/, /^oauth4webapi/, /^otpauth/, /^uqr/],
  ],
  ignoredRouteFiles: ['**/.*'],
  // Unused here; each would load a compiler plugin at every build.
  tailwind: false,
  postcss: false,
  watchPaths: ['./db/**/*.ts'],
  dev: { manual: true, command: 'node app/cli/serve.js' },
  future: {
    v3_fetcherPersist: true,
    v3_relativeSplatPath: true,
    v3_throwAbortReason: true,
    v3_singleFetch: true,
    // Off: it would add an endpoint that tells anybody the list of routes.
    v3_lazyRouteDiscovery: false,
  },
}
