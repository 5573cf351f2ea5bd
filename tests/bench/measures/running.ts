import { readFileSync } from 'node:fs'
import { join } from 'node:path'
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
    if (round >= 0) note(figures, 'start', { seconds: program.startMs / 1_000, cpuSeconds })
    await program.stop()
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
    const { failed, requests } = await generator.drive(plan, { connections: 10, seconds })
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
export const hasWorkers = () => readFileSync(join(root, 'app/kernel/env.server.ts'), 'utf8').includes('WEB_CONCURRENCY')

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
  const other = await createSite()
  const start = (where: Site, count = 1) =>
    startSite(where, { folder: root, cores: null, env: { WEB_CONCURRENCY: String(count) } })
  const kinds = {
    1: async () => [{ where: site, program: await start(site) }],
    2: async () => [{ where: site, program: await start(site, 2) }],
    apart: () => Promise.all([site, other].map(async (where) => ({ where, program: await start(where) }))),
  }
  for (let round = 0; round < rounds; round++) {
    for (const kind of shuffled(['1', '2', 'apart'] as const)) {
      const servers = await kinds[kind]()
      const how = { connections: 16 / servers.length, isPinned: false }
      const drive = (time: number) =>
        Promise.all(
          servers.map(({ where, program }) => {
            const plan = generator.prepare(`workers-${where.port}`, where.port, [
              getRequest('/account', { Cookie: where.cookie }),
            ])
            return measureLoad(generator, program, plan, { ...how, seconds: time })
          }),
        )
      await drive(1)
      const loads = await drive(seconds)
      const perSecond = loads.reduce((sum, load) => sum + load.perSecond, 0)
      const cpuMicros = loads.reduce((sum, load) => sum + load.cpuMicros * load.perSecond, 0) / perSecond
      note(figures, `workers/${kind}`, { perSecond, cpuMicros })
      await Promise.all(servers.map(({ program }) => program.stop()))
    }
  }
  removeSite(other)
}
