import { randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import Provider, { type Configuration } from 'oidc-provider'
import { type ServerOptions, startServer, type TestServer } from './server.ts'

export type ProviderAccount = {
  email: string
  email_verified: boolean
  name: string
  groups?: string[]
  [claim: string]: unknown
}

/** A real OpenID provider on loopback whose people, keys and faults a test decides. */
export type OpenIdProvider = {
  readonly issuer: string
  readonly accounts: Map<string, ProviderAccount>
  /** What the next requests get instead of the provider's answer; null gives the provider back. */
  fault: ((request: IncomingMessage, response: ServerResponse) => boolean) | null
  /** Paths that were asked for, with the method. */
  readonly calls: string[]
  /** Takes new signing keys into use; the old ones are gone. */
  rotateKeys(): Promise<void>
  /** A logout token for what `claims` says, signed with the provider's key unless another one is given. */
  signLogoutToken(claims: Record<string, unknown>, options?: { key?: CryptoKey; typ?: string }): Promise<string>
  /** Every refresh token and grant is gone, as after a revocation by the provider's admin. */
  forgetGrants(): Promise<void>
  stop(): Promise<void>
}

export const clientId = 'cloakroom'
export const clientSecret = randomBytes(24).toString('base64url')

type Options = {
  /** Of the provider's entry in the file, beside what every test has. */
  entry?: Record<string, unknown>
  env?: Record<string, string>
  /** Another entry for the same provider under this id. */
  secondId?: string
  privateKeyJwt?: boolean
  accessTokenTtl?: number
  /** Services behind the proxy, as `UPSTREAMS_FILE` names them. */
  upstreams?: Record<string, unknown>[]
}

/** Starts a provider and a server that knows it as `acme`. */
export async function startFederated(
  options: Options = {},
): Promise<{ server: TestServer; provider: OpenIdProvider; stop(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'cloakroom-test-provider-'))
  const opened = await openProvider()
  const { privateJwk, publicJwk } = await createClientKey()
  const secret = options.privateKeyJwt ? { privateKey: privateJwk } : { clientSecret }
  const entry = { id: 'acme', name: 'Acme', issuer: opened.provider.issuer, clientId, ...secret, ...options.entry }
  const entries =
    options.secondId === undefined ? [entry] : [entry, { ...entry, id: options.secondId, name: 'Umbrella' }]
  const file = join(folder, 'providers.json')
  writeFileSync(file, JSON.stringify({ providers: entries }))
  chmodSync(file, 0o600)
  const upstreams = join(folder, 'upstreams.json')
  writeFileSync(upstreams, JSON.stringify({ upstreams: options.upstreams ?? [] }))
  const settings: ServerOptions = { env: { PROVIDERS_FILE: file, UPSTREAMS_FILE: upstreams, ...options.env } }
  const server = await startServer(settings)
  await opened.serve(server.origin, { ...options, ...(options.privateKeyJwt ? { publicJwk } : {}) })
  const stop = async () => {
    await server.stop()
    await opened.provider.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  return { server, provider: opened.provider, stop }
}

async function createClientKey(): Promise<{ privateJwk: JWK; publicJwk: JWK }> {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
  const named = { alg: 'ES256', kid: 'client-1' }
  return {
    privateJwk: { ...(await exportJWK(privateKey)), ...named },
    publicJwk: { ...(await exportJWK(publicKey)), ...named },
  }
}

type SigningKey = { jwk: JWK; key: CryptoKey }

async function createSigningKey(): Promise<SigningKey> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true })
  return {
    jwk: { ...(await exportJWK(privateKey)), alg: 'RS256', use: 'sig', kid: randomBytes(6).toString('hex') },
    key: privateKey,
  }
}

/** A provider without a server: for an issuer in the test's own process. `serve` says where it leads back to. */
export async function openProvider() {
  const calls: string[] = []
  const accounts = new Map<string, ProviderAccount>()
  let answer: ((request: IncomingMessage, response: ServerResponse) => void) | null = null
  const http = createServer((request, response) => {
    calls.push(`${request.method} ${request.url?.split('?')[0]}`)
    if (provider.fault?.(request, response)) return
    if (answer) answer(request, response)
    else response.writeHead(503).end()
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
  let signing = await createSigningKey()
  let configure: (() => Configuration) | null = null

  const provider: OpenIdProvider = {
    ...{ issuer, accounts, calls, fault: null },
    async rotateKeys() {
      signing = await createSigningKey()
      if (configure) answer = new Provider(issuer, configure()).callback()
    },
    signLogoutToken: (claims, { key = signing.key, typ = 'logout+jwt' } = {}) =>
      new SignJWT({ events: { 'http://schemas.openid.net/event/backchannel-logout': {} }, ...claims })
        .setProtectedHeader({ alg: 'RS256', typ, kid: String(signing.jwk.kid) })
        .setIssuer(issuer)
        .setAudience(clientId)
        .setIssuedAt()
        .setJti(randomBytes(9).toString('hex'))
        .sign(key),
    async forgetGrants() {
      // The store of a fresh provider is empty.
      await provider.rotateKeys()
    },
    stop: async () => {
      http.closeAllConnections()
      await new Promise<void>((resolve) => void http.close(() => resolve()))
    },
  }
  const serve = async (origin: string, options: Options & { publicJwk?: JWK }) => {
    configure = () => providerConfiguration(origin, accounts, signing.jwk, options)
    answer = new Provider(issuer, configure()).callback()
  }
  return { provider, serve }
}

function providerConfiguration(
  origin: string,
  accounts: Map<string, ProviderAccount>,
  jwk: JWK,
  { publicJwk, secondId, accessTokenTtl = 3_600 }: Options & { publicJwk?: JWK },
): Configuration {
  const ids = ['acme', ...(secondId === undefined ? [] : [secondId])]
  return {
    clients: [
      {
        client_id: clientId,
        ...(publicJwk
          ? { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [publicJwk] } }
          : { client_secret: clientSecret, token_endpoint_auth_method: 'client_secret_basic' }),
        redirect_uris: ids.map((id) => `${origin}/login/callback/${id}`),
        post_logout_redirect_uris: [`${origin}/login`],
        grant_types: ['authorization_code', 'refresh_token'],
        id_token_signed_response_alg: 'RS256',
        // Only then ID tokens name the provider's session.
        backchannel_logout_uri: `${origin}/bff/backchannel-logout/acme`,
        backchannel_logout_session_required: true,
      },
    ],
    jwks: { keys: [jwk] },
    cookies: { keys: [randomBytes(16).toString('hex')] },
    claims: { openid: ['sub', 'sid'], email: ['email', 'email_verified'], profile: ['name', 'groups'] },
    scopes: ['openid', 'offline_access', 'email', 'profile'],
    features: { backchannelLogout: { enabled: true }, rpInitiatedLogout: { enabled: true } },
    pkce: { required: () => true },
    ttl: {
      AccessToken: accessTokenTtl,
      IdToken: 3_600,
      RefreshToken: 86_400,
      Session: 86_400,
      Grant: 86_400,
      Interaction: 600,
    },
    rotateRefreshToken: true,
    findAccount: (_context, id) => {
      const account = accounts.get(id)
      return account && { accountId: id, claims: () => ({ sub: id, ...account }) }
    },
  } as Configuration
}
