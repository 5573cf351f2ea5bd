import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'node-html-parser'
import { Client } from '../../support/browser-client.ts'
import { newPerson, type Person, signUp } from '../../support/fixtures.ts'
import { freePort } from '../../support/server.ts'
import { serverCores } from '../engine/machine.ts'
import { ServerProgram } from '../engine/server-program.ts'
import { peersFolder, root, siteFolder, workFolder } from './folders.ts'
import { secret } from './store-seeds.ts'

export type Site = {
  readonly port: number
  readonly dataDir: string
  readonly person: Person
  /** What the person's browser sends as `Cookie`. */
  readonly cookie: string
  readonly me: { id: string }
}

export type StartOptions = {
  env?: Record<string, string>
  /** Processors to keep to; one core of its own where there are two. */
  cores?: string | null
  /** Flags of Node, a profile's for example. */
  flags?: readonly string[]
  /** The build to serve: the one with the benchmark's pages unless it is said otherwise. */
  folder?: string
}

/** Node's flags and the program, as `npm run serve` has them: what is measured is what everybody runs. */
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: { serve: string } }
const serveArguments = scripts.serve.split(' ').slice(1)

const settings = {
  APP_SECRETS: secret,
  // A generator keeps its cookie: once that were due, every later request would come with a ticket that was replaced.
  REFRESH_ROTATE_AFTER: '1h',
  // One address makes all the requests.
  LIMIT_SIGN_IN_PER_ADDRESS: '1000000/1h',
  LIMIT_REGISTER_PER_ADDRESS: '1000000/1h',
}

/** A folder with a store of its own, in which one person has registered and is signed in. */
export async function createSite(env: Record<string, string> = {}, folder = siteFolder): Promise<Site> {
  mkdirSync(workFolder, { recursive: true })
  const site = { port: await freePort(), dataDir: mkdtempSync(join(workFolder, 'store-')), person: newPerson() }
  const program = await startSite({ ...site, cookie: '', me: { id: '' } }, { env, folder })
  const client = new Client({ origin: `http://localhost:${site.port}` })
  await signUp(client, site.person)
  const cookie = `__Host-Http-cloakroom=${client.refreshToken}`
  const { user } = (await client.json('GET', '/bff/user')).json<{ user: { id: string } }>()
  await program.stop('SIGTERM')
  return { ...site, cookie, me: { ...user, createdAt: Date.now() } as Site['me'] }
}

/** Starts a server over a site's store and waits until it answers. */
export async function startSite(
  site: Site,
  { env, cores = serverCores, flags = [], folder = siteFolder }: StartOptions = {},
) {
  const origin = `http://localhost:${site.port}`
  return ServerProgram.start({
    args: [...flags, ...serveArguments],
    cwd: folder,
    env: {
      ...{ APP_ORIGIN: origin, DATA_DIR: site.dataDir, BENCH_DATA: JSON.stringify({ me: site.me }) },
      ...settings,
      ...env,
    },
    port: site.port,
    probe: '/healthz',
    cores,
  })
}

export function removeSite({ dataDir }: Site): void {
  rmSync(dataDir, { recursive: true, force: true })
}

/** The app that the peers share under remix-serve, and beside it the same build behind Express and its sessions. */
export async function startPeers(page: string, cores = serverCores) {
  const build = join(peersFolder, 'build/index.js')
  const store = join(mkdtempSync(join(workFolder, 'peers-')), 'peers.sqlite')
  const shared = { cwd: peersFolder, cores }
  const env = { SAME_PAGE: page, PEERS_STORE: store }
  const serve = join(root, 'node_modules/@remix-run/serve/dist/cli.js')
  const [port, expressPort] = [await freePort(), await freePort()]
  const peers = await ServerProgram.start({ ...shared, env, port, args: [serve, build], probe: '/json' })
  const express = await ServerProgram.start({
    ...{ ...shared, env, port: expressPort, probe: '/json' },
    args: ['express.ts', build],
  })
  const cookies = (await (await fetch(`http://localhost:${port}/cookies`)).json()) as Record<
    'betterAuth' | 'betterAuthCached' | 'iron' | 'authJs',
    string
  >
  const signedIn = await fetch(`http://localhost:${expressPort}/sign-in`, { method: 'POST' })
  const expressCookie = signedIn.headers.getSetCookie()[0]?.split(';', 1)[0] ?? ''
  return { peers, express, cookies: { ...cookies, express: expressCookie } }
}

/** Reads the open page and writes what a bare one needs to render the same elements and send the same data. */
export async function writeSamePage({ port, me }: Site): Promise<string> {
  const html = await (await fetch(`http://localhost:${port}/bench/open`)).text()
  const file = join(workFolder, 'same-page.json')
  const session = {
    createdAt: 1,
    expiresAt: 2,
    remaining: '7 days',
    persistent: true,
    browser: 'an unknown browser',
    address: '127.0.0.1',
  }
  const rootData = {
    user: me,
    expiresInSeconds: 604_800,
    csrf: 'a'.repeat(64),
    preferences: { theme: null, language: null },
    notice: null,
  }
  const content = { elements: elementsOf(html), root: rootData, page: { me, roles: ['User'], session }, person: me }
  writeFileSync(file, JSON.stringify(content))
  return file
}

type Element = { tag: string; attributes: Record<string, string>; children: (Element | string)[] }
type Parsed = { rawTagName?: string; attributes?: Record<string, string>; text: string; childNodes: Parsed[] }

function elementsOf(html: string): (Element | string)[] {
  const body = parse(html).querySelector('body') as Parsed | null
  return (body?.childNodes ?? []).flatMap(toElement)
}

function toElement({ rawTagName, attributes = {}, text, childNodes }: Parsed): (Element | string)[] {
  if (!rawTagName) return text.trim() === '' && text !== ' ' ? [] : [text]
  return rawTagName === 'script' ? [] : [{ tag: rawTagName, attributes, children: childNodes.flatMap(toElement) }]
}
