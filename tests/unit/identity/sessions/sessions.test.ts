import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SignedIn } from '../../../../app/identity/index.server.ts'
import { createSessionStore } from '../../../../app/identity/sessions/session-store.ts'
import { migrateDatabase, openDatabase, sessions, users } from '../../../../db/index.ts'
import { ada, openTestIssuer, standingClock, type TestIssuer, testSettings, visitor } from '../../../support/issuer.ts'
import { openCountedStore, openTestStore } from '../../../support/store.ts'

const grace = testSettings.REUSE_GRACE
const rotateAfter = testSettings.REFRESH_ROTATE_AFTER
const day = 86_400_000

let clock: ReturnType<typeof standingClock>
let house: TestIssuer
let started: SignedIn

beforeEach(async () => {
  clock = standingClock()
  house = await openTestIssuer()
  started = await registerAda(house)
})
afterEach(() => {
  house.close()
  clock.restore()
})

async function registerAda({ issuer }: TestIssuer): Promise<SignedIn> {
  const result = await issuer.register(ada, visitor, null)
  if (result.kind !== 'signed-in') throw new Error(result.kind)
  return result
}

function present(refreshToken: string, prefetch = false) {
  return house.issuer.present(refreshToken, { prefetch, visitor })
}

/** Presents and expects to be signed in. */
async function visit(refreshToken: string) {
  const answer = await present(refreshToken)
  if (answer.kind !== 'signed-in') throw new Error(answer.kind)
  return answer
}

/** Presents now, and again when a new generation is due; returns the refresh token that came back. */
async function rotate(refreshToken: string): Promise<string> {
  await visit(refreshToken)
  clock.step(rotateAfter + grace + 1)
  const { ticket } = await visit(refreshToken)
  if (!ticket) throw new Error('nothing was due')
  return ticket.refreshToken
}

const row = () => house.database.select().from(sessions).where(eq(sessions.id, started.session.id)).get()
const eventsOf = (type: string) => house.events.filter((event) => event.type === type)

describe('a session that was kept signed in', () => {
  it('lasts 7 days, the other kind 12 hours, whatever happens in between', async () => {
    const kept = await house.issuer.signIn({ ...ada, remember: true }, visitor, null)
    if (kept.kind !== 'signed-in') throw new Error(kept.kind)
    expect(kept.ticket).toMatchObject({ persistent: true, expiresAt: clock.now() + 7 * day })
    expect(started.ticket).toMatchObject({ persistent: false, expiresAt: clock.now() + day / 2 })
    let current = kept.ticket.refreshToken
    for (let days = 0; days < 6; days++) {
      clock.step(day)
      const { ticket } = await visit(current)
      current = ticket?.refreshToken ?? current
      clock.step(grace + 1)
      await visit(current)
    }
    clock.step(day)
    expect(await present(current)).toMatchObject({ kind: 'refused', reason: 'expired' })
    expect(await present(started.ticket.refreshToken)).toMatchObject({ kind: 'refused', reason: 'expired' })
  })

  it('does not turn idle because the clock was wrong while it was used', async () => {
    const kept = await house.issuer.signIn({ ...ada, remember: true }, visitor, null)
    if (kept.kind !== 'signed-in') throw new Error(kept.kind)
    clock.step(-4 * day)
    await visit(kept.ticket.refreshToken)
    clock.step(4 * day)
    expect((await present(kept.ticket.refreshToken)).kind).toBe('signed-in')
  })

  it('ends when it is not used for 3 days', async () => {
    const kept = await house.issuer.signIn({ ...ada, remember: true }, visitor, null)
    if (kept.kind !== 'signed-in') throw new Error(kept.kind)
    clock.step(3 * day)
    expect(await present(kept.ticket.refreshToken)).toMatchObject({ kind: 'refused', reason: 'idle' })
  })
})

