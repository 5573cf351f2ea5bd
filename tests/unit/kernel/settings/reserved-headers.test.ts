import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { loadUpstreams } from '../../../../app/kernel/index.server.ts'

const folder = mkdtempSync(join(tmpdir(), 'cloakroom-reserved-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function reasonsFor(setting: 'requestHeaders' | 'responseHeaders', name: string): string {
  const allow = [{ methods: ['GET'], path: '/x' }]
  const upstream = {
    name: 'orders',
    baseUrl: 'https://orders.example.com',
    audience: 'orders',
    allow,
    [setting]: [name],
  }
  writeFileSync(join(folder, 'upstreams.json'), JSON.stringify({ upstreams: [upstream] }))
  return loadUpstreams('upstreams.json', folder).reasons.join('\n')
}

const ofABrowser = [
  ...['Secure-Session-Registration', 'Secure-Session-Challenge', 'Secure-Session-Skipped', 'Secure-Session-Response'],
  ...['Sec-Session-Registration', 'Sec-Session-Challenge', 'Sec-Secure-Session-Id', 'Set-Cookie', 'Clear-Site-Data'],
  ...['Service-Worker-Allowed', 'Service-Worker', 'Refresh', 'Link', 'Reporting-Endpoints', 'NEL', 'Report-To'],
  ...['Accept-CH', 'Accept-CH-Lifetime', 'Critical-CH', 'Origin-Agent-Cluster', 'Alt-Svc', 'Strict-Transport-Security'],
  ...[
    'Public-Key-Pins',
    'Public-Key-Pins-Report-Only',
    'SourceMap',
    'X-SourceMap',
    'Speculation-Rules',
    'No-Vary-Search',
  ],
  ...['Activate-Storage-Access', 'Set-Login', 'Supports-Loading-Mode', 'Use-As-Dictionary', 'Integrity-Policy'],
  ...['Content-Security-Policy-Report-Only', 'Permissions-Policy-Report-Only', 'Document-Policy', 'Feature-Policy'],
  ...['Cross-Origin-Opener-Policy-Report-Only', 'Timing-Allow-Origin', 'Access-Control-Allow-Origin'],
  ...[
    'Attribution-Reporting-Register-Source',
    'X-Accel-Redirect',
    'X-Sendfile',
    'Surrogate-Control',
    'Transfer-Encoding',
  ],
]

test.each(ofABrowser)('%s passes in neither direction, and the refusal names it', (name) => {
  for (const setting of ['requestHeaders', 'responseHeaders'] as const) {
    const text = reasonsFor(setting, name)
    expect(text).toContain(`upstreams[0].${setting}[0] names ${name.toLowerCase()}, which is decided by the proxy`)
  }
})

test.each(['X-Total-Count', 'X-Tenant', 'RateLimit', 'Deprecation', 'X-Service-Version', 'Secure-Thing', 'Linkage'])(
  '%s may pass',
  (name) => expect(reasonsFor('responseHeaders', name)).toBe(''),
)
