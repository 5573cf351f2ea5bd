/** Where browsers report what the policy stopped. */
export const cspReportPath = '/bff/csp-report'

export type HeaderOptions = {
  /** True when `APP_ORIGIN` is https: HSTS is sent and mixed content upgraded. */
  https: boolean
  /** Where the development server's live reload listens; nothing in production. */
  devOrigin?: string | undefined
  /** Origins beside our own that forms may lead to, as far as they are known. */
  listFormOrigins?: () => readonly string[]
}

/** Names and values that never change, and the Content-Security-Policy for a nonce. */
export type SecurityHeaders = { fixed: readonly (readonly [string, string])[]; policy: (nonce: string) => string }

/**
 * The security headers of every response, static files, redirects and errors included. The one place for them
 * (OWASP ASVS 5.0, V3.4). All but the nonce of the scripts (CSP Level 3, 6.7) is the same for each.
 */
export function createSecurityHeaders({
  https,
  devOrigin,
  listFormOrigins = () => [],
}: HeaderOptions): SecurityHeaders {
  const policy = contentSecurityPolicy(https, devOrigin)
  const fixed = Object.entries({
    'Reporting-Endpoints': `csp="${cspReportPath}"`,
    ...(https ? { 'Strict-Transport-Security': 'max-age=63072000; includeSubDomains' } : {}),
    'X-Content-Type-Options': 'nosniff',
    // `no-referrer` would make browsers send `Origin: null` with our own forms.
    'Referrer-Policy': 'same-origin',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Permissions-Policy': permissionsPolicy,
    'X-Frame-Options': 'DENY',
  })
  // Browsers judge where a form ends up, redirects included, so a sign-in at a provider must be named.
  const formAction = () => ["'self'", ...listFormOrigins()].join(' ')
  return { fixed, policy: (nonce) => policy.replace(nonceMark, nonce).replace(formMark, formAction()) }
}

const nonceMark = '{nonce}'
const formMark = '{form origins}'

/** What no page here needs, so that an injected script cannot ask for it either. */
const permissionsPolicy = [
  'accelerometer',
  'autoplay',
  'browsing-topics',
  'camera',
  'display-capture',
  'encrypted-media',
  'fullscreen',
  'geolocation',
  'gyroscope',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'picture-in-picture',
  'screen-wake-lock',
  'serial',
  'usb',
  'xr-spatial-tracking',
]
  .map((feature) => `${feature}=()`)
  .join(', ')

function contentSecurityPolicy(https: boolean, devOrigin: string | undefined): string {
  const directives = [
    `default-src 'self'`,
    `script-src 'self' 'nonce-${nonceMark}'`,
    `style-src 'self'`,
    `img-src 'self' data:`,
    `connect-src 'self'${devOrigin ? ` ${devOrigin} ${devOrigin.replace(/^http/, 'ws')}` : ''}`,
    `object-src 'none'`,
    `base-uri 'none'`,
    `form-action ${formMark}`,
    `frame-ancestors 'none'`,
    `report-uri ${cspReportPath}`,
    'report-to csp',
    ...(https ? ['upgrade-insecure-requests'] : []),
  ]
  return directives.join('; ')
}
