import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import * as z from 'zod'
import { parseDuration } from '../durations.ts'
import { isReservedHeader } from './reserved-headers.server.ts'
import { baseUrl, isGuardedOnItsWay } from './setting-kinds.server.ts'

/** Whose access token a service gets: one that we mint for its audience, the OpenID provider's, or none. */
export type UpstreamToken = 'own' | 'provider' | 'none'
const upstreamMethods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

/** What may be asked for (HEAD wherever GET may): a path of literal segments, `*` for exactly one, `**` at the end for any number. */
export type UpstreamRoute = { methods: readonly string[]; path: string }

/** How calls to a service are bounded. Times in milliseconds, sizes in bytes. */
export type UpstreamLimits = {
  /** From the last byte sent to the head of the answer. */
  timeoutMs: number
  /** The longest time in which no byte of a body moves. */
  idleTimeoutMs: number
  bodyLimitBytes: number
  /** The longest answer; null for any. */
  responseLimitBytes: number | null
}

export type UpstreamRules = UpstreamLimits & {
  allow: readonly UpstreamRoute[]
  /** Headers that pass beside the usual ones, in lower case. */
  requestHeaders: readonly string[]
  responseHeaders: readonly string[]
}

/** A service behind the proxy, as the file of upstreams describes it. */
export type UpstreamSettings = UpstreamRules & {
  name: string
  /** Without a slash at the end, a query or credentials. */
  baseUrl: string
  access: 'public' | 'user' | 'admin'
  token: UpstreamToken
  /** The `aud` of the access tokens it gets; null when it gets none. */
  audience: string | null
}

/** The rules of the API itself, and the further services. */
export type UpstreamTable = { api: UpstreamRules; further: readonly UpstreamSettings[] }

const units = { B: 1, KiB: 1_024, MiB: 1_048_576, GiB: 1_073_741_824 }

const size = z.string().transform((text, context) => {
  const match = /^(\d{1,9})(B|KiB|MiB|GiB)$/.exec(text)
  if (match) return Number(match[1]) * units[match[2] as keyof typeof units]
  context.addIssue({ code: 'custom', message: `"${text}" is not a size such as 64KiB, 10MiB or 2GiB` })
  return z.NEVER
})

const time = z.string().transform((text, context) => {
  const value = parseDuration(text)
  if (value !== null && value >= 10 && value <= 86_400_000) return value
  context.addIssue({ code: 'custom', message: `"${text}" is not a duration such as 500ms, 15s or 2m` })
  return z.NEVER
})

const headerNames = z
  .array(
    z
      .string()
      .regex(/^[A-Za-z0-9-]{1,60}$/, 'must be a header name')
      .transform((name) => name.toLowerCase())
      .refine((name) => !isReservedHeader(name), {
        error: ({ input }) => `names ${input}, which is decided by the proxy and cannot be passed on`,
      }),
  )
  .max(50)
  .default([])

