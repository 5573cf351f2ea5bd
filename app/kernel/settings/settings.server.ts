import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseEnv } from 'node:util'
import * as z from 'zod'
import type { Secret } from '../crypto/secrets.server.ts'
import { StartError } from '../errors.ts'
import { isOpenToAll } from './file-modes.server.ts'
import { loadSecrets, localSecretsFile } from './local-secrets.server.ts'
import { type ProviderSettings, readProviders } from './providers.server.ts'
import {
  contact,
  count,
  databaseUrl,
  duration,
  isLoopback,
  isOwnAddress,
  keySetUrl,
  list,
  origin,
  parts,
  port,
  rangeUrl,
  rate,
  sender,
  smtpUrl,
  trustedBaseUrl,
} from './setting-kinds.server.ts'
import { loadUpstreams, type UpstreamTable } from './upstreams.server.ts'

/** Every setting there is. The text in `describe` is what the README's table and `.env.example` say of it. */
const schema = z.object({
  APP_ORIGIN: origin.optional().describe('where browsers reach this site; decides links, redirects and origin checks'),
  PORT: port('3000').describe('the port to listen on'),
  HOST: z.string().min(1).optional().describe('the address to listen on; loopback alone while APP_ORIGIN is loopback'),
  WEB_CONCURRENCY: count('1', 64).describe(
    'how many processes serve; one for each core is sensible, SIGHUP replaces them one by one',
  ),
  APP_SECRETS: z.string().optional().describe('base64 secrets of at least 32 bytes, newest first, separated by commas'),
  DATA_DIR: z.string().min(1).default('.data').describe('where local secrets and the SQLite file live'),
  DATABASE_URL: databaseUrl
    .optional()
    .describe('the store: a SQLite file, or postgres://user:password@host/name?sslmode=verify-full'),
  DATABASE_POOL: count('10', 1_000).describe('PostgreSQL: connections of one process at most'),
  DATABASE_CONNECT_TIMEOUT: duration('5s').describe('PostgreSQL: how long a request waits for a connection'),
  DATABASE_STATEMENT_TIMEOUT: duration('5s').describe(
    'PostgreSQL: how long a statement may take, and a transaction may stand still',
  ),
  DATABASE_POOLER: z
    .enum(['none', 'transaction'])
    .default('none')
    .describe(
      'PostgreSQL: `transaction` behind a pooler in transaction mode; no prepared statements and session settings then',
    ),
  REFRESH_ROTATE_AFTER: duration('5m').describe('age at which a refresh token is replaced'),
  REUSE_GRACE: duration('30s').describe('how long a straggler may still present the previous refresh token'),
  SESSION_TTL: duration('12h').describe('longest life of a session whose cookie ends with the browser'),
  SESSION_TTL_PERSISTENT: duration('7d').describe('longest life of a session that was kept signed in'),
  SESSION_IDLE: duration('3d').describe('a session not used for this long ends'),
  SESSIONS_PER_ACCOUNT: count('100', 1_000).describe(
    'how many sessions of an account may be alive; a sign-in beyond it ends the one not used for longest',
  ),
  ACCESS_TOKEN_TTL: duration('5m').describe('life of an access token; it is dropped with its request in any case'),
  ACCESS_TOKEN_ALG: z.enum(['ES256', 'EdDSA']).default('ES256').describe('signature of access tokens'),
  ACCESS_TOKEN_AUDIENCE: z.string().min(1).default('cloakroom-api').describe('the `aud` that the API asks for'),
  SIGNING_KEY_ROTATE_AFTER: duration('90d').describe('how long a key signs access tokens before the next one does'),
  DEVICE_BINDING: z
    .enum(['on', 'off'])
    .default('on')
    .describe('whether browsers that can (DBSC) bind a session to a key that never leaves the device'),
  DEVICE_BINDING_TTL: duration('10m').describe('how long a bound session goes on before its key is used again'),
  DEVICE_BINDING_FOR_ADMINS: z
    .enum(['optional', 'required'])
    .default('optional')
    .describe('`required`: admins have no more rights than users until their session is bound'),
  EVENT_RETENTION: duration('400d').describe('how long security events about an account are kept'),
  EVENT_RETENTION_ANONYMOUS: duration('14d').describe('how long security events about no account are kept'),
  API_URL: trustedBaseUrl.optional().describe('a resource server elsewhere; the embedded API when unset'),
  UPSTREAMS_FILE: z
    .string()
    .min(1)
    .optional()
    .describe('a JSON file of what scripts may reach through /bff/api and of further services; see the README'),
  API_PORT: port('3001').describe('the port of `npm run api`'),
  API_JWKS_URL: keySetUrl.optional().describe("where `npm run api` reads the key set; the issuer's own when unset"),
  REGISTRATION: z
    .enum(['instant', 'verify-email'])
    .optional()
    .describe('`instant`: registering signs in; `verify-email`: an account comes to be when its address is confirmed'),
  SMTP_URL: smtpUrl
    .optional()
    .describe('the mail server, such as smtps://user:password@mail.example.com; beyond loopback TLS is required'),
  MAIL_FROM: sender.optional().describe('the sender of mails, such as Cloakroom <no-reply@example.com>'),
  PASSWORD_BREACH_URL: rangeUrl
    .optional()
    .describe(
      'a k-anonymity range service for new passwords, such as https://api.pwnedpasswords.com/range/; off when unset',
    ),
  SECURITY_CONTACT: contact
    .optional()
    .describe('whom to tell about a weakness, such as mailto:security@example.com; shown in /.well-known/security.txt'),
  PROVIDERS_FILE: z
    .string()
    .optional()
    .describe('a JSON file that names the OpenID providers people may sign in with; see the README'),
  TRUSTED_PROXIES: list.describe('CIDRs of the proxies whose X-Forwarded-For is believed, separated by commas'),
  LIMIT_SIGN_IN_PER_ADDRESS: rate('30/10m').describe('failed sign-ins from one address (IPv6: one /64) in a window'),
  LIMIT_REGISTER_PER_ADDRESS: rate('20/1h').describe('registrations from one address in a window'),
  LIMIT_MAIL_PER_ADDRESS: rate('20/1h').describe('mails that one address may ask for in a window'),
  LIMIT_MAIL_PER_MAILBOX: rate('6/1h').describe('mails that strangers may have sent to one mailbox in a window'),
  LIMIT_CODE_PER_ADDRESS: rate('30/1h').describe('wrong codes from one address in a window'),
  LIMIT_EVENTS_ABOUT_NOBODY: rate('100/1m').describe(
    'security events about no account that all processes write in a window; the rest is summed up',
  ),
  METRICS_TOKEN: z
    .string()
    .regex(/^[\x21-\x7e]{16,}$/, 'must be at least 16 letters without spaces')
    .optional()
    .describe('the bearer token that /metrics asks for; unset, only programs of this machine see it'),
  DEFAULT_LANGUAGE: z.enum(['en', 'de']).default('en').describe('the language for browsers that ask for none of ours'),
  PLATFORM_OFF: parts.describe(
    'what of `app/platform` to do without, separated by commas, or `all`; its README says what each part gains',
  ),
  LOG_LEVEL: z
    .enum(['silent', 'fatal', 'error', 'warn', 'info', 'debug'])
    .default('info')
    .describe('least level logged'),
})

