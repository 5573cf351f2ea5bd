import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import type { Answer } from './answer.ts'
import { Client } from './browser-client.ts'
import { newPerson } from './fixtures.ts'

type Site = { readonly origin: string }
type KeyPair = Awaited<ReturnType<typeof generateKeyPair>>

/** What a browser signs, with every part that somebody could get wrong. */
export type ProofOptions = { typ?: string; jwk?: JWK | undefined; alg?: string }

/** The key of a device, in software, and what a browser does with it (DBSC). */
export class DeviceKey {
  readonly #pair: KeyPair
  readonly publicJwk: JWK
  readonly privateJwk: JWK
  /** What the site calls the session of this key; empty until it is registered. */
  bindingId = ''
  /** What was handed out ahead for the next use. */
  challenge = ''

  private constructor(pair: KeyPair, publicJwk: JWK, privateJwk: JWK) {
    this.#pair = pair
    this.publicJwk = publicJwk
    this.privateJwk = privateJwk
  }

  static async create(): Promise<DeviceKey> {
    const pair = await generateKeyPair('ES256', { extractable: true })
    return new DeviceKey(pair, await exportJWK(pair.publicKey), await exportJWK(pair.privateKey))
  }

  /** A proof that brings the key along, as the first one does. */
  introduce(challenge: string, { typ = 'dbsc+jwt', jwk = this.publicJwk, alg = 'ES256' }: ProofOptions = {}) {
    return this.#sign({ alg, typ, jwk }, challenge)
  }

  /** A proof that the key was used. */
  prove(challenge: string, header: Record<string, unknown> = {}): Promise<string> {
    return this.#sign({ alg: 'ES256', typ: 'dbsc+jwt', ...header }, challenge)
  }

  /** Registers the key for the session that `invitation` signed in to, and keeps what came back. */
  async register(client: Client, invitation: Answer): Promise<Answer> {
    const answer = await registerWith(client, await this.introduce(challengeIn(invitation)))
    this.#keep(answer)
    return answer
  }

  /** Uses the key for a new ticket, with the challenge that was handed out ahead unless another is given. */
  async refresh(client: Client, challenge = this.challenge): Promise<Answer> {
    const answer = await refreshWith(client, this.bindingId, await this.prove(challenge))
    this.#keep(answer)
    return answer
  }

  #keep(answer: Answer): void {
    const { session_identifier: id } = answer.status === 200 ? answer.json<{ session_identifier: string }>() : {}
    if (id !== undefined) this.bindingId = id
    this.challenge = nextChallenge(answer)
  }

  #sign(header: Record<string, unknown>, challenge: string): Promise<string> {
    return new SignJWT({ jti: challenge }).setProtectedHeader(header as { alg: string }).sign(this.#pair.privateKey)
  }
}

const header = (answer: Answer, name: string) => String(answer.headers[name] ?? '')

/** The challenge of an invitation to bind; throws where there is none. */
export function challengeIn(answer: Answer): string {
  const [, challenge] = /challenge="([^"]+)"/.exec(header(answer, 'secure-session-registration')) ?? []
  if (challenge === undefined) throw new Error(`no invitation to bind in the answer to ${answer.path}`)
  return challenge
}

/** The challenge for the next use; empty where none is handed out. */
export function nextChallenge(answer: Answer): string {
  return /^"([^"]+)"/.exec(header(answer, 'secure-session-challenge'))?.[1] ?? ''
}

/** What browsers send of their own accord: no body, no CSRF value, and whatever site the person comes from. */
const ofItself = { 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'empty', 'sec-fetch-site': 'same-origin' }

export function registerWith(client: Client, proof: string): Promise<Answer> {
  return client.request('POST', '/bff/device/register', { headers: { ...ofItself, 'secure-session-response': proof } })
}

export function refreshWith(client: Client, bindingId: string, proof: string | null): Promise<Answer> {
  const headers = {
    ...{ ...ofItself, 'sec-secure-session-id': bindingId },
    ...(proof === null ? {} : { 'secure-session-response': proof }),
  }
  return client.request('POST', '/bff/device/refresh', { headers })
}

/** Somebody new whose session is bound to a key, and whose ticket the server has seen: it is needed from now on. */
export async function boundClient(site: Site) {
  const client = new Client(site)
  const person = newPerson()
  const invitation = await client.submit('/register', person)
  const key = await DeviceKey.create()
  await key.register(client, invitation)
  await client.get('/dashboard')
  return { client, person, key, invitation }
}
