import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '../../support/server.ts'
import { type Figures, note, shuffled } from '../engine/figures.ts'
import type { Generator } from '../engine/generator.ts'
import { getRequest, type WebRequest } from '../engine/web-request.ts'
import { root } from '../stage/folders.ts'
import { createSite, removeSite, type Site, startSite } from '../stage/house.ts'
import { signInRequests } from './sign-in.ts'
import { measureLoad } from './throughput.ts'

/** From the start of the product's own build to the first page, on all cores, over a store that is there already. */
export async function measureStarts(site: Site, rounds: number, figures: Figures): Promise<void> {
  for (let round = -1; round < rounds; round++) {
    const program = await startSite(site, { folder: root, cores: null })
    const { cpuSeconds } = program.usage()
    note(figures, round < 0 ? 'start/first' : 'start', { seconds: program.startMs / 1_000, cpuSeconds })
    // The first one as a deployment ends it: what was compiled is kept for the next start.
    await program.stop(round < 0 ? 'SIGTERM' : 'SIGKILL')
  }
}

export type MemorySample = { seconds: number; mebibytes: number }

/** Resident memory of the product's own build under full load: pages, JSON and sign-ins, sampled every second. */
export async function measureMemory(site: Site, generator: Generator, seconds: number): Promise<MemorySample[]> {
  const program = await startSite(site, { folder: root })
  const pages = ['/account', '/dashboard', '/', '/bff/user'].map((path) => getRequest(path, { Cookie: site.cookie }))
  const signIns = await signInRequests(site, 5)
  // One sign-in among fifty requests.
  const requests: WebRequest[] = signIns.flatMap((signIn) => [
    signIn,
    ...Array.from({ length: 12 }, () => pages).flat(),
  ])
  const plan = generator.prepare('memory', site.port, requests)
  const samples: MemorySample[] = []
  const begin = performance.now()
  const take = () =>
    samples.push({
      seconds: Math.round((performance.now() - begin) / 1_000),
      mebibytes: program.usage().residentBytes / 2 ** 20,
    })
  take()
  const timer = setInterval(take, 1_000)
  try {
    const { refused, broken, requests } = await generator.drive(plan, { connections: 10, seconds })
    const failed = refused + broken
    // What a busy machine does not answer in time is no reason to lose ten minutes; a server that answers errors is.
    if (failed > requests / 100) throw new Error(`${failed} of ${requests} requests failed`)
    take()
  } finally {
    clearInterval(timer)
    await program.stop()
  }
  return samples
}

/** Whether this version can run several workers at all. */
export const hasWorkers = () =>
  readFileSync(join(root, 'app/kernel/settings/settings.server.ts'), 'utf8').includes('WEB_CONCURRENCY')

/**
 * The page with a token, by one worker and by two, on all cores; and by two servers that share nothing, neither store nor
 * port, which is what this machine gives: two of its processors may be threads of one core, and the generator takes a part.
 */
export async function measureWorkers(
  site: Site,
  generator: Generator,
  { rounds, seconds }: { rounds: number; seconds: number },
  figures: Figures,
): Promise<void> {
  const sites = [site, { ...site, port: await freePort() }, await createSite()] as const
  const [one, two, other] = await Promise.all(
    sites.map(async (where, index) => {
      const env = { WEB_CONCURRENCY: index === 1 ? '2' : '1' }
      const plan = generator.prepare(`workers-${index}`, where.port, [getRequest('/account', { Cookie: where.cookie })])
      return { plan, program: await startSite(where, { folder: root, cores: null, env }) }
    }),
  )
  if (!one || !two || !other) throw new Error('a server is missing')
  const kinds = [
    { kind: '1', servers: [one] },
    { kind: '2', servers: [two] },
    { kind: 'apart', servers: [one, other] },
  ]
  const how = { connections: 16, seconds, isPinned: false }
  try {
    // Each process compiles for itself: two that are as cold as one have half of its requests behind them.
    for (const { plan } of [one, two, two, other]) await generator.drive(plan, { ...how, seconds: 2 * seconds })
    for (let round = 0; round < rounds; round++) {
      for (const { kind, servers } of shuffled(kinds)) {
        const share = { ...how, connections: how.connections / servers.length }
        const loads = await Promise.all(
          servers.map(({ plan, program }) => measureLoad(generator, program, plan, share)),
        )
        const perSecond = loads.reduce((sum, load) => sum + load.perSecond, 0)
        const cpuMicros = loads.reduce((sum, load) => sum + load.cpuMicros * load.perSecond, 0) / perSecond
        note(figures, `workers/${kind}`, { perSecond, cpuMicros })
      }
    }
  } finally {
    await Promise.all([one, two, other].map((server) => server?.program.stop()))
    removeSite(sites[2])
  }
}