type Parsed = z.infer<typeof schema>
export type SettingName = keyof typeof schema.shape

type Derived = 'APP_ORIGIN' | 'HOST' | 'APP_SECRETS' | 'DATABASE_URL' | 'REGISTRATION' | 'MAIL_FROM'

export type Settings = Omit<Parsed, Derived> & {
  readonly APP_ORIGIN: string
  readonly REGISTRATION: 'instant' | 'verify-email'
  readonly MAIL_FROM: string
  readonly HOST: string | undefined
  readonly DATABASE_URL: string
  /** How PostgreSQL is used; without meaning for SQLite. */
  readonly postgres: {
    poolSize: number
    connectTimeoutMs: number
    statementTimeoutMs: number
    /** True behind a pooler in transaction mode. */
    isPooled: boolean
  }
  /** Newest first, at least one. */
  readonly secrets: readonly Secret[]
  /** The file that the secrets were read from; null when they stand in `APP_SECRETS`. */
  readonly secretsFile: string | null
  /** What `PROVIDERS_FILE` names. */
  readonly providers: readonly ProviderSettings[]
  /** What `UPSTREAMS_FILE` lets scripts reach. */
  readonly upstreams: UpstreamTable
  /** True while `APP_ORIGIN` is a loopback address: secrets may be created, seeds may run. Cookies never depend on it. */
  readonly isLocal: boolean
  /** Where the development server of the compiler listens; undefined outside `npm run dev`. */
  readonly devOrigin: string | undefined
}

/** What holds when a setting without a written default is left out. */
const derived: Partial<Record<SettingName, string>> = {
  APP_ORIGIN: 'http://localhost:$PORT',
  HOST: '127.0.0.1 on loopback, else every address',
  APP_SECRETS: 'made at the first start on loopback, else required',
  DATABASE_URL: 'file:$DATA_DIR/cloakroom.sqlite',
  API_URL: 'the embedded API',
  UPSTREAMS_FILE: 'the API alone, by its usual paths',
  API_JWKS_URL: '$APP_ORIGIN/.well-known/jwks.json',
  REGISTRATION: 'instant on loopback, else verify-email',
  SMTP_URL: 'mail waits; on loopback it is shown at /dev/mail',
  MAIL_FROM: 'Cloakroom <no-reply@ the host of APP_ORIGIN>',
  PASSWORD_BREACH_URL: 'off',
  PROVIDERS_FILE: 'none',
  SECURITY_CONTACT: 'there is no security.txt',
  TRUSTED_PROXIES: 'none',
  METRICS_TOKEN: 'none',
}

