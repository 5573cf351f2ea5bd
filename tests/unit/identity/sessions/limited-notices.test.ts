import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ManyNotices, PostMail } from '../../../../app/contract/index.ts'
import { limitNotices } from '../../../../app/identity/sessions/limited-notices.ts'
import { deriveSecrets } from '../../../../app/kernel/index.server.ts'
import { ada, openTestIssuer, standingClock, type TestIssuer, testSettings, visitor } from '../../../support/issuer.ts'

let house: TestIssuer
let clock: ReturnType<typeof standingClock>
beforeEach(async () => {
  clock = standingClock(Date.now())
  house = await openTestIssuer()
})
afterEach(() => {
  house.close()
  clock.restore()
})

const told = () => house.mails.map((mail) => (mail.kind === 'many-notices' ? `${mail.about} ${mail.count}` : mail.kind))

/** So many mails of a kind to one mailbox, counted under these secrets. */
async function post(kind: ManyNotices, times: number, { to = ada.email, secrets = testSettings.secrets } = {}) {
  const postMail: PostMail = async (mail, { about }) =>
    void house.mails.push({ ...mail, isDecoy: false, aboutId: about })
  const limited = limitNotices({ database: house.database, secrets, postMail })
  for (let time = 0; time < times; time++)
    await limited({ kind, to, at: 1, browser: 'x', address: 'y' } as never, { about: null })
}

describe('notices that can be caused again and again', () => {
  test('a thief who signs in from new browsers sends a few mails, then one that says how many there were', async () => {
    await house.issuer.register(ada, visitor, null)
    const signIn = { email: ada.email, password: ada.password, remember: false }
    for (let time = 0; time < 25; time++) await house.issuer.signIn(signIn, visitor, null)
    expect(told()).toEqual([
      ...['new-device', 'new-device', 'new-device', 'new-device'],
      ...['new-device 5', 'new-device 10', 'new-device 20'],
    ])
    const events = house.events.filter(({ type, detail }) => type === 'signin.succeeded' && detail?.newDevice === true)
    expect(events).toHaveLength(25)
  })

  test.each([
    ['new-device', 4],
    ['session-copied', 4],
    ['second-factor', 8],
  ] as const)(
    'of the kind %s come one by one %i times, and a hundred cost a handful of mails',
    async (kind, singly) => {
      await post(kind, 100)
      expect(told().slice(0, singly)).toEqual(Array(singly).fill(kind))
      const counts = told().slice(singly)
      expect(counts[0]).toBe(`${kind} ${singly + 1}`)
      expect(counts.length).toBeLessThanOrEqual(5)
      expect(Number(counts.at(-1)?.split(' ')[1])).toBeGreaterThan(50)
    },
  )

  test('do not use up those of another kind, nor of another mailbox', async () => {
    await post('new-device', 30)
    house.mails.length = 0
    await post('session-copied', 1)
    await post('new-device', 1, { to: 'bob@example.com' })
    expect(told()).toEqual(['session-copied', 'new-device'])
  })

  test('are counted on under a new secret', async () => {
    await post('new-device', 4)
    await post('new-device', 1, { secrets: [...deriveSecrets([Buffer.alloc(32, 'next')]), ...testSettings.secrets] })
    expect(told().at(-1)).toBe('new-device 5')
  })
})
