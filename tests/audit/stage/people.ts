import { newPerson, type Person, signIn, signUp } from '../../support/fixtures.ts'
import type { TestServer } from '../../support/server.ts'
import { AuditClient } from '../audit-client.ts'
import type { Transcript } from '../transcript.ts'

export const roles = ['anonymous', 'user', 'disabled', 'admin'] as const
export type Role = (typeof roles)[number]
export type Someone = { client: AuditClient; person: Person }

type Credentials = { email: string; password: string }
/** Accounts of a running deployment; without a store none can be made an admin or disabled. */
export type GivenAccounts = { user?: Credentials | undefined; admin?: Credentials | undefined }

/** The people of an audit: a person per role, signed in when they are asked for, and as many new ones as wanted. */
export class People {
  readonly #site: { origin: string }
  readonly #transcript: Transcript
  readonly #server: TestServer | null
  readonly #given: GivenAccounts
  readonly #cast = new Map<Role, Promise<Someone>>()

  constructor(site: { origin: string }, transcript: Transcript, server: TestServer | null, given: GivenAccounts = {}) {
    this.#site = site
    this.#transcript = transcript
    this.#server = server
    this.#given = given
  }

  /** Roles that can be played here. */
  get roles(): Role[] {
    if (this.#server) return [...roles]
    return [
      'anonymous',
      ...(this.#given.user ? ['user' as const] : []),
      ...(this.#given.admin ? ['admin' as const] : []),
    ]
  }

  /** A browser that has never been here. */
  nobody(who = 'anonymous', style: 'browser' | 'plain' = 'browser'): AuditClient {
    return new AuditClient(this.#site, this.#transcript, { who, style })
  }

  /** Somebody new, registered and signed in. */
  async newcomer(who = 'user'): Promise<Someone> {
    const client = this.nobody(who)
    const person = newPerson()
    this.#transcript.keepSecret(person.password, 'a password')
    return { client, person: await signUp(client, person) }
  }

  /** The person of a role, signed in; who was signed out meanwhile signs in again, and anybody when it must be fresh. */
  async as(role: Role, { fresh = false } = {}): Promise<AuditClient> {
    if (role === 'anonymous') return this.nobody()
    const { client, person } = await this.personOf(role)
    if (role === 'disabled') return client.clone()
    if (fresh || (await client.get('/bff/user')).status !== 200) {
      client.jar.clear()
      await signIn(client, person)
    }
    return client
  }

  personOf(role: Exclude<Role, 'anonymous'>): Promise<Someone> {
    const present = this.#cast.get(role) ?? this.#engage(role)
    this.#cast.set(role, present)
    return present
  }

  async #engage(role: Exclude<Role, 'anonymous'>): Promise<Someone> {
    const given = role === 'disabled' ? undefined : this.#given[role]
    if (given) {
      const client = this.nobody(role)
      const person = { name: role, ...given }
      this.#transcript.keepSecret(person.password, 'a password')
      await signIn(client, person)
      return { client, person }
    }
    const someone = await this.newcomer(role)
    const { email } = someone.person
    if (role === 'admin') this.#change("update users set role = 'admin' where email = ?", email)
    if (role === 'disabled') this.#change('update users set disabled_at = 1 where email = ?', email)
    return someone
  }

  #change(sql: string, email: string): void {
    if (!this.#server) throw new Error('nobody can be given a role without the store')
    const database = this.#server.openDatabase()
    database.prepare(sql).run(email)
    database.close()
  }
}
