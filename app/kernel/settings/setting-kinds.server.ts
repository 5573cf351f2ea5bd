import * as z from 'zod'
import { parseDuration } from '../durations.ts'

// What the values of settings may look like. Each says what is wrong and what would be right.

export const duration = (fallback: string) =>
  z
    .string()
    .default(fallback)
    .transform((text, context) => {
      const value = parseDuration(text)
      if (value !== null && value > 0) return value
      context.addIssue({ code: 'custom', message: `"${text}" is not a duration such as 5s, 10m, 12h or 7d` })
      return z.NEVER
    })

export const port = (fallback: string) =>
  z
    .string()
    .default(fallback)
    .refine((text) => /^\d{1,5}$/.test(text) && Number(text) <= 65_535, 'must be a port number, 0 to 65535')
    .transform(Number)

/** A SQLite file, or a connection that `pg` understands. What is refused is not repeated: it may hold a password. */
export const databaseUrl = z
  .string()
  .refine((text) => /^file:.+/.test(text) || (/^postgres(ql)?:\/\//.test(text) && URL.canParse(text)), {
    error: 'must look like file:.data/cloakroom.sqlite or postgres://user:password@localhost:5432/cloakroom',
    abort: true,
  })
  .refine((text) => text.startsWith('file:') || saysHowItIsSecured(new URL(text)), {
    error: 'must say sslmode beyond loopback: verify-full, or disable where nobody else is on the network',
  })

/** PostgreSQL's driver speaks in the clear unless it is told otherwise. */
function saysHowItIsSecured({ hostname, searchParams }: URL): boolean {
  const host = searchParams.get('host') ?? hostname
  const isLocal = host === '' || host.startsWith('/') || isLoopback(host)
  return isLocal || searchParams.has('sslmode') || searchParams.has('ssl')
}

export const count = (fallback: string, most: number) =>
  z
    .string()
    .default(fallback)
    .refine((text) => /^[1-9]\d{0,3}$/.test(text) && Number(text) <= most, `must be a number, 1 to ${most}`)
    .transform(Number)

export const httpUrl = z.url({ protocol: /^https?$/, error: 'must be an absolute http or https URL' })

export const origin = httpUrl.refine((text) => URL.canParse(text) && new URL(text).origin === text, {
  error: 'must be an origin and nothing more, such as https://accounts.example.com (no path, no slash at the end)',
})

/** Where a service is: an origin and perhaps a path, spelled in one way. */
export const baseUrl = z
  .url({ protocol: /^https?$/, error: 'must be an absolute http or https URL' })
  .refine((text) => /^https?:\/\/[^/?#@\\]+(\/[A-Za-z0-9._~-]+)*$/.test(text), {
    error: 'must be an origin and perhaps a path: no credentials, no query, no slash at the end',
  })
  .refine((text) => !URL.canParse(text) || new URL(text).href.replace(/\/$/, '') === text, {
    error: 'must be written as a browser writes it: lower case host, no default port, no . or ..',
  })

const guarded = { error: 'must be https where access tokens or keys go over a public network' }
const isGuarded = (text: string) => !URL.canParse(text) || isGuardedOnItsWay(text)

/** A service that is sent access tokens: nobody on the way may read them. */
export const trustedBaseUrl = baseUrl.refine(isGuarded, guarded)

/** Where keys come from: nobody on the way may put in their own. */
export const keySetUrl = httpUrl.refine(isGuarded, guarded)

/** True for https, and for plain http within a network of one's own. */
export function isGuardedOnItsWay(url: string): boolean {
  return url.startsWith('https:') || isPrivateHost(new URL(url).hostname)
}

/** So many points in a window. */
export type Rate = { points: number; durationMs: number }

export const rate = (fallback: string) =>
  z
    .string()
    .default(fallback)
    .transform((text, context): Rate => {
      const [points = '', window = ''] = text.split('/')
      const durationMs = parseDuration(window)
      if (/^[1-9]\d{0,8}$/.test(points) && durationMs !== null && durationMs >= 1_000)
        return { points: Number(points), durationMs }
      context.addIssue({ code: 'custom', message: `"${text}" is not a rate such as 30/10m` })
      return z.NEVER
    })

export const smtpUrl = z.url({
  protocol: /^smtps?$/,
  error: 'must look like smtps://user:password@mail.example.com:465 or smtp://mail.example.com:587',
})

/** `address` or `Name <address>`, in one line; nothing that a mail header reads in another way. */
export const sender = z
  .string()
  .regex(
    /^([^<>",;:@\\\p{C}]+ )?(<[^\s<>",;:@]+@[^\s<>",;:@]+>|[^\s<>",;:@]+@[^\s<>",;:@]+)$/u,
    'must look like Cloakroom <no-reply@example.com>',
  )

/** Where to report a weakness, as RFC 9116, 2.5.3, wants it: one URI, no plain http. */
export const contact = z.string().regex(/^(mailto:[^\s@]+@[^\s@]+|https:\/\/[^\s]+|tel:\+[\d-]+)$/, {
  error: 'must look like mailto:security@example.com or https://example.com/report',
})

export const rangeUrl = httpUrl.refine(
  (text) => URL.canParse(text) && (text.startsWith('https:') || isLoopback(new URL(text).hostname)),
  {
    error: 'must start with https:// unless it is on loopback: five digits of a hash of each new password go there',
  },
)

export const list = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((part) => part.trim())
      .filter(Boolean),
  )

/** What can be left out of `app/platform`, which reads the variable itself: some of it is at work before there are settings. */
export const platformParts = [
  'compile-cache',
  'leave-out',
  'late-telemetry',
  'own-undici',
  'known-files',
  'listener',
  'brotli',
  'quick-imports',
] as const

export const parts = list.pipe(
  z.array(z.enum(['all', ...platformParts], { error: `must be of all, ${platformParts.join(', ')}` })),
)

/** True for `localhost` and its subdomains, 127.0.0.0/8 and [::1]: what browsers treat as a trustworthy origin. */
export function isLoopback(hostname: string): boolean {
  return /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname)
}

/** True for what only this machine can connect to. No other names: where they lead is for a resolver to say. */
export function isOwnAddress(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[?(::1|::ffff:127(\.\d{1,3}){3})\]?)$/i.test(host)
}

/** A host that only a network of one's own knows: loopback, a private address, a name without or with an inner ending. */
function isPrivateHost(hostname: string): boolean {
  return (
    isLoopback(hostname) ||
    !/[.:]/.test(hostname) ||
    /\.(internal|local|lan|svc|cluster\.local)$/.test(hostname) ||
    /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|\[f[cd])/.test(hostname)
  )
}
