/** Where browsers register the key of a device, and where they use it. */
export const devicePaths = { register: '/bff/device/register', refresh: '/bff/device/refresh' } as const

/**
 * What browsers ask for without having used the key: none of it looks at a session. A path that ends in `/` stands for all
 * below it. The names of files have to be here too: pages are everything else.
 */
export const unboundPaths = [
  '/build/',
  '/favicon.svg',
  '/favicon.ico',
  '/robots.txt',
  '/words/',
  '/.well-known/',
  '/bff/device/',
  '/bff/csp-report',
  '/bff/backchannel-logout/',
  '/healthz',
  '/readyz',
  '/metrics',
] as const
