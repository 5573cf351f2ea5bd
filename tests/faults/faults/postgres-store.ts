import { setTimeout as delay } from 'node:timers/promises'
import type { Fault, Stage } from '../fault.ts'
import type { House, HouseOptions } from '../house.ts'
import { getCluster, openPostgresStore } from '../stores.ts'
import { openTroubledLine, type Trouble } from '../troubled-line.ts'
import { type Breakage, whileItLasts } from './while-it-lasts.ts'

const second = 1_000
const terminations = 20

/** A PostgreSQL that goes away, comes back with less, or is hard to reach. */
export const postgresFaults: readonly Fault[] = [
  ...(['fast', 'immediate'] as const).map((mode) =>
    broken(`PostgreSQL ${mode === 'fast' ? 'restarted' : 'crashed and restarted'}`, async () => {
      const cluster = await getCluster()
      return { ms: 3 * second, begin: () => cluster.stop(mode), end: () => cluster.start() }
    }),
  ),
  {
    name: 'PostgreSQL failed over, with lost writes',
    stores: ['postgres'],
    async run(stage) {
      const cluster = await getCluster()
      const house = await stage.open({ nodes: 2 })
      for (const replacements of [1, 2, 3]) {
        await house.refreshAll()
        await cluster.keepCopy()
        await house.crowd.settle(house.pick)
        // Written, answered, used, and lost: the rows go back, the browsers do not.
        for (let count = 0; count < replacements; count++) await house.refreshAll()
        const stopLoad = house.crowd.startLoad(house.pick)
        await cluster.failOver()
        stage.inject()
        await stopLoad()
        await house.inspect()
      }
    },
  },
  ...troubles({ refused: 3 * second, silent: 15 * second }).map(({ trouble, ms }) =>
    behindLine(`PostgreSQL unreachable (${trouble.kind})`, trouble, { ms }),
  ),
  behindLine('PostgreSQL slow (200 ms each way)', { kind: 'slow', delayMs: 200 }, { ms: 5 * second, isFelt: false }),
  behindLine('PostgreSQL too slow (4 s each way)', { kind: 'slow', delayMs: 4 * second }, { ms: 15 * second }),
  {
    name: 'connections of PostgreSQL terminated under load',
    stores: ['postgres'],
    async run(stage) {
      const cluster = await getCluster()
      const house = await stage.open({ nodes: 2, guests: 60 })
      const name = (house.store.env.DATABASE_URL ?? '').split('/').at(-1)
      const stopLoad = house.crowd.startLoad(house.pick)
      for (let count = 0; count < terminations; count++) {
        await house.makeDue()
        await delay(100)
        await cluster.run(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`)
        stage.inject()
      }
      await stopLoad()
      await house.inspect()
    },
  },
]

function broken(name: string, breakage: (stage: Stage, house: House) => Promise<Breakage>): Fault {
  return {
    name,
    stores: ['postgres'],
    async run(stage) {
      const house = await stage.open({ nodes: 2 })
      await whileItLasts(stage, house, await breakage(stage, house))
    },
  }
}

function troubles(lasting: Record<'refused' | 'silent', number>): { trouble: Trouble; ms: number }[] {
  return (['refused', 'silent'] as const).map((kind) => ({ trouble: { kind }, ms: lasting[kind] }))
}

/** The servers reach PostgreSQL through a line; the suite itself does not. */
function behindLine(name: string, trouble: Trouble, lasting: Pick<Breakage, 'ms' | 'isFelt'>): Fault {
  return {
    name,
    stores: ['postgres'],
    async run(stage) {
      const line = await openTroubledLine((await getCluster()).port)
      stage.atEnd(() => line.close())
      const store = await openPostgresStore()
      const url = new URL(store.env.DATABASE_URL ?? '')
      url.port = String(line.port)
      const options: HouseOptions = { nodes: 2, storeUrl: url.href }
      const house = await stage.open(options, store)
      await whileItLasts(stage, house, {
        ...lasting,
        begin: () => line.set(trouble),
        end: () => line.set({ kind: 'none' }),
      })
    },
  }
}
