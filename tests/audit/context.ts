import type { TestServer } from '../support/server.ts'
import type { Need } from './check.ts'
import type { DeclaredRoute } from './stage/declared-routes.ts'
import type { People } from './stage/people.ts'
import { type Surveyed, survey } from './stage/survey.ts'
import type { Transcript } from './transcript.ts'

export type Thoroughness = { tickets: number; timings: number; isWhole: boolean }

type Parts = {
  origin: string
  /** The server with its store, clock and log; null when a running deployment is looked at from outside. */
  server: TestServer | null
  /** What the build declares, route by route. */
  routes: readonly DeclaredRoute[]
  people: People
  transcript: Transcript
  /** `APP_SECRETS` of the server that the audit started. */
  appSecret: string | null
  has: ReadonlySet<Need>
  thoroughness: Thoroughness
}

/** What a check is given. */
export class AuditContext {
  readonly origin: string
  readonly server: TestServer | null
  readonly routes: readonly DeclaredRoute[]
  readonly people: People
  readonly transcript: Transcript
  readonly appSecret: string | null
  readonly has: ReadonlySet<Need>
  readonly thoroughness: Thoroughness
  #survey: Promise<Surveyed[]> | null = null

  constructor(parts: Parts) {
    this.origin = parts.origin
    this.server = parts.server
    this.routes = parts.routes
    this.people = parts.people
    this.transcript = parts.transcript
    this.appSecret = parts.appSecret
    this.has = parts.has
    this.thoroughness = parts.thoroughness
  }

  /** One answer of every kind there is, for every role; fetched once for all checks. */
  survey(): Promise<Surveyed[]> {
    this.#survey ??= survey(this)
    return this.#survey
  }

  /** The server under audit. Throws without one: a check that uses it says so in `needs`. */
  requireServer(): TestServer {
    if (!this.server) throw new Error('this check needs the server itself')
    return this.server
  }

  /** What the server has logged so far. */
  logs(): string {
    return this.requireServer().output()
  }
}
