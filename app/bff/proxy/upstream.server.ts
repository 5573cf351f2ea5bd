import type { UpstreamRules, UpstreamSettings, UpstreamTable } from '../../kernel/index.server.ts'
import { type PassingHeaders, passingHeaders } from './proxy-headers.server.ts'
import { type AllowedRoute, prepareRoutes } from './proxy-target.server.ts'
import { createHttpTransport, createLocalTransport, type Transport } from './transport.server.ts'

/** Where scripts reach the API, and the further services by name. */
export const apiPrefix = '/bff/api'
export const upstreamsPrefix = '/bff/upstreams'

/** A service behind the proxy, with everything that follows from its settings worked out. */
export type Upstream = Omit<UpstreamSettings, 'allow' | 'baseUrl' | keyof Pick<UpstreamRules, 'requestHeaders'>> & {
  /** What its paths begin with on this site. */
  prefix: string
  base: { origin: string; path: string }
  routes: readonly AllowedRoute[]
  passing: PassingHeaders
  transport: Transport
}

export type Upstreams = { api: Upstream; byName: ReadonlyMap<string, Upstream> }

export type UpstreamDeps = {
  table: UpstreamTable
  /** Where the API is; null while it is embedded. */
  apiUrl: string | null
  callApi: (request: Request) => Promise<Response>
  apiAudience: string
}

const embeddedOrigin = 'http://api.internal'

/** The services of the proxy. Opens no connection before the first call. */
export function createUpstreams({ table, apiUrl, callApi, apiAudience }: UpstreamDeps): Upstreams {
  const own = {
    name: 'api',
    baseUrl: apiUrl ?? embeddedOrigin,
    access: 'user',
    token: 'own',
    audience: apiAudience,
  } as const
  const local = apiUrl === null ? createLocalTransport(embeddedOrigin, callApi) : null
  const further = table.further.map((settings) => prepare(settings, `${upstreamsPrefix}/${settings.name}`, null))
  return {
    api: prepare({ ...table.api, ...own }, apiPrefix, local),
    byName: new Map(further.map((upstream) => [upstream.name, upstream])),
  }
}

function prepare(settings: UpstreamSettings, prefix: string, transport: Transport | null): Upstream {
  const { origin, pathname } = new URL(settings.baseUrl)
  return {
    ...settings,
    prefix,
    base: { origin, path: pathname === '/' ? '' : pathname },
    routes: prepareRoutes(settings.allow),
    passing: passingHeaders(settings),
    transport: transport ?? createHttpTransport(origin),
  }
}

/** True for what the proxy answers. Other spellings of these prefixes lead nowhere. */
export function isProxied(url: string): boolean {
  return url.startsWith(`${apiPrefix}/`) || url.startsWith(`${upstreamsPrefix}/`)
}

/** Which service an address means, and the rest of the address; the service is null when there is none of that name. */
export function findUpstream({ api, byName }: Upstreams, url: string): { upstream: Upstream | null; rest: string } {
  if (url.startsWith(`${apiPrefix}/`)) return { upstream: api, rest: url.slice(apiPrefix.length) }
  const [, name = '', rest = ''] = /^\/([^/?]*)(.*)$/s.exec(url.slice(upstreamsPrefix.length)) ?? []
  return { upstream: byName.get(name) ?? null, rest: rest === '' ? '/' : rest }
}
