import { passwordMinLength } from '../../contract/index.ts'
import type { BreachLookup } from './breach-lookup.ts'
import { loadCommonPasswords } from './common-passwords.ts'
import { findEchoes, isRepeatedBlock } from './echoes.ts'
import { fold } from './folded-text.ts'
import { estimateGuessWork, type GuessWork, type Knowledge, type Weakness } from './guess-work.ts'
import { ownWordsOf, type PasswordOwner } from './own-words.ts'
import { type PasswordRefusalReason, type PasswordRefused, refusePassword } from './password-refusals.ts'

export type PasswordRules = {
  /**
   * Judges a new password that has the right length; null when it may be used. Not for signing in: a password that was
   * accepted once stays good (NIST SP 800-63B-4, 3.1.1.2).
   */
  check(password: string, owner: PasswordOwner): Promise<PasswordRefused | null>
}

type Deps = {
  /** Names of the site: what it is called and where it is reached. */
  site: readonly string[]
  /** Asks elsewhere for what passes the rules here; absent when the setting is not made. */
  breachLookup?: BreachLookup | undefined
}

/** About as many guesses as three words picked by chance from the common ones; far more than an online guesser gets. */
const requiredBits = 28

/** The blocklist and its kin: what is refused although it is long enough. Composition is nobody's business. */
export function createPasswordRules({ site, breachLookup }: Deps): PasswordRules {
  return {
    async check(password, owner) {
      const ranks = await loadCommonPasswords()
      const reason = findReason(password, { ranks, ownWords: ownWordsOf(owner, site) })
      if (reason) return refusePassword(reason)
      return (await breachLookup?.(password)) ? refusePassword('breached') : null
    },
  }
}

function findReason(password: string, knowledge: Knowledge): PasswordRefusalReason | null {
  const text = fold(password)
  const letters = text.replaceAll(/[^\p{L}\p{M}\p{N}]/gu, '')
  const signs = text.replaceAll(/[\p{L}\p{M}\p{N}]/gu, '')
  if (isStretched(password)) return 'repetition'
  const whole = estimateGuessWork(text, knowledge)
  if (whole.bits < requiredBits) return mainWeakness(whole)
  // p.a.s.s.w.o.r.d is read as one word, and what stands between its letters as another text.
  const apart = estimateGuessWork(letters, knowledge)
  const between = estimateGuessWork(signs, knowledge)
  return apart.bits + between.bits < requiredBits ? mainWeakness(apart) : null
}

/** Whether a short block is all there is, counted in code points as the length is, before they unfold into more. */
function isStretched(password: string): boolean {
  const points = [...password.normalize('NFC').toLowerCase()]
  return isRepeatedBlock(points, findEchoes(points), passwordMinLength)
}

function mainWeakness({ covered }: GuessWork): PasswordRefusalReason {
  let main: [Exclude<Weakness, 'none'>, number] = ['common', 0]
  for (const [weakness, length] of covered) if (weakness !== 'none' && length > main[1]) main = [weakness, length]
  return main[0]
}
