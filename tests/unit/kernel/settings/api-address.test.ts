import { describe, expect, it } from 'vitest'
import { loadSettings } from '../../../../app/kernel/index.server.ts'

const load = (env: Record<string, string>) => loadSettings({ NODE_ENV: 'test', ...env })

describe.each(['API_URL', 'API_JWKS_URL'])('%s', (name) => {
  it.each([
    'https://api.example.com',
    'https://api.example.com/v1',
    'http://127.0.0.1:3001',
    'http://localhost:3001',
    'http://api:3001',
    'http://10.0.0.7:3001',
    'http://api.shop.svc.cluster.local/v1',
  ])('may be %s', (address) => {
    expect(load({ [name]: address })).toMatchObject({ [name]: address })
  })

  it.each(['http://api.example.com', 'http://192.0.2.7:3001', 'http://[2001:db8::7]/keys'])(
    'may not be %s, where anybody on the way could read or change what passes',
    (address) => {
      expect(() => load({ [name]: address })).toThrow(
        'must be https where access tokens or keys go over a public network',
      )
    },
  )
})

it.each([
  'https://u:p@api.example.com',
  'https://api.example.com/v1?a=1',
  'https://api.example.com/#a',
  'https://api.example.com/',
])('API_URL may not be %s, which no path can be put behind', (address) => {
  expect(() => load({ API_URL: address })).toThrow(/API_URL/)
})