const route = z.strictObject({
  methods: z.array(z.enum(upstreamMethods)).min(1, 'must name at least one method'),
  path: z
    .string()
    .regex(/^(\/([A-Za-z0-9._~!$&'()+,=:@-]+|\*))*(\/\*\*|\/)?$/, 'must look like /orders, /orders/* or /files/**')
    .refine((path) => path.startsWith('/') && !/\/\.\.?(\/|$)/.test(path), 'must be a path without . and ..'),
})

const limits = {
  timeout: time.default(15_000),
  idleTimeout: time.default(60_000),
  bodyLimit: size.default(1_048_576),
  responseLimit: size.optional(),
}

const rules = { ...limits, requestHeaders: headerNames, responseHeaders: headerNames }

const upstream = z
  .strictObject({
    name: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'must be lower case letters, digits and hyphens'),
    baseUrl,
    access: z.enum(['public', 'user', 'admin']).default('user'),
    token: z.enum(['own', 'provider', 'none']).default('own'),
    audience: z.string().min(1).max(200).optional(),
    allow: z.array(route).min(1, 'must allow something'),
    ...rules,
  })
  .superRefine(({ access, token, audience, baseUrl: url }, context) => {
    const complain = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message })
    if (token !== 'none' && access === 'public') complain('token', 'must be none where access is public')
    if (token === 'own' && audience === undefined) complain('audience', 'is needed where token is own')
    if (token !== 'own' && audience !== undefined) complain('audience', 'is only for token own')
    if (token !== 'none' && !isGuardedOnItsWay(url))
      complain('baseUrl', 'must be https where access tokens go over a public network')
  })

const file = z.strictObject({
  api: z.strictObject({ allow: z.array(route).min(1, 'must allow something').optional(), ...rules }).default({
    ...{ timeout: 15_000, idleTimeout: 60_000, bodyLimit: 1_048_576 },
    ...{ requestHeaders: [], responseHeaders: [] },
  }),
  upstreams: z.array(upstream).max(100).default([]),
})

/**
 * What the embedded API lets scripts do. What admins do is not among it: their pages ask for a fresh proof first, and a
 * call through the proxy would go past that.
 */
const apiRoutes: readonly UpstreamRoute[] = [
  { methods: ['GET'], path: '/users/me' },
  { methods: ['GET', 'POST'], path: '/projects' },
  { methods: ['GET', 'PATCH', 'DELETE'], path: '/projects/*' },
]

/** The table of services from `path`, or the API alone when it is undefined; with every reason against it at once. */
export function loadUpstreams(path: string | undefined, folder: string): { table: UpstreamTable; reasons: string[] } {
  const parsed = path === undefined ? { value: {} } : readJson(resolve(folder, path))
  if ('reason' in parsed) return { table: emptyTable(), reasons: [`UPSTREAMS_FILE ${parsed.reason}`] }
  const result = file.safeParse(parsed.value)
  if (!result.success) {
    const reasons = result.error.issues.map((issue) => `UPSTREAMS_FILE ${placeOf(issue.path)}${issue.message}`)
    return { table: emptyTable(), reasons }
  }
  const { api, upstreams } = result.data
  const names = upstreams.map(({ name }) => name)
  const twice = [...new Set(names.filter((name, index) => names.indexOf(name) !== index))]
  return {
    table: { api: { ...rulesOf(api), allow: api.allow ?? apiRoutes }, further: upstreams.map(toSettings) },
    reasons: twice.map((name) => `UPSTREAMS_FILE names the upstream ${name} twice`),
  }
}

function readJson(path: string): { value: unknown } | { reason: string } {
  try {
    return { value: JSON.parse(readFileSync(path, 'utf8')) }
  } catch (error) {
    if (error instanceof SyntaxError) return { reason: `${path} is not JSON` }
    return { reason: `${path} cannot be read (${(error as NodeJS.ErrnoException).code})` }
  }
}

function placeOf(path: readonly PropertyKey[]): string {
  const written = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('')
  return written === '' ? '' : `${written.replace(/^\./, '')} `
}

function emptyTable(): UpstreamTable {
  const { api } = file.parse({})
  return { api: { ...rulesOf(api), allow: apiRoutes }, further: [] }
}

type WrittenRules = z.infer<z.ZodObject<typeof rules>>

function rulesOf(written: WrittenRules): Omit<UpstreamRules, 'allow'> {
  return {
    timeoutMs: written.timeout,
    idleTimeoutMs: written.idleTimeout,
    bodyLimitBytes: written.bodyLimit,
    responseLimitBytes: written.responseLimit ?? null,
    requestHeaders: written.requestHeaders,
    responseHeaders: written.responseHeaders,
  }
}

function toSettings(written: z.infer<typeof upstream>): UpstreamSettings {
  const { name, baseUrl: url, access, token, audience = null, allow } = written
  return { ...rulesOf(written), allow, name, baseUrl: url, access, token, audience }
}
