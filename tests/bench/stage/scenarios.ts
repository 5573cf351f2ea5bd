import { type ChildProcess, spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Client } from '../../support/browser-client.ts'
import { freePort } from '../../support/server.ts'
import { generatorCores, pinned, serverCores, usageOf } from '../engine/machine.ts'
import { endWithUs } from '../engine/offspring.ts'
import type { ServerProgram } from '../engine/server-program.ts'
import { getRequest } from '../engine/web-request.ts'
import type { Scenario } from '../measures/throughput.ts'
import { root, workFolder } from './folders.ts'
import { type Site, type startPeers, startSite } from './house.ts'

type Peers = Awaited<ReturnType<typeof startPeers>>

/** Everything that is asked over and over, ours and theirs. */
export function mainScenarios(site: Site, program: ServerProgram, { peers, express, cookies }: Peers): Scenario[] {
  const signedIn = { Cookie: site.cookie }
  const ours = (id: string, path: string, headers = {}): Scenario => ({
    id,
    program,
    request: getRequest(path, headers),
  })
  const theirs = (id: string, path: string, Cookie?: string): Scenario => ({
    ...{ id, program: peers, request: getRequest(path, Cookie === undefined ? {} : { Cookie }) },
  })
  return [
    ours('page-open', '/bench/open', signedIn),
    ours('page-session', '/bench/session', signedIn),
    ours('page-token', '/bench/token', signedIn),
    ours('json-open', '/bench/json/open', signedIn),
    ours('json-session', '/bench/json/session', signedIn),
    ours('json-token', '/bench/json/token', signedIn),
    theirs('bare-page', '/page'),
    theirs('bare-json', '/json'),
    theirs('better-auth', '/better-auth/session', cookies.betterAuth),
    theirs('better-auth-cached', '/better-auth/cached', cookies.betterAuthCached),
    theirs('iron-session', '/iron', cookies.iron),
    theirs('auth-js', '/auth-js', cookies.authJs),
    { id: 'express-session', program: express, request: getRequest('/express-session', { Cookie: cookies.express }) },
  ]
}

/** A small JSON call to a service: through a bare proxy of the same runtime, and through ours. */
export async function startProxies(site: Site) {
  const [servicePort, barePort] = [await freePort(), await freePort()]
  const programs = join(root, 'tests/bench/proxy/programs.ts')
  const run = (cores: string | null, ...words: (string | number)[]): ChildProcess => {
    const [command = '', ...args] = pinned([process.execPath, programs, ...words.map(String)], cores)
    return endWithUs(spawn(command, args, { stdio: 'inherit' }))
  }
  // The service stands for a machine of its own.
  const service = run(generatorCores, 'service', servicePort)
  const bare = run(serverCores, 'bare', barePort, servicePort)
  const upstreams = join(workFolder, 'upstreams.json')
  writeFileSync(upstreams, JSON.stringify({ api: { allow: [{ methods: ['GET'], path: '/**' }] } }))
  const program = await startSite(site, {
    env: { API_URL: `http://127.0.0.1:${servicePort}`, UPSTREAMS_FILE: upstreams },
  })
  await delay(500)
  const client = new Client({ origin: `http://localhost:${site.port}` })
  const [name = '', ...value] = site.cookie.split('=')
  client.jar.put(name, value.join('='))
  const headers = { Cookie: site.cookie, 'X-CSRF-Token': await client.csrf() }
  const bareProgram = { port: barePort, usage: () => usageOf(bare.pid ?? 0) } as ServerProgram
  const scenarios: Scenario[] = [
    { id: 'bare-proxy', program: bareProgram, request: getRequest('/projects', headers) },
    { id: 'proxy', program, request: getRequest('/bff/api/projects', headers) },
  ]
  const stop = async () => {
    await program.stop()
    service.kill()
    bare.kill()
  }
  return { scenarios, stop }
}