describe('rotation', () => {
  it('happens once for 50 requests that come together, and all get the same successor', async () => {
    clock.step(rotateAfter)
    const answers = await Promise.all(Array.from({ length: 50 }, () => visit(started.ticket.refreshToken)))
    expect(new Set(answers.map((answer) => answer.ticket?.refreshToken)).size).toBe(1)
    expect(answers[0]?.ticket?.refreshToken).not.toBe(started.ticket.refreshToken)
    expect(row()?.generation).toBe(1)
    expect(eventsOf('session.rotated')).toHaveLength(1)
  })

  it('happens once for two processes on one store', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cloakroom-sessions-'))
    try {
      const houses = [
        await openTestIssuer({ store: openTestStore(`file:${folder}/store.sqlite`) }),
        await openTestIssuer({ store: openTestStore(`file:${folder}/store.sqlite`) }),
      ]
      const [first] = houses
      if (!first) throw new Error('no house')
      const { ticket } = await registerAda(first)
      clock.step(rotateAfter)
      const options = { prefetch: false, visitor }
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, turn) => houses[turn % 2]?.issuer.present(ticket.refreshToken, options)),
      )
      const successors = answers.map((answer) => answer?.kind === 'signed-in' && answer.ticket?.refreshToken)
      expect(new Set(successors).size).toBe(1)
      const events = houses.flatMap((each) => each.events.filter((event) => event.type === 'session.rotated'))
      expect(events).toHaveLength(1)
      for (const each of houses) each.close()
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('recovers from a response that was lost, however much later', async () => {
    const lost = await rotate(started.ticket.refreshToken)
    clock.step(6 * 3_600_000)
    const again = await visit(started.ticket.refreshToken)
    expect(again.ticket?.refreshToken).toBe(lost)
    expect(row()?.generation).toBe(1)
  })

  it('does not take tabs for thieves that come back together after a lost response', async () => {
    const second = await rotate(started.ticket.refreshToken)
    await rotate(second)
    clock.step(rotateAfter * 2)
    const [quickTab, slowTab] = [await visit(second), second]
    await visit(quickTab.ticket?.refreshToken ?? '')
    await visit(quickTab.ticket?.refreshToken ?? '')
    clock.step(grace)
    await visit(quickTab.ticket?.refreshToken ?? '')
    expect((await visit(slowTab)).ticket).toBeNull()
  })

  it('is never caused by a prefetch', async () => {
    clock.step(rotateAfter)
    expect(await present(started.ticket.refreshToken, true)).toMatchObject({ kind: 'signed-in', ticket: null })
    expect(row()?.generation).toBe(0)
  })

  it('goes on under a new secret while the old one is still listed', async () => {
    const [secret] = testSettings.secrets
    if (!secret) throw new Error('no secret')
    const newest = { id: 'aaaaaaaa', bytes: Buffer.alloc(32, 'newest') }
    const after = await openTestIssuer({
      store: { database: house.database, close: () => undefined },
      settings: { secrets: [newest, secret] },
    })
    clock.step(rotateAfter)
    const answer = await after.issuer.present(started.ticket.refreshToken, { prefetch: false, visitor })
    expect(answer.kind === 'signed-in' && answer.ticket?.refreshToken.startsWith('aaaaaaaa.')).toBe(true)
  })
})

describe('the refresh token before the current one', () => {
  it('is answered without a cookie for the length of the grace', async () => {
    const second = await rotate(started.ticket.refreshToken)
    await visit(second)
    clock.step(grace)
    expect((await visit(started.ticket.refreshToken)).ticket).toBeNull()
    expect(eventsOf('session.straggler')).toHaveLength(1)
  })

  it('ends the session for both sides when it is replayed after the grace', async () => {
    const second = await rotate(started.ticket.refreshToken)
    await visit(second)
    clock.step(grace + 1)
    expect(await present(started.ticket.refreshToken)).toMatchObject({ kind: 'refused', reason: 'reuse' })
    expect(await present(second)).toMatchObject({ kind: 'refused', reason: 'reuse' })
    expect(row()).toMatchObject({ revokedReason: 'reuse', revokedAt: clock.now() })
    expect(eventsOf('session.reuse')).toMatchObject([{ outcome: 'refused', sessionId: started.session.id }])
    expect(eventsOf('session.revoked')).toHaveLength(1)
  })

  it('is still a straggler when the clock was wrong while its successor was confirmed', async () => {
    const second = await rotate(started.ticket.refreshToken)
    clock.step(-3_600_000)
    await visit(second)
    clock.step(3_600_000)
    expect((await visit(started.ticket.refreshToken)).ticket).toBeNull()
  })
})

describe('a store that lost writes', () => {
  it('is brought forward by the browser that knows better', async () => {
    const current = await rotate(await rotate(started.ticket.refreshToken))
    house.database.update(sessions).set({ generation: 0 }).run()
    expect((await visit(current)).session.generation).toBe(2)
    expect(row()?.generation).toBe(2)
    expect(eventsOf('session.fast_forward')).toHaveLength(1)
  })
})

