/** What ends with a hop, frames a message or says who asks; the proxy writes these itself, in each direction. */
const ofTheProxy = [
  ...[
    'connection',
    'keep-alive',
    'proxy-.*',
    'te',
    'trailer',
    'transfer-encoding',
    'upgrade',
    'host',
    'content-length',
  ],
  ...['expect', '(set-)?cookie2?', 'authorization', '(proxy|www)-authenticate', 'authentication-info'],
  ...['forwarded', 'via', 'x-forwarded-.*', 'x-real-ip', '(true|cf|fastly|x|x-cluster)-client-ip', 'cf-connecting-ip'],
  ...['(x-)?remote-user', '(x-)?client-cert.*', 'x-csrf-token', 'x-request-id', 'traceparent', 'tracestate'],
  ...['origin', 'referer', 'sec-.*', 'x-http-method.*', 'x-method-override', 'x-original-.*', 'x-rewrite-.*'],
  ...[
    'date',
    'location',
    'server',
    'x-powered-by',
    'vary',
    'age',
    'expires',
    'pragma',
    '(cdn-|surrogate-)?cache-control',
  ],
]

/** What a browser does for a whole site because an answer of the site says so: keys of a device, policies, reports, workers, hints. */
const ofTheBrowser = [
  ...['secure-session-.*', 'access-control-.*', 'content-security-policy.*', 'strict-transport-security', 'expect-ct'],
  ...['public-key-pins.*', 'cross-origin-.*', 'permissions-policy.*', 'feature-policy', '(require-)?document-policy.*'],
  ...['integrity-policy.*', 'referrer-policy', 'x-frame-options', 'x-content-type-options', 'x-xss-protection'],
  ...['x-permitted-cross-domain-policies', 'x-dns-prefetch-control', 'x-download-options', 'timing-allow-origin'],
  ...['reporting-endpoints', 'report-to', 'nel', 'clear-site-data', 'service-worker.*', 'origin-agent-cluster'],
  ...[
    'activate-storage-access',
    'set-login',
    'accept-ch.*',
    'critical-ch',
    'delegate-ch',
    'alt-svc',
    'alt-used',
    'refresh',
  ],
  ...['link', 'sourcemap', 'x-sourcemap', 'speculation-rules', 'no-vary-search', 'supports-loading-mode'],
  ...[
    'use-as-dictionary',
    'available-dictionary',
    'dictionary-id',
    'attribution-reporting-.*',
    'observe-browsing-topics',
  ],
]

/** What a server in front of us does because an answer says so: fetch another file, keep a copy. */
const ofServersInFront = [
  'x-accel-.*',
  'x-(lighttpd-)?send-?file',
  'x-litespeed-.*',
  'x-reproxy-.*',
  'surrogate-.*',
  'edge-control',
]

const reserved = new RegExp(`^(${[...ofTheProxy, ...ofTheBrowser, ...ofServersInFront].join('|')})$`)

/** True for a header that no setting may pass between a visitor and a service. `name` is in lower case. */
export function isReservedHeader(name: string): boolean {
  return reserved.test(name)
}
