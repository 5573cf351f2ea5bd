import { connect } from 'node:net'
import { configureBff } from '../../../app/bff/configuration.server.ts'
import { createCsrfToken, sessionSubject } from '../../../app/bff/request/csrf.server.ts'
import { deriveKeyRing, deriveSecrets } from '../../../app/kernel/index.server.ts'
import { type Figures, note, shuffled } from '../engine/figures.ts'
import type { Generator } from '../engine/generator.ts'
import type { ServerProgram } from '../engine/server-program.ts'
import { getRequest, postJson, rawRequest, type WebRequest } from '../engine/web-request.ts'
import type { Site } from '../stage/house.ts'
import { openStore, sampleSessions, secret, ticketCookie } from '../stage/store-seeds.ts'
import { measureLoad } from './throughput.ts'

const twoHours = 7_200_000

/** Sets sessions back to their first ticket, used a moment ago; `age` is how long that ticket has been out. */
function setBack(site: Site, age: number, only?: string): void {
  const store = openStore(site.dataDir)
  const now = Date.now()
  const where = only === undefined ? '' : ' where id = ?'
  store
    .prepare(`update sessions set generation = 0, rotated_at = ?, confirmed_at = ?, last_seen_at = ?${where}`)
    .run(now - age, now - age, now, ...(only === undefined ? [] : [only]))
  store.close()
}

/** `POST /bff/refresh`, another session each time: all of them due for a new ticket, or none. */
export async function measureRotation(
  site: Site,
  program: ServerProgram,
  generator: Generator,
  { rounds, seconds }: { rounds: number; seconds: number },
  figures: Figures,
): Promise<void> {
  const plan = generator.prepare('refresh', site.port, refreshRequests(site))
  for (let round = -1; round < rounds; round++) {
    for (const kind of shuffled(['rotating', 'resting'] as const)) {
      setBack(site, kind === 'rotating' ? twoHours : 0)
      const load = await measureLoad(generator, program, plan, { connections: 10, seconds })
      if (load.requests > plan.count) throw new Error(`${load.requests} requests are more than there are sessions`)
      requireRotations(site, kind === 'rotating' ? load.requests : 0)
      if (round >= 0) note(figures, `refresh/${kind}`, load)
    }
  }
  note(figures, 'events-disk', { bytesPerEvent: eventBytes(site) })
}

/** Bytes on disk of one security event, indexes included: by now most of them tell of rotations. */
function eventBytes(site: Site): number {
  const store = openStore(site.dataDir)
  const { bytes, events } = store
    .prepare(
      `select (select sum(pgsize) from dbstat d join sqlite_schema s on s.name = d.name
        where s.tbl_name = 'security_events') as bytes, (select count(*) from security_events) as events`,
    )
    .get() as { bytes: number; events: number }
  store.close()
  return bytes / events
}

/** The same requests, each of a session that is due for a new ticket. */
export function dueRequests(site: Site): WebRequest[] {
  setBack(site, twoHours)
  return refreshRequests(site)
}

/** The same requests, none of which replaces anything. */
export function restingRequests(site: Site): WebRequest[] {
  setBack(site, 0)
  return refreshRequests(site)
}

function refreshRequests(site: Site): WebRequest[] {
  const store = openStore(site.dataDir)
  const ids = sampleSessions(store, 15_000)
  store.close()
  const csrfKeys = deriveKeyRing(deriveSecrets([Buffer.from(secret, 'base64')]), 'csrf')
  configureBff({ origin: 'http://localhost', csrfKeys } as Parameters<typeof configureBff>[0])
  return ids.map((id) =>
    postJson('/bff/refresh', {}, { Cookie: ticketCookie(id), 'X-CSRF-Token': createCsrfToken(sessionSubject(id)) }),
  )
}

/** What was measured must be what was meant. A few requests are under way when the generator ends. */
function requireRotations(site: Site, expected: number): void {
  const store = openStore(site.dataDir)
  const { rotated } = store.prepare('select count(*) as rotated from sessions where generation = 1').get() as {
    rotated: number
  }
  store.close()
  if (Math.abs(rotated - expected) > 20) throw new Error(`${rotated} rotations instead of ${expected}`)
}

/** A thousand requests at once with one ticket that is due: how long until all are answered, and how often it rotated. */
export async function measureStampede(
  site: Site,
  program: ServerProgram,
  rounds: number,
  figures: Figures,
): Promise<void> {
  const store = openStore(site.dataDir)
  const [id = ''] = sampleSessions(store, 1)
  store.close()
  const bytes = rawRequest(getRequest('/bff/user', { Cookie: ticketCookie(id) }), site.port)
  // Some thousand requests first, as for other rows, until what is hot is compiled.
  for (let round = -4; round < rounds; round++) {
    setBack(site, twoHours, id)
    const { seconds, answered, cpuSeconds } = await stampede(program, bytes, 1_000)
    const after = openStore(site.dataDir)
    const row = after.prepare('select generation from sessions where id = ?').get(id) as { generation: number }
    after.close()
    if (round >= 0) note(figures, 'stampede', { seconds, answered, cpuSeconds, rotations: row.generation })
  }
}

/** Opens all connections first, so that the requests are all there within milliseconds. */
async function stampede(program: ServerProgram, bytes: string, count: number) {
  const sockets = []
  for (let opened = 0; opened < count; opened += 100) {
    sockets.push(...(await Promise.all(Array.from({ length: 100 }, () => openSocket(program.port)))))
  }
  const before = program.usage().cpuSeconds
  const begin = performance.now()
  const answers = sockets.map(
    (socket) =>
      new Promise<boolean>((resolve) => {
        socket.once('data', (head) => {
          socket.destroy()
          resolve(head.toString('latin1').startsWith('HTTP/1.1 200'))
        })
        socket.once('error', () => resolve(false))
        socket.once('close', () => resolve(false))
      }),
  )
  for (const socket of sockets) socket.write(bytes)
  const answered = (await Promise.all(answers)).filter(Boolean).length
  const seconds = (performance.now() - begin) / 1_000
  return { seconds, answered, cpuSeconds: program.usage().cpuSeconds - before }
}

function openSocket(port: number): Promise<ReturnType<typeof connect>> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket)).setNoDelay()
    socket.once('error', reject)
  })
}