describe('a write to a session', () => {
  it('does nothing once the session is no longer what was read', async () => {
    const store = createSessionStore(house.database)
    const read = { id: started.session.id, generation: 0 }
    const at = clock.now()
    expect(await store.confirm(read, at, at)).toBe(true)
    expect(await store.confirm(read, at + 1, at)).toBe(false)
    expect(await store.rotate(read, 'a0a0a0a0', at, at)).toBe(true)
    const writes = {
      rotate: () => store.rotate(read, 'a0a0a0a0', at, at),
      confirm: () => store.confirm(read, at, at),
      touch: () => store.touch(read, at + 1),
      fastForward: () => store.fastForward(read, 9, at, at),
      revokeForReuse: () => store.revokeForReuse(read, at),
    }
    const before = row()
    for (const [name, write] of Object.entries(writes))
      expect({ name, done: await write() }).toEqual({ name, done: false })
    expect(row()).toEqual(before)
    expect(await store.revoke(read.id, at, 'signout')).toBe(started.principal.userId)
    expect(await store.revoke(read.id, at + 1, 'replaced')).toBeNull()
    expect(await store.rotate({ ...read, generation: 1 }, 'a0a0a0a0', at, at)).toBe(false)
    expect(row()).toMatchObject({ revokedAt: at, revokedReason: 'signout', generation: 1 })
  })
})

describe('signing out', () => {
  it('is final, for every refresh token the session ever had', async () => {
    const second = await rotate(started.ticket.refreshToken)
    await house.issuer.signOut(second, visitor)
    for (const each of [started.ticket.refreshToken, second]) {
      expect(await present(each)).toMatchObject({ kind: 'refused', reason: 'revoked' })
    }
    expect(row()?.revokedReason).toBe('signout')
    expect(eventsOf('signout')).toHaveLength(1)
  })

  it('wins over a rotation that had already read the session', async () => {
    clock.step(rotateAfter)
    const [answer] = await Promise.all([
      present(started.ticket.refreshToken),
      house.issuer.signOut(started.ticket.refreshToken, visitor),
    ])
    expect(answer).toMatchObject({ kind: 'refused', reason: 'revoked' })
    expect(row()?.generation).toBe(0)
  })

  it('is silent about what is not a refresh token, and about a second time', async () => {
    await house.issuer.signOut('nonsense', visitor)
    await house.issuer.signOut(started.ticket.refreshToken, visitor)
    await house.issuer.signOut(started.ticket.refreshToken, visitor)
    expect(eventsOf('signout')).toHaveLength(1)
  })

  it('leaves the other sessions of the same person alone', async () => {
    const other = await house.issuer.signIn({ ...ada, remember: false }, visitor, null)
    await house.issuer.signOut(started.ticket.refreshToken, visitor)
    expect(other.kind === 'signed-in' && (await present(other.ticket.refreshToken)).kind).toBe('signed-in')
  })
})

describe('signing in again in the same browser', () => {
  it('starts a new session and ends the one before', async () => {
    const next = await house.issuer.signIn({ ...ada, remember: false }, visitor, started.ticket.refreshToken)
    expect(next.kind === 'signed-in' && next.session.id).not.toBe(started.session.id)
    expect(row()?.revokedReason).toBe('replaced')
    clock.step(60_001)
    expect(await present(started.ticket.refreshToken)).toMatchObject({ kind: 'refused', reason: 'revoked' })
  })

  it('leaves the session before alone when the password is wrong', async () => {
    await house.issuer.signIn({ ...ada, password: 'not it', remember: false }, visitor, started.ticket.refreshToken)
    expect((await present(started.ticket.refreshToken)).kind).toBe('signed-in')
  })
})

