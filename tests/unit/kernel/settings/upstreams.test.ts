import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { loadUpstreams } from '../../../../app/kernel/index.server.ts'

const folder = mkdtempSync(join(tmpdir(), 'cloakroom-upstreams-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function load(text: unknown) {
  writeFileSync(join(folder, 'upstreams.json'), typeof text === 'string' ? text : JSON.stringify(text))
  return loadUpstreams('upstreams.json', folder)
}

const allow = [{ methods: ['GET'], path: '/orders/**' }]
const good = { name: 'orders', baseUrl: 'https://orders.example.com/v1', audience: 'orders', allow }
const reasonsFor = (change: object) => load({ upstreams: [{ ...good, ...change }] }).reasons

describe('UPSTREAMS_FILE', () => {
  test('says what is not said by careful defaults', () => {
    const { table, reasons } = load({ upstreams: [good] })
    expect(reasons).toEqual([])
    expect(table.further).toEqual([
      {
        ...{
          name: 'orders',
          baseUrl: 'https://orders.example.com/v1',
          access: 'user',
          token: 'own',
          audience: 'orders',
        },
        ...{ allow, timeoutMs: 15_000, idleTimeoutMs: 60_000, bodyLimitBytes: 1_048_576, responseLimitBytes: null },
        ...{ requestHeaders: [], responseHeaders: [] },
      },
    ])
  })

  test('left out allows scripts what the API lets people do, and nothing of what admins do', () => {
    const { table } = loadUpstreams(undefined, folder)
    expect(table.api.allow.map(({ path }) => path)).toEqual(['/users/me', '/projects', '/projects/*'])
    expect(table.further).toEqual([])
  })

  test('names everything that is wrong with it at once', () => {
    const { reasons } = load({
      apis: {},
      api: { timeout: '5 minutes', bodylimit: '1MiB' },
      upstreams: [
        { ...good, baseUrl: 'https://user:pass@orders.example.com', colour: 'red' },
        { ...good, name: 'Orders!', allow: [{ methods: ['FETCH'], path: 'orders' }] },
      ],
    })
    const text = reasons.join('\n')
    for (const part of ['"apis"', 'api.timeout', '"bodylimit"', 'upstreams[0].baseUrl', '"colour"'])
      expect(text).toContain(part)
    for (const part of ['upstreams[1].name', 'upstreams[1].allow[0].methods[0]', 'upstreams[1].allow[0].path'])
      expect(text).toContain(part)
    expect(reasons.every((reason) => reason.startsWith('UPSTREAMS_FILE '))).toBe(true)
  })

  test.each<[string, object, RegExp]>([
    ['no audience for our token', { audience: undefined }, /audience is needed/],
    ['an audience for no token', { token: 'none' }, /audience is only/],
    ['our token where anybody may call', { access: 'public' }, /token must be none/],
    ['our token over plain http in public', { baseUrl: 'http://orders.example.com' }, /must be https/],
    ['a base with a query', { baseUrl: 'https://orders.example.com/v1?x=1' }, /baseUrl/],
    ['a base with a slash at the end', { baseUrl: 'https://orders.example.com/' }, /baseUrl/],
    ['a base with dots', { baseUrl: 'https://orders.example.com/a/../b' }, /baseUrl/],
    ['another kind of URL', { baseUrl: 'ftp://orders.example.com' }, /baseUrl/],
    ['a path with dots', { allow: [{ methods: ['GET'], path: '/a/../b' }] }, /without \. and \.\./],
    ['stars in the middle', { allow: [{ methods: ['GET'], path: '/**/b' }] }, /must look like/],
    ['nothing allowed', { allow: [] }, /must allow something/],
    ['a cookie that should pass', { requestHeaders: ['Cookie'] }, /decided by the proxy/],
    ['a forwarding header that should pass', { requestHeaders: ['X-Forwarded-For'] }, /decided by the proxy/],
    ['a cookie that should come back', { responseHeaders: ['Set-Cookie'] }, /decided by the proxy/],
    ['a size without a unit', { bodyLimit: '100' }, /is not a size/],
  ])('refuses %s', (_what, change, message) => {
    expect(reasonsFor(change).join('\n')).toMatch(message)
  })

  test('takes plain http within a network of one’s own', () => {
    for (const host of ['localhost:4000', 'orders', 'orders.internal', '10.0.0.7:8080', '192.168.1.1'])
      expect(reasonsFor({ baseUrl: `http://${host}` })).toEqual([])
  })

  test('refuses one name for two services', () => {
    expect(load({ upstreams: [good, good] }).reasons).toEqual(['UPSTREAMS_FILE names the upstream orders twice'])
  })

  test('tells a file that is no JSON from one that is not there', () => {
    expect(load('{').reasons.join()).toMatch(/is not JSON/)
    expect(loadUpstreams('none.json', folder).reasons.join()).toMatch(/cannot be read \(ENOENT\)/)
  })
})
