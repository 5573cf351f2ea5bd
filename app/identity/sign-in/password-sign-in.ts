import { Problem } from '../../kernel/index.ts'
import type { Account } from '../account.ts'
import type { Accounts } from '../accounts/accounts.ts'
import type { SecondStep } from '../factors/second-step.ts'
import type { Admitted, SignInLimits } from '../limits/sign-in-limits.ts'
import type { TokenService, Visitor } from '../token-service.ts'
import type { Overtaken } from './session-start.ts'
import type { SignIns } from './sign-ins.ts'

/** How often a password that was right is looked at anew because the account changed before a session could start. */
const maxLooks = 4

type Deps = {
  accounts: Pick<Accounts, 'authenticate'>
  limits: SignInLimits
  findMissing: SecondStep['findMissing']
  signIns: SignIns
}

type Outcome = Awaited<ReturnType<Accounts['authenticate']>>
type Refused = Exclude<Outcome, { kind: 'authenticated' | 'registration-waiting' }>

/**
 * Signing in with a password, and proving with it once more. When the account has changed between the look at the password
 * and the start of the session, everything is looked at anew: what is answered is what is true then. An honest sign-in that
 * merely met another one which brought the hash to today's parameters gets its session this way.
 */
export function createPasswordSignIn(deps: Deps): Pick<TokenService, 'signIn' | 'reauthenticate'> {
  const { accounts, limits, findMissing, signIns } = deps

  /** A full queue has looked at nothing, so it must not count as a failure. */
  async function authenticate(input: { email: string; password: string }, visitor: Visitor, admission: Admitted) {
    try {
      return await accounts.authenticate(input, visitor)
    } catch (error) {
      if (error instanceof Problem && error.code === 'busy') await admission.withdraw()
      throw error
    }
  }

  /** Goes on with the account whose password was right, as often as it takes until nothing changes in between. */
  async function goOn<Result extends { kind: string }>(
    admission: Admitted,
    verify: () => Promise<Outcome>,
    proceed: (account: Account, newMark: string | null) => Promise<Result | Overtaken>,
  ): Promise<Result | Refused> {
    let succeeded: Promise<string | null> | null = null
    for (let look = 0; look < maxLooks; look++) {
      const outcome = await verify()
      if (outcome.kind === 'invalid-credentials') return outcome
      // Anybody may have registered the address, also one that is taken: the failures of its account stay counted.
      if (outcome.kind === 'registration-waiting') return { kind: 'address-unconfirmed' }
      succeeded ??= admission.succeed(accountIdOf(outcome))
      const newMark = await succeeded
      if (outcome.kind !== 'authenticated') return outcome
      const result = await proceed(outcome.account, newMark)
      if (!isOvertaken(result)) return result
    }
    throw new Problem('unavailable', { retryAfterSeconds: 1 })
  }

  return {
    async signIn(input, visitor, replaces, deviceMark = null, trustMark = null) {
      const admission = await limits.admitSignIn(input.email, visitor, deviceMark)
      if (admission.kind === 'throttled') return admission
      const verify = () => authenticate(input, visitor, admission)
      return goOn(admission, verify, async (account, newMark) => {
        const judged = await findMissing(account, input.remember, trustMark)
        if (judged.kind !== 'complete') return judged
        const verified = { passwordHash: account.passwordHash, factorVersion: judged.factorVersion }
        const facts = { amr: ['pwd'], persistent: input.remember, isNewDevice: newMark !== null, verified }
        const started = await signIns.start(account, facts, visitor, replaces)
        return isOvertaken(started) ? started : { ...started, deviceMark: newMark }
      })
    },

    async reauthenticate(principal, password, visitor, held) {
      const { email, userId, sessionId } = principal
      const admission = await limits.admitSignIn(email, visitor, held.deviceMark)
      if (admission.kind === 'throttled') return admission
      const verify = async (): Promise<Outcome> => {
        const outcome = await authenticate({ email, password }, visitor, admission)
        // An address that changed hands in this moment belongs to somebody else.
        const isOthers = outcome.kind === 'authenticated' && outcome.account.id !== userId
        return isOthers ? { kind: 'invalid-credentials' } : outcome
      }
      return goOn(admission, verify, async (account, newMark) => {
        const verified = { passwordHash: account.passwordHash, factorVersion: null }
        const facts = { amr: [...new Set([...principal.amr, 'pwd'])], persistent: held.persistent, verified }
        const started = await signIns.renew(account, facts, visitor, sessionId)
        if (!isOvertaken(started)) return { ...started, deviceMark: newMark }
        if (started.by !== 'session') return started
        signIns.noteOvertaken(account.id, visitor)
        throw new Problem('sign_in_required')
      })
    },
  }
}

function accountIdOf(outcome: Outcome): string | null {
  return outcome.kind === 'authenticated' ? outcome.account.id : null
}

function isOvertaken(result: { kind: string }): result is Overtaken {
  return result.kind === 'overtaken'
}
