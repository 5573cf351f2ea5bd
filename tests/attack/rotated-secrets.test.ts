import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { Client } from '../support/browser-client.ts'
import { signUp } from '../support/fixtures.ts'
import { startServer } from '../support/server.ts'

test('a secret that is put in front of the others gives a guesser no more tries', async () => {
  const [older, newer] = [randomBytes(32).toString('base64'), randomBytes(32).toString('base64')]
  const server = await startServer({ env: { APP_SECRETS: older } })
  try {
    const { email } = await signUp(new Client(server))
    const guess = async () =>
      (await new Client(server).submit('/login', { email, password: 'surely not the one' })).status
    for (let tries = 0; tries < 5; tries++) expect(await guess()).toBe(400)
    // Each wait is twice as long as the one before. The last outlasts any start of a server, and is no longer than what a clock
    // that a restart sets right again is believed.
    for (let waitMs = 30_000; waitMs <= 480_000; waitMs *= 2) {
      expect(await guess()).toBe(429)
      await server.advance(waitMs)
      expect(await guess()).toBe(400)
    }
    expect(await guess()).toBe(429)
    await server.restart({ APP_SECRETS: `${newer},${older}` })
    expect(await guess()).toBe(429)
    await server.restart({ APP_SECRETS: `${older},${newer}` })
    expect(await guess()).toBe(429)
  } finally {
    await server.stop()
  }
})
