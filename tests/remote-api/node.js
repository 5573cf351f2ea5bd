// @ts-check
import { createServer } from 'node:http'
import { createRemoteJWKSet, jwtVerify } from 'jose'

// A resource server that shares nothing with Cloakroom, on `jose` alone: projects in memory, for callers with an access
// token of the issuer. It knows three words: ISSUER, AUDIENCE and where the key set is. Listens on PORT.

const { ISSUER = '', AUDIENCE = '', PORT = '' } = process.env
// A stranger's key ids must not make us ask all the time.
const keySet = createRemoteJWKSet(new URL('/.well-known/jwks.json', ISSUER), { cooldownDuration: 1_000 })
/** @typedef {{ id: string, ownerId: string, name: string, description: string, archivedAt: number | null, createdAt: number, updatedAt: number }} Project */
/** @type {Map<string, Project>} */
const projects = new Map()

class Problem extends Error {
  /**
   * @param {number} status
   * @param {string} code
   * @param {{ challenge?: string, errors?: Record<string, string[]> }} [more]
   */
  constructor(status, code, { challenge, errors } = {}) {
    super(code)
    this.status = status
    this.document = { type: 'about:blank', title: code, status, code, ...(errors && { errors }) }
    this.headers = challenge === undefined ? {} : { 'www-authenticate': challenge }
  }
}

/**
 * The claims of an access token (RFC 9068, 4): type, algorithm, key, issuer, audience and time are all checked.
 * @param {string} authorization
 */
async function requireCaller(authorization) {
  const token = /^Bearer (.+)$/i.exec(authorization)?.[1]
  if (token === undefined) throw new Problem(401, 'sign_in_required', { challenge: 'Bearer realm="remote"' })
  const rules = { issuer: ISSUER, audience: AUDIENCE, typ: 'at+jwt', algorithms: ['ES256'], clockTolerance: 30 }
  try {
    return (await jwtVerify(token, keySet, { ...rules, requiredClaims: ['sub', 'iat', 'exp', 'jti'] })).payload
  } catch {
    throw new Problem(401, 'invalid_token', { challenge: 'Bearer realm="remote", error="invalid_token"' })
  }
}

/** @param {import('node:http').IncomingMessage} request */
async function readBody(request) {
  let text = ''
  for await (const piece of request.setEncoding('utf8')) text += piece
  return /** @type {Record<string, unknown>} */ (JSON.parse(text || '{}'))
}

/** @param {unknown} name */
function requireName(name) {
  const trimmed = String(name ?? '').trim()
  if (trimmed.length >= 1 && trimmed.length <= 100) return trimmed
  throw new Problem(400, 'invalid_input', { errors: { name: ['Give the project a name'] } })
}

/**
 * @param {Project} project
 * @param {Record<string, unknown>} wanted
 */
function change(project, { name, description, archived }) {
  if (name !== undefined) project.name = requireName(name)
  if (description !== undefined) project.description = String(description)
  if (archived !== undefined) project.archivedAt = archived ? (project.archivedAt ?? Date.now()) : null
  project.updatedAt = Date.now()
  return project
}

/**
 * @param {string} ownerId
 * @param {URLSearchParams} wanted
 */
function listOwn(ownerId, wanted) {
  const isArchived = wanted.get('archived') === 'true'
  const [page, limit] = [Number(wanted.get('page') ?? 1), Number(wanted.get('limit') ?? 20)]
  const own = [...projects.values()].filter((each) => each.ownerId === ownerId)
  const shown = own.filter(({ archivedAt }) => (archivedAt !== null) === isArchived).reverse()
  return { items: shown.slice((page - 1) * limit, page * limit), page, limit, total: shown.length }
}

/**
 * @param {import('node:http').IncomingMessage} request
 * @returns {Promise<{ status?: number, headers?: Record<string, string>, body?: unknown }>}
 */
async function answer(request) {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://own.invalid')
  const [, kind, id] = pathname.split('/')
  if (kind === 'health') return { body: { status: 'ok' } }
  const caller = await requireCaller(request.headers.authorization ?? '')
  const ownerId = String(caller.sub)
  const asked = `${request.method} ${kind}${id === undefined ? '' : '/:id'}`
  if (pathname === '/users/me') {
    const { email, name, roles = [] } = caller
    return { body: { id: ownerId, email, name, roles, createdAt: 0 } }
  }
  if (asked === 'GET projects') return { body: listOwn(ownerId, searchParams) }
  if (asked === 'POST projects') {
    const { name, description = '' } = await readBody(request)
    const at = Date.now()
    const times = { archivedAt: null, createdAt: at, updatedAt: at }
    const made = {
      id: crypto.randomUUID(),
      ownerId,
      name: requireName(name),
      description: String(description),
      ...times,
    }
    projects.set(made.id, made)
    return { status: 201, headers: { location: `/projects/${made.id}` }, body: made }
  }
  const project = kind === 'projects' ? projects.get(id ?? '') : undefined
  if (project?.ownerId !== ownerId) throw new Problem(404, 'not_found')
  if (request.method === 'GET') return { body: project }
  if (request.method === 'PATCH') return { body: change(project, await readBody(request)) }
  if (request.method !== 'DELETE') throw new Problem(405, 'method_not_allowed')
  projects.delete(project.id)
  return { status: 204 }
}

createServer(async (request, response) => {
  try {
    const { status = 200, headers = {}, body } = await answer(request)
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(body === undefined ? undefined : JSON.stringify(body))
  } catch (error) {
    const problem = error instanceof Problem ? error : new Problem(500, 'internal')
    response.writeHead(problem.status, { 'content-type': 'application/problem+json', ...problem.headers })
    response.end(JSON.stringify(problem.document))
  }
}).listen(Number(PORT), '127.0.0.1')
