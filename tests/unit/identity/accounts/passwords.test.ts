import { readdirSync, readFileSync } from 'node:fs'
import { getPriority } from 'node:os'
import { hash } from '@node-rs/argon2'
import { describe, expect, it } from 'vitest'
import { createPasswords, defaultPasswordLimits } from '../../../../app/identity/accounts/passwords.ts'
import { fastHashing } from '../../../support/issuer.ts'

describe('hashing', () => {
  it('is Argon2id at 19,456 KiB, two passes and one lane unless told otherwise', async () => {
    const phc = await createPasswords().hash('a quite ordinary sentence')
    expect(phc).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
  })

  it('matches the password and nothing else', async () => {
    const passwords = createPasswords(fastHashing)
    const phc = await passwords.hash('a quite ordinary sentence')
    expect(await passwords.verify(phc, 'a quite ordinary sentence')).toBe(true)
    expect(await passwords.verify(phc, 'a quite ordinary sentence ')).toBe(false)
    expect(await passwords.verify(phc, 'A quite ordinary sentence')).toBe(false)
    expect(await passwords.verify(phc, '')).toBe(false)
  })

  it('does not care how an accent was typed', async () => {
    const passwords = createPasswords(fastHashing)
    const phc = await passwords.hash('caf\u00e9 caf\u00e9 caf\u00e9')
    expect(await passwords.verify(phc, 'cafe\u0301 cafe\u0301 cafe\u0301')).toBe(true)
  })

  it('is refused as busy once the queue is full', async () => {
    const passwords = createPasswords({ ...fastHashing, memoryKiB: 1_024, concurrent: 1, waiting: 2 })
    const outcomes = await Promise.allSettled(Array.from({ length: 6 }, () => passwords.hash('a password')))
    expect(outcomes.map((outcome) => outcome.status)).toEqual([
      ...Array(3).fill('fulfilled'),
      ...Array(3).fill('rejected'),
    ])
    expect(outcomes[5]).toMatchObject({ reason: { code: 'busy', retryAfterSeconds: expect.any(Number) } })
  })

  it('always leaves a thread of the pool for other work', () => {
    expect(defaultPasswordLimits.concurrent).toBeGreaterThanOrEqual(1)
    expect(defaultPasswordLimits.concurrent).toBeLessThan(4)
  })

  it.runIf(process.platform === 'linux')('gives way to the thread that answers requests', async () => {
    await createPasswords(fastHashing).hash('a password')
    const threads = readdirSync('/proc/self/task').map((id) => ({
      name: readFileSync(`/proc/self/task/${id}/comm`, 'utf8').trim(),
      niceness: getPriority(Number(id)),
    }))
    const pool = threads.filter(({ name }) => name === 'libuv-worker')
    expect(new Set(pool.map(({ niceness }) => niceness))).toEqual(new Set([Math.min(getPriority() + 5, 19)]))
  })
})

describe('a hash', () => {
  const passwords = createPasswords(fastHashing)
  it('is fine while its parameters are those of today', async () => {
    expect(passwords.needsRehash(await passwords.hash('a password'))).toBe(false)
    expect(passwords.needsRehash(passwords.decoy)).toBe(false)
  })
  const cost = { memoryCost: 8, timeCost: 1, parallelism: 1 }
  it.each([
    ['memory', { ...cost, memoryCost: 16 }],
    ['passes', { ...cost, timeCost: 2 }],
    ['lanes', { ...cost, memoryCost: 16, parallelism: 2 }],
    ['length', { ...cost, outputLen: 16 }],
    ['kind', { ...cost, algorithm: 1 }],
  ])('is to be renewed when its %s differs', async (_, options) => {
    expect(passwords.needsRehash(await hash('a password', options))).toBe(true)
  })
})

describe('the decoy', () => {
  it('has the form and the cost of a real hash and matches no password', async () => {
    const passwords = createPasswords(fastHashing)
    const real = await passwords.hash('a password')
    const shape = (phc: string) => phc.replace(/\$[^$]+\$[^$]+$/, '') + phc.length
    expect(shape(passwords.decoy)).toBe(shape(real))
    expect(await passwords.verify(passwords.decoy, 'a password')).toBe(false)
    expect(await passwords.verify(passwords.decoy, '')).toBe(false)
  })
  it('is another one in every process', () => {
    expect(createPasswords(fastHashing).decoy).not.toBe(createPasswords(fastHashing).decoy)
  })
})