describe('what changes about the person', () => {
  it('shows on the very next request', async () => {
    await visit(started.ticket.refreshToken)
    house.database.update(users).set({ name: 'Ada L.', role: 'admin' }).run()
    const { principal } = await visit(started.ticket.refreshToken)
    expect(principal).toMatchObject({ name: 'Ada L.', roles: ['user', 'admin'] })
  })

  it('ends a session for good once its account is disabled', async () => {
    house.database.update(users).set({ disabledAt: clock.now() }).run()
    expect(await present(started.ticket.refreshToken)).toMatchObject({ kind: 'refused', reason: 'disabled' })
    house.database.update(users).set({ disabledAt: null }).run()
    expect(await present(started.ticket.refreshToken)).toMatchObject({ kind: 'refused', reason: 'disabled' })
    expect(eventsOf('session.revoked')).toHaveLength(1)
  })

  it('ends a session once its account is deleted', async () => {
    house.database.delete(users).run()
    expect(await present(started.ticket.refreshToken)).toMatchObject({ kind: 'refused', reason: 'unknown' })
  })
})

describe('the statements of a present', () => {
  it('are one read and no write for a request that changes nothing', async () => {
    const counted = await openTestIssuer({ store: openCountedStore() })
    const { ticket } = await registerAda(counted)
    const visitCounted = () => counted.issuer.present(ticket.refreshToken, { prefetch: false, visitor })
    await visitCounted()
    counted.taken()
    clock.step(rotateAfter - 1)
    expect(await visitCounted()).toMatchObject({ kind: 'signed-in', ticket: null })
    const statements = counted.taken()
    expect(statements).toHaveLength(1)
    expect(statements[0]).toMatch(/^select .* where "sessions"."id" = cast\(/)
    const plan = counted.database.$client.prepare(`explain query plan ${statements[0]}`).all() as { detail: string }[]
    // The session by the index of its key, the person where the session points.
    expect(plan.map(({ detail }) => detail)).toEqual([
      expect.stringMatching(/^SEARCH sessions USING INDEX .*\(id=\?\)$/),
      'SEARCH users USING INTEGER PRIMARY KEY (rowid=?)',
    ])
    counted.close()
  })

  it('are one read and one write for a rotation', async () => {
    const counted = await openTestIssuer({ store: openCountedStore() })
    const { ticket } = await registerAda(counted)
    counted.taken()
    clock.step(rotateAfter)
    await counted.issuer.present(ticket.refreshToken, { prefetch: false, visitor })
    expect(counted.taken().map((statement) => statement.split(' ')[0])).toEqual(['select', 'update'])
    counted.close()
  })

  it('are none for garbage', async () => {
    const counted = await openTestIssuer({ store: openCountedStore() })
    counted.taken()
    const answer = await counted.issuer.present('aaaaaaaa.b.1.c', { prefetch: false, visitor })
    expect(answer).toMatchObject({ kind: 'refused', reason: 'malformed' })
    expect(counted.taken()).toEqual([])
    counted.close()
  })
})

describe('a store that is locked', () => {
  it('is a fault and not a verdict: afterwards the same refresh token works', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cloakroom-locked-'))
    try {
      const database = openDatabase(`file:${folder}/store.sqlite`, { busyTimeoutMs: 1 })
      migrateDatabase(database)
      const locked = await openTestIssuer({ store: { database, close: () => database.$client.close() } })
      const { ticket } = await registerAda(locked)
      clock.step(rotateAfter)
      const other = openDatabase(`file:${folder}/store.sqlite`)
      other.$client.exec('begin immediate')
      const presentLocked = () => locked.issuer.present(ticket.refreshToken, { prefetch: false, visitor })
      await expect(presentLocked()).rejects.toMatchObject({ name: 'Problem', code: 'unavailable', status: 503 })
      other.$client.exec('rollback')
      expect(await presentLocked()).toMatchObject({ kind: 'signed-in', session: { generation: 1 } })
      other.$client.close()
      locked.close()
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

it('keeps neither a refresh token nor its mac in the store', () => {
  const stored = JSON.stringify(house.database.select().from(sessions).all())
  const mac = started.ticket.refreshToken.split('.')[3] ?? ''
  expect(mac).toHaveLength(43)
  expect(stored).not.toContain(mac)
})

it('keeps the name of a browser and of its system, and nothing else of what it says about itself', async () => {
  const agent = `Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0 ${'x'.repeat(9_000)}`
  const long = await house.issuer.signIn({ ...ada, remember: false }, { ...visitor, agent }, null)
  const kept = house.database.select({ agent: sessions.agent }).from(sessions).all()
  expect(long.kind === 'signed-in' && long.session.agent).toBe('Firefox 150 on Linux')
  expect(kept).toContainEqual({ agent: 'Firefox 150 on Linux' })
})
