import { expect, test } from 'vitest'
import { agentName } from '../../../app/http/index.server.ts'

const webkit = 'AppleWebKit/537.36 (KHTML, like Gecko)'

test.each([
  ['Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:150.0) Gecko/20100101 Firefox/150.0', 'Firefox 150 on Windows'],
  [`Mozilla/5.0 (X11; Linux x86_64) ${webkit} Chrome/150.0.0.0 Safari/537.36`, 'Chrome 150 on Linux'],
  [`Mozilla/5.0 (Windows NT 10.0) ${webkit} Chrome/150.0.0.0 Safari/537.36 Edg/150.0.0.0`, 'Edge 150 on Windows'],
  [`Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${webkit} Chrome/150.0.0.0 Safari/537.36`, 'Chrome 150 on ChromeOS'],
  [
    `Mozilla/5.0 (Linux; Android 16; SM-S938B) ${webkit} SamsungBrowser/29.0 Chrome/136.0.0.0 Mobile Safari/537.36`,
    'Samsung Internet 29 on Android',
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1',
    'Safari 19 on iOS',
  ],
  ['w3m/0.5.3', 'w3m'],
  ['curl/8.5.0', 'curl 8'],
  ['', 'An unknown browser'],
])('%s is %s', (agent, name) => {
  expect(agentName(agent)).toBe(name)
  expect(agentName(name)).toBe(name)
})

test('nothing that a browser wrote but digits ends up in the name', () => {
  const agent = 'Firefox/150<b>https://evil.example</b> (Windows; visit evil.example)'
  expect(agentName(agent)).toBe('Firefox 150 on Windows')
})
