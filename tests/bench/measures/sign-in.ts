import { join } from 'node:path'
import { Client } from '../../support/browser-client.ts'
import { Child } from '../engine/child.ts'
import { type Figures, note, shuffled } from '../engine/figures.ts'
import type { Generator } from '../engine/generator.ts'
import type { ServerProgram } from '../engine/server-program.ts'
import { getRequest, postJson, type WebRequest } from '../engine/web-request.ts'
import { concurrencies } from '../report/kinds.ts'
import type { Site } from '../stage/house.ts'
import { openStore } from '../stage/store-seeds.ts'
import { measureLoad } from './throughput.ts'

/** Sign-ins of several people, each from a browser that holds its pre-session cookie and its CSRF value. */
export async function signInRequests(site: Site, people: number): Promise<WebRequest[]> {
  const visitor = new Client({ origin: `http://localhost:${site.port}` })
  const headers = await signInHeaders(visitor)
  return listEmails(site, people).map((email) => signInRequest(site, email, headers))
}

/** The same from browsers that these people have signed in with before and out again, as most sign-ins are. */
export async function returningSignIns(site: Site, people: number): Promise<WebRequest[]> {
  const requests: WebRequest[] = []
  for (const email of listEmails(site, people)) {
    const browser = new Client({ origin: `http://localhost:${site.port}` })
    await browser.json('POST', '/bff/login', { email, password: site.person.password })
    await browser.json('POST', '/bff/logout')
    requests.push(signInRequest(site, email, await signInHeaders(browser)))
  }
  return requests
}

const signInRequest = (site: Site, email: string, headers: Record<string, string>) =>
  postJson('/bff/login', { email, password: site.person.password }, headers)

async function signInHeaders(browser: Client): Promise<Record<string, string>> {
  const csrf = await browser.csrf()
  return { Cookie: browser.jar.header() ?? '', 'X-CSRF-Token': csrf }
}

function listEmails(site: Site, people: number): string[] {
  const store = openStore(site.dataDir)
  const rows = store.prepare("select email from users where email like '%@example.com' limit ?").all(people)
  store.close()
  return (rows as { email: string }[]).map(({ email }) => email)
}

/** So many that the code around the hash is compiled, as it is in a server that has run for a while. */
const warmUp = { connections: 8, seconds: 6, isPinned: false }

/** Sign-ins a second beside bare Argon2, on all cores: hashing is what they wait for. */
export async function measureSignIns(
  site: Site,
  program: ServerProgram,
  peers: { program: ServerProgram; request: WebRequest },
  generator: Generator,
  { rounds, seconds }: { rounds: number; seconds: number },
  figures: Figures,
): Promise<void> {
  const raw = new Child<{ concurrent: number; seconds: number }, { perSecond: number }>(
    join(import.meta.dirname, 'raw-argon2.ts'),
  )
  const own = generator.prepare('sign-in', site.port, await returningSignIns(site, 20))
  const other = generator.prepare('better-auth-sign-in', peers.program.port, [peers.request])
  const drive = (plan: typeof own, server: ServerProgram, connections: number) =>
    measureLoad(generator, server, plan, { connections, seconds, isPinned: false })
  const cells = concurrencies.flatMap((count) => [
    { id: `sign-in/${count}`, run: () => drive(own, program, count) },
    { id: `argon2/${count}`, run: () => raw.ask({ concurrent: count, seconds }) },
    ...(count === 4 ? [{ id: `better-auth-sign-in/${count}`, run: () => drive(other, peers.program, count) }] : []),
  ])
  for (const plan of [own, other]) await generator.drive(plan, warmUp)
  await raw.ask({ concurrent: 2, seconds: 1 })
  for (let round = 0; round < rounds; round++) {
    for (const { id, run } of shuffled(cells)) note(figures, id, await run())
  }
  raw.end()
}

/** The median time of a page on one connection, idle and while eight connections sign in as fast as they can. */
export async function measureFlood(
  site: Site,
  program: ServerProgram,
  generator: Generator,
  { rounds, seconds }: { rounds: number; seconds: number },
  figures: Figures,
): Promise<void> {
  const page = generator.prepare('flooded-page', site.port, [getRequest('/bench/token', { Cookie: site.cookie })])
  const flood = generator.prepare('flood', site.port, await signInRequests(site, 20))
  const look = () => measureLoad(generator, program, page, { connections: 1, seconds, isPinned: false })
  await look()
  for (let round = 0; round < rounds; round++) {
    for (const kind of shuffled(['idle', 'flooded'] as const)) {
      const signIns =
        kind === 'idle' ? null : generator.drive(flood, { connections: 8, seconds: seconds + 1, isPinned: false })
      if (signIns) await new Promise((resolve) => setTimeout(resolve, 300))
      const { medianMs, p99Ms } = await look()
      note(figures, `flood/${kind}`, { medianMs, p99Ms })
      await signIns
    }
  }
}
