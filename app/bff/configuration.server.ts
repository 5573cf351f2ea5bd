import type { EventReader, MailboxEntry } from '../contract/index.ts'
import { createSecurityHeaders, type Network, type SecurityHeaders } from '../http/index.server.ts'
import type { Language } from '../i18n/index.ts'
import type { AccountService, RecoveryService, TokenService } from '../identity/index.server.ts'
import type { KeyRing, UpstreamTable } from '../kernel/index.server.ts'
import type { RecordEvent } from '../kernel/index.ts'
import { createUpstreams, type Upstreams } from './proxy/upstream.server.ts'

/** What the composition root hands to the BFF. */
export type BffConfiguration = {
  /** `APP_ORIGIN`: alone decides links, redirects and origin checks. */
  origin: string
  tokens: TokenService
  accounts: AccountService
  recovery: RecoveryService
  /** What was recorded, for pages about a person's own account. */
  events: EventReader
  /** The resource server: embedded or elsewhere, always spoken to as Request and Response. */
  callApi: (request: Request) => Promise<Response>
  apiBaseUrl: string
  /** What scripts reach through the proxy. */
  proxied: { table: UpstreamTable; apiUrl: string | null; apiAudience: string }
  csrfKeys: KeyRing
  /** Encrypts forms that wait for a confirmation. */
  stepUpKeys: KeyRing
  trustedProxies: readonly Network[]
  /** The mails that nobody sends; null outside a development machine. */
  readMailbox: (() => Promise<MailboxEntry[]>) | null
  record: RecordEvent
  /** Whom to tell about a weakness, as a URI. */
  securityContact?: string | undefined
  /** What must hold before requests are sent here, by name; nothing when absent. */
  readiness?: Readonly<Record<string, () => boolean | Promise<boolean>>>
  /** What `/metrics` asks for; programs of this machine alone when absent. */
  metricsToken?: string | undefined
  /** For whoever asks for no language of ours; English when absent. */
  defaultLanguage?: Language
  /** Where the development server's live reload listens. */
  devOrigin?: string | undefined
}

let configuration: (BffConfiguration & Derived) | null = null

/** What follows from the rest, worked out once. */
type Derived = {
  host: string
  securityHeaders: SecurityHeaders
  upstreams: () => Upstreams
}

/** Called once by the composition root, before the first request. */
export function configureBff(value: BffConfiguration): void {
  const { origin, devOrigin, callApi, proxied, accounts } = value
  let upstreams: Upstreams | null = null
  const securityHeaders = createSecurityHeaders({
    ...{ https: origin.startsWith('https:'), devOrigin },
    listFormOrigins: () => accounts.federation.listFormOrigins(),
  })
  configuration = {
    ...value,
    host: new URL(origin).host,
    securityHeaders,
    upstreams: () => (upstreams ??= createUpstreams({ ...proxied, callApi })),
  }
}

/** The configuration; throws when the composition root has not run. */
export function getConfiguration(): BffConfiguration & Derived {
  if (!configuration) throw new Error('the BFF was used before it was configured')
  return configuration
}
