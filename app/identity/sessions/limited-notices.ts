import { createRateLimiter, type Database } from '../../../db/index.ts'
import { emailKeyOf, type Mail, type ManyNotices, type PostMail } from '../../contract/index.ts'
import { deriveKeyRing, log, type Secret } from '../../kernel/index.server.ts'
import { ms, now } from '../../kernel/index.ts'
import { keyedNames } from '../limits/keyed-names.ts'

/** How many of a kind a mailbox gets by the hour, one by one. Setting up an account's factors takes some of the last. */
const singly: Record<ManyNotices, number> = {
  'new-device': 4,
  'session-copied': 4,
  'second-factor': 8,
  'password-changed': 4,
}
const windowMs = ms('1h')
/** The limiter counts and never refuses. */
const noLimit = 1_000_000

type Deps = { database: Database; secrets: readonly Secret[]; postMail: PostMail }

/**
 * Notices that somebody with a password can cause as often as they like must not bury one another, nor other mail. After a few
 * within an hour one says how many there were and where all of them stand; then again each time their number has doubled, so
 * that the last one is never far from the truth. Security events keep each. A count that fails costs no mail.
 */
export function limitNotices({ database, secrets, postMail }: Deps): PostMail {
  const limiter = createRateLimiter(database, { name: 'notices', points: noLimit, durationMs: windowMs })
  const ring = deriveKeyRing(secrets, 'limits')

  async function count({ kind, to }: Mail): Promise<number> {
    try {
      const [name, ...older] = keyedNames(ring, `notice|${kind}|${emailKeyOf(to)}`)
      const { consumedPoints } = await limiter.consume(name)
      const held = await Promise.all(older.map((each) => limiter.get(each)))
      return held.reduce((sum, each) => sum + (each?.consumedPoints ?? 0), consumedPoints)
    } catch (error) {
      log.warn({ err: error, kind }, 'notices could not be counted')
      return 1
    }
  }

  return async (mail, options) => {
    if (!isLimited(mail)) return postMail(mail, options)
    const soFar = await count(mail)
    const most = singly[mail.kind]
    if (soFar <= most) return postMail(mail, options)
    if (!isDoubled(soFar, most + 1)) return
    await postMail({ kind: 'many-notices', to: mail.to, at: now(), about: mail.kind, count: soFar }, options)
  }
}

function isLimited(mail: Mail): mail is Extract<Mail, { kind: ManyNotices }> {
  return Object.hasOwn(singly, mail.kind)
}

/** True for `first`, twice that, four times that and so on. */
function isDoubled(count: number, first: number): boolean {
  return Number.isInteger(Math.log2(count / first))
}