export type SettingDescription = { name: string; fallback: string; isDerived: boolean; meaning: string }

/** Name, default and meaning of every setting, for the README and `.env.example`. */
export function settingsTable(): SettingDescription[] {
  return Object.entries(schema.shape).map(([name, field]) => {
    const { def } = field as { def?: { in?: { def?: { defaultValue?: unknown } }; defaultValue?: unknown } }
    const written = def?.defaultValue ?? def?.in?.def?.defaultValue
    const isDerived = written === undefined || written === ''
    const fallback = isDerived ? (derived[name as SettingName] ?? '') : String(written)
    return { name, fallback, isDerived, meaning: field.description ?? '' }
  })
}

/**
 * Settings from the environment and, below it, from `.env`. Names every bad field at once.
 *
 * An unknown name in `.env`, or one in the environment that is a near miss of ours, stops the start: a setting that
 * is misspelt is a defence that is off without anybody knowing.
 */
export function loadSettings(environment: NodeJS.ProcessEnv = process.env, folder = process.cwd()): Settings {
  const fromFile = readDotEnv(folder)
  const reasons = [...unknownNames(Object.keys(fromFile), environment), ...checkSecrecy(fromFile, folder)]
  const given = Object.fromEntries(
    Object.keys(schema.shape)
      .map((name) => [name, (environment[name] ?? fromFile[name])?.trim()] as const)
      .filter(([, value]) => value !== undefined && value !== ''),
  )
  const parsed = schema.safeParse(given)
  if (!parsed.success) {
    reasons.push(...parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`))
    throw new StartError(reasons)
  }
  const values = parsed.data
  const originUrl = values.APP_ORIGIN ?? `http://localhost:${values.PORT}`
  const isLocal = isLoopback(new URL(originUrl).hostname)
  if (!isLocal && !originUrl.startsWith('https:')) {
    reasons.push('APP_ORIGIN must start with https:// unless it is localhost: browsers drop our cookies on plain http')
  }
  reasons.push(...checkReach(values.HOST, originUrl, isLocal))
  reasons.push(...checkLifetimes(values))
  const REGISTRATION = values.REGISTRATION ?? (isLocal ? 'instant' : 'verify-email')
  if (!isLocal && REGISTRATION === 'verify-email' && values.SMTP_URL === undefined) {
    reasons.push(
      'SMTP_URL is needed while REGISTRATION is verify-email (the default beyond loopback): without a mail server nobody could confirm their address. Set it, or REGISTRATION=instant',
    )
  }
  const upstreams = loadUpstreams(values.UPSTREAMS_FILE, folder)
  reasons.push(...upstreams.reasons)
  const dataDir = resolve(folder, values.DATA_DIR)
  const providers = readProviders(values.PROVIDERS_FILE, folder)
  reasons.push(...providers.reasons)
  const secrets = loadSecrets({ written: values.APP_SECRETS, dataDir, isLocal, mayCreate: reasons.length === 0 })
  reasons.push(...secrets.reasons)
  if (reasons.length > 0) throw new StartError(reasons)
  const { APP_SECRETS: _written, ...rest } = values
  return {
    ...rest,
    APP_ORIGIN: originUrl,
    upstreams: upstreams.table,
    REGISTRATION,
    MAIL_FROM: values.MAIL_FROM ?? `Cloakroom <no-reply@${mailHostOf(originUrl)}>`,
    DATA_DIR: dataDir,
    HOST: values.HOST ?? (isLocal ? '127.0.0.1' : undefined),
    DATABASE_URL: values.DATABASE_URL ?? `file:${resolve(dataDir, 'cloakroom.sqlite')}`,
    postgres: {
      poolSize: values.DATABASE_POOL,
      connectTimeoutMs: values.DATABASE_CONNECT_TIMEOUT,
      statementTimeoutMs: values.DATABASE_STATEMENT_TIMEOUT,
      isPooled: values.DATABASE_POOLER === 'transaction',
    },
    secrets: secrets.secrets,
    providers: providers.providers,
    secretsFile: values.APP_SECRETS === undefined ? localSecretsFile(dataDir) : null,
    isLocal,
    devOrigin: environment.NODE_ENV === 'development' ? environment.REMIX_DEV_ORIGIN : undefined,
  }
}

/** The host of an origin as the right side of an address: an IP address goes in brackets (RFC 5321, 4.1.3). */
function mailHostOf(origin: string): string {
  const { hostname } = new URL(origin)
  return /^[\d.]+$/.test(hostname) ? `[${hostname}]` : hostname
}

function readDotEnv(folder: string): NodeJS.Dict<string> {
  try {
    return parseEnv(readFileSync(resolve(folder, '.env'), 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw new StartError([`.env cannot be read (${(error as NodeJS.ErrnoException).code}): check its permissions`])
  }
}

/** A server of this machine alone shows its mails and makes its own secrets: nobody else may get to it. */
function checkReach(host: string | undefined, originUrl: string, isLocal: boolean): string[] {
  if (!isLocal || host === undefined || isOwnAddress(host)) return []
  return [
    `HOST ${host} lets other machines in while APP_ORIGIN (${originUrl}) is for this one alone, with its mails and local secrets: leave HOST out or set it to 127.0.0.1; to be reached by others, set APP_ORIGIN to the https address that they use`,
  ]
}

/**
 * An `.env` with a secret in it is for its owner and group, as `PROVIDERS_FILE` is, on loopback as well: the same file is what
 * people take along to a server. One without secrets may be read by anybody.
 */
function checkSecrecy(fromFile: NodeJS.Dict<string>, folder: string): string[] {
  const holdsPassword = (text = '') => /^[a-z+]+:\/\/[^/?#]*:[^/?#]*@/i.test(text.trim())
  const secrets = ['APP_SECRETS', 'METRICS_TOKEN'].filter((name) => fromFile[name]?.trim())
  const urls = ['DATABASE_URL', 'SMTP_URL'].filter((name) => holdsPassword(fromFile[name]))
  const held = [...secrets, ...urls]
  const path = resolve(folder, '.env')
  if (held.length === 0 || !isOpenToAll(path)) return []
  return [`${path} holds ${held.join(', ')} and can be read by everybody: chmod 640 it (600 where nobody shares it)`]
}

function checkLifetimes(values: Parsed): string[] {
  const reasons: string[] = []
  if (values.REUSE_GRACE >= values.REFRESH_ROTATE_AFTER * 10) {
    reasons.push('REUSE_GRACE must stay below ten times REFRESH_ROTATE_AFTER, or a stolen refresh token lives too long')
  }
  if (values.SESSION_TTL_PERSISTENT > 400 * 86_400_000) {
    reasons.push('SESSION_TTL_PERSISTENT must be at most 400d: browsers cap cookies there')
  }
  if (values.DEVICE_BINDING_TTL < 60_000 || values.DEVICE_BINDING_TTL > 86_400_000) {
    reasons.push('DEVICE_BINDING_TTL must be between 1m and 24h: browsers use a key at most six times in nine minutes')
  }
  if (values.DEVICE_BINDING === 'off' && values.DEVICE_BINDING_FOR_ADMINS === 'required') {
    reasons.push('DEVICE_BINDING_FOR_ADMINS cannot be required while DEVICE_BINDING is off: nobody could administer')
  }
  if (values.ACCESS_TOKEN_TTL < 10_000) reasons.push('ACCESS_TOKEN_TTL must be at least 10s')
  return reasons
}

function* unknownNames(inFile: string[], environment: NodeJS.ProcessEnv): Generator<string> {
  const known = Object.keys(schema.shape)
  for (const name of inFile) if (!known.includes(name)) yield describeUnknown(name, '.env', known)
  for (const name of Object.keys(environment)) {
    if (known.includes(name) || inFile.includes(name) || name.length < 6) continue
    if (known.some((ours) => ours.length >= 8 && isMisspelt(ours, name)))
      yield describeUnknown(name, 'the environment', known)
  }
}

function describeUnknown(name: string, where: string, known: string[]): string {
  const nearest = known.toSorted((a, b) => distance(a, name) - distance(b, name))[0] ?? ''
  const hint = distance(nearest, name) <= 4 ? ` Did you mean ${nearest}?` : ' Remove it, or see .env.example.'
  return `${name} in ${where} is not a setting of Cloakroom.${hint}`
}

/** The lengths come first: they part nearly all names, and every start compares each variable with each setting. */
function isMisspelt(ours: string, name: string): boolean {
  return Math.abs(ours.length - name.length) <= 2 && distance(ours, name) <= 2
}

/** Levenshtein distance: how many letters to add, drop or change. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1]
    for (const [j, other] of [...b].entries()) {
      next.push(Math.min((next[j] ?? 0) + 1, (row[j + 1] ?? 0) + 1, (row[j] ?? 0) + (letter === other ? 0 : 1)))
    }
    row = next
  }
  return row[b.length] ?? 0
}
