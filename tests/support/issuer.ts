import type { Mail } from '../../app/contract/index.ts'
import { createIssuer, type Issuer, type IssuerSettings, type PasswordLimits } from '../../app/identity/index.server.ts'
import { deriveSecrets } from '../../app/kernel/index.server.ts'
import { replaceClock, type SecurityEvent } from '../../app/kernel/index.ts'
import { type OpenStore, openStoreInUse, openTestStore, type TestStore } from './store.ts'

/** Argon2id at its least: what a test of anything but hashing wants. */
export const fastHashing: PasswordLimits = { memoryKiB: 8, passes: 1, lanes: 1, concurrent: 2, waiting: 64 }

export const visitor = { address: '192.0.2.7', agent: 'a test' }
export const ada = { name: 'Ada', email: 'ada@example.com', password: 'a quite ordinary sentence' }

const second = 1_000
const minute = 60 * second
const hour = 60 * minute

export const testSettings: IssuerSettings = {
  APP_ORIGIN: 'http://localhost:3000',
  REFRESH_ROTATE_AFTER: 5 * minute,
  REUSE_GRACE: 30 * second,
  SESSION_TTL: 12 * hour,
  SESSION_TTL_PERSISTENT: 7 * 24 * hour,
  SESSION_IDLE: 3 * 24 * hour,
  SESSIONS_PER_ACCOUNT: 100,
  DEVICE_BINDING: 'on',
  DEVICE_BINDING_TTL: 10 * minute,
  DEVICE_BINDING_FOR_ADMINS: 'optional',
  ACCESS_TOKEN_TTL: 5 * minute,
  ACCESS_TOKEN_ALG: 'ES256',
  SIGNING_KEY_ROTATE_AFTER: 90 * 24 * hour,
  ACCESS_TOKEN_AUDIENCE: 'cloakroom-api',
  LIMIT_SIGN_IN_PER_ADDRESS: { points: 1_000, durationMs: minute },
  REGISTRATION: 'instant',
  LIMIT_MAIL_PER_ADDRESS: { points: 1_000, durationMs: minute },
  LIMIT_MAIL_PER_MAILBOX: { points: 1_000, durationMs: minute },
  LIMIT_CODE_PER_ADDRESS: { points: 1_000, durationMs: minute },
  LIMIT_REGISTER_PER_ADDRESS: { points: 1_000, durationMs: minute },
  secrets: deriveSecrets([Buffer.alloc(32, 'test')]),
  providers: [],
}

/** A clock that stands still until it is told to move, in any direction. `restore` puts the system's clock back. */
export function standingClock(start = Date.UTC(2026, 10, 21, 12)) {
  let at = start
  const restore = replaceClock(() => at)
  return {
    restore,
    now: () => at,
    step: (milliseconds: number) => {
      at += milliseconds
    },
  }
}

export type PostedMail = Mail & { isDecoy: boolean; aboutId: string | null }
type IssuerParts = { issuer: Issuer; events: SecurityEvent[]; mails: PostedMail[] }
export type TestIssuer = TestStore & IssuerParts
/** One whose store may be either: whatever is asked of it is waited for. */
export type StoreIssuer = OpenStore & IssuerParts

type IssuerOptions = { settings?: Partial<IssuerSettings>; passwordLimits?: PasswordLimits }

/** A whole issuer over a store of its own, with cheap hashing and its events at hand. */
export function openTestIssuer<T extends TestStore = TestStore>(
  options: IssuerOptions & { store?: T } = {},
): Promise<TestIssuer & T> {
  return openIssuerOver(options.store ?? (openTestStore() as T), options)
}

/** The same over the store of this run. */
export async function openIssuerOverStoreInUse(options: IssuerOptions = {}): Promise<StoreIssuer> {
  return openIssuerOver(await openStoreInUse(), options)
}

/** The same over a store that is there already; whoever opened it closes it. */
export async function openIssuerOver<T extends OpenStore>(store: T, options: IssuerOptions): Promise<IssuerParts & T> {
  const events: SecurityEvent[] = []
  const mails: PostedMail[] = []
  const issuer = await createIssuer({
    database: store.database,
    settings: { ...testSettings, ...options.settings },
    record: (event) => events.push(event),
    passwordLimits: options.passwordLimits ?? fastHashing,
    postMail: async (mail, { about, isDecoy = false }) => void mails.push({ ...mail, isDecoy, aboutId: about }),
  })
  return { ...store, issuer, events, mails }
}
