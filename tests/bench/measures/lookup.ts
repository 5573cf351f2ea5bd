import { join } from 'node:path'
import { Child } from '../engine/child.ts'
import { type Figures, note, shuffled } from '../engine/figures.ts'
import type { Generator } from '../engine/generator.ts'
import { getRequest } from '../engine/web-request.ts'
import { createSite, removeSite, type Site, startSite } from '../stage/house.ts'
import { addSessions, openStore, sampleSessions, ticketCookie } from '../stage/store-seeds.ts'
import type { LookupTask } from './lookup-child.ts'
import { measureLoad } from './throughput.ts'

type Stocked = { site: Site; count: number; ids: string[] }
type Found = { cpuMicros: number; micros: number }

/** A store with so many sessions, and the ids of some of them. */
async function stock(count: number, sample: number): Promise<Stocked> {
  const site = await createSite()
  const store = openStore(site.dataDir, true)
  addSessions(store, count)
  const ids = sampleSessions(store, sample)
  store.close()
  return { site, count, ids }
}

/** Session lookup in stores of several sizes, alone and within a whole request, and the bytes a session takes. */
export async function measureLookups(
  sizes: readonly number[],
  generator: Generator,
  { rounds, seconds }: { rounds: number; seconds: number },
  figures: Figures,
): Promise<void> {
  const stores: Stocked[] = []
  for (const size of sizes) stores.push(await stock(size, 10_000))
  try {
    const middle = stores[Math.floor(stores.length / 2)]
    if (middle) note(figures, 'disk', measureDisk(middle))
    await measureAlone(stores, rounds, figures)
    await measureRequests([stores[0], stores.at(-1)] as Stocked[], generator, { rounds, seconds }, figures)
  } finally {
    for (const { site } of stores) removeSite(site)
  }
}

async function measureAlone(stores: readonly Stocked[], rounds: number, figures: Figures): Promise<void> {
  const program = join(import.meta.dirname, 'lookup-child.ts')
  const children = stores.map(({ site, count, ids }) => ({
    ids,
    id: `lookup/${count}`,
    child: new Child<LookupTask, Found>(program, [`file:${join(site.dataDir, 'cloakroom.sqlite')}`]),
  }))
  for (const { child, ids } of children) await child.ask({ ids, count: 10_000 })
  for (let round = 0; round < rounds; round++) {
    for (const { id, child } of shuffled(children)) note(figures, id, await child.ask({ count: 10_000 }))
  }
  for (const { child } of children) child.end()
}

async function measureRequests(
  stores: readonly Stocked[],
  generator: Generator,
  { rounds, seconds }: { rounds: number; seconds: number },
  figures: Figures,
): Promise<void> {
  const servers = []
  for (const { site, count, ids } of stores) {
    const requests = ids.map((id) => getRequest('/bff/user', { Cookie: ticketCookie(id) }))
    const program = await startSite(site)
    servers.push({
      id: `lookup-request/${count}`,
      program,
      plan: generator.prepare(`lookup-${count}`, site.port, requests),
    })
  }
  try {
    for (const { program, plan } of servers)
      await measureLoad(generator, program, plan, { connections: 10, seconds: 2 })
    for (let round = 0; round < rounds; round++) {
      for (const { id, program, plan } of shuffled(servers)) {
        note(figures, id, await measureLoad(generator, program, plan, { connections: 10, seconds, from: round * 997 }))
      }
    }
  } finally {
    for (const { program } of servers) await program.stop()
  }
}

/** Bytes that the table of sessions and its indexes take, a session, and what its longest columns hold. */
function measureDisk({ site }: Stocked): Record<string, number> {
  const store = openStore(site.dataDir)
  const { count } = store.prepare('select count(*) as count from sessions').get() as { count: number }
  const parts = store
    .prepare(
      `select s.type, sum(d.pgsize) as bytes from dbstat d join sqlite_schema s on s.name = d.name
        where s.tbl_name = 'sessions' group by s.type`,
    )
    .all() as { type: string; bytes: number }[]
  const texts = (store.pragma('table_info(sessions)') as { name: string; type: string }[])
    .filter(({ type }) => !/int/i.test(type))
    .map(({ name }) => `avg(length(cast(${name} as blob))) as "column ${name}"`)
  const columns = store.prepare(`select ${texts.join(', ')} from sessions`).get() as Record<string, number | null>
  store.close()
  const bytesOf = (type: string) => (parts.find((part) => part.type === type)?.bytes ?? 0) / count
  const [tableBytes, indexBytes] = [bytesOf('table'), bytesOf('index')]
  const held = Object.fromEntries(Object.entries(columns).map(([name, bytes]) => [name, bytes ?? 0]))
  return { bytesPerSession: tableBytes + indexBytes, tableBytes, indexBytes, sessions: count, ...held }
}
