import { setTimeout as delay } from 'node:timers/promises'
import type { Fault, Stage } from '../fault.ts'
import type { Guest } from '../guest.ts'
import type { House } from '../house.ts'
import { isHealthy, type ServerNode } from '../node.ts'
import type { KillPoint } from '../saboteur.ts'
import { traceNode } from '../tracer.ts'

/** Something a guest does that writes, and what must be true of it after the server was killed meanwhile. */
type Deed = {
  readonly name: string
  /** Makes it so that the deed writes. */
  prepare(house: House, actor: Guest): Promise<void>
  act(house: House, actor: Guest): Promise<void>
}

const ask: Deed['act'] = async (house, actor) => void (await house.crowd.ask(actor, house.doorOf(house.node)))

const deeds: readonly Deed[] = [
  { name: 'replacing a ticket', prepare: async () => {}, act: ask },
  {
    name: 'the first use of a successor',
    prepare: (house, actor) => house.crowd.settle(house.pick, [actor]),
    act: ask,
  },
  {
    name: 'going on after the store lost a replacement',
    prepare: async (house, actor) => {
      await house.crowd.settle(house.pick, [actor])
      await house.books.loseRotation(actor)
    },
    act: ask,
  },
]

/** No deed writes oftener than this; the loop ends by itself before. */
const mostWrites = 20
/** How long after an answer something may still be written. */
const settleMs = 250
/** Signing out has two answers, the rest one; what is killed at the second then belongs to somebody else. */
const mostAnswers = 2
const points: readonly { at: KillPoint; most: number }[] = [
  { at: 'before', most: mostWrites },
  { at: 'sent', most: mostWrites },
  { at: 'after', most: mostWrites },
  { at: 'answer', most: mostAnswers },
  { at: 'answered', most: mostAnswers },
]

export const killsAtWrites: readonly Fault[] = [
  ...deeds.map(
    (deed): Fault => ({
      name: `SIGKILL at every write, ${deed.name}`,
      stores: ['sqlite', 'postgres'],
      async run(stage) {
        const house = await stage.open({ guests: 4 })
        for (const point of points) {
          await untilSurvived({
            ...{ stage, house, most: point.most },
            prepare: () => prepare(house, deed),
            arm: (nth) => house.node.order({ order: 'kill', at: point.at, nth }),
            act: () => perform(house, deed),
          })
        }
        await house.inspect()
      },
    }),
  ),
  {
    name: 'SIGKILL at every write, signing out',
    stores: ['sqlite', 'postgres'],
    async run(stage) {
      const house = await stage.open({ guests: 40 })
      for (const point of points) {
        await untilSurvived({
          ...{ stage, house, most: point.most },
          prepare: async () => {
            await house.refreshAll()
            house.crowd.seeOut(actorOf(house))
          },
          arm: (nth) => house.node.order({ order: 'kill', at: point.at, nth }),
          act: () => leaveForGood(house),
          after: () => untilLeft(house),
        })
      }
      await house.inspect()
    },
  },
  {
    name: 'SIGKILL inside of every system call that writes the file',
    stores: ['sqlite'],
    async run(stage) {
      const house = await stage.open({ guests: 4 })
      for (const deed of deeds.slice(0, 2)) {
        await untilSurvived({
          ...{ stage, house, most: mostWrites },
          prepare: () => prepare(house, deed),
          arm: (nth) => traceNode(stage, house.node, `inject=pwrite64:signal=SIGKILL:when=${nth}`),
          act: () => perform(house, deed),
        })
      }
      await house.inspect()
    },
  },
]

type Killing = {
  stage: Stage
  house: House
  most: number
  prepare(): Promise<void>
  /** May return how to disarm what has not struck. */
  arm(nth: number): Promise<unknown>
  act(): Promise<void>
  /** Before anybody is asked again. */
  after?: () => Promise<void>
}

/** Kills at the first place, the second and so on, each time with a restart, until the deed gets by. */
async function untilSurvived({ stage, house, most, prepare, arm, act, after }: Killing): Promise<void> {
  for (let nth = 1; nth <= most; nth++) {
    await prepare()
    const disarm = await arm(nth)
    await act()
    const isOver = await hasSurvived(house.node)
    if (typeof disarm === 'function') await disarm()
    if (!isOver) {
      stage.inject()
      await house.node.ended()
      await house.node.start()
    }
    await after?.()
    await house.crowd.settle(house.pick)
    await house.crowd.crash(house.pick)
    if (isOver) return
  }
  if (most === mostWrites) house.crowd.complain(`still killed at the ${most}th place`)
}

/** True when the process lives and will be left alone. */
async function hasSurvived(node: ServerNode): Promise<boolean> {
  // Events are written after the answer.
  await delay(settleMs)
  if (!(await isHealthy(node.port))) return false
  try {
    await node.order({ order: 'nothing' })
    return true
  } catch {
    return false
  }
}

const actorOf = (house: House): Guest => {
  const [actor] = house.crowd.present
  if (!actor) throw new Error('nobody is left')
  return actor
}

/** The actor's ticket is due again; everybody else's has been replaced, so that only the actor writes. */
async function prepare(house: House, deed: Deed): Promise<void> {
  const actor = actorOf(house)
  const others = house.crowd.present.filter((guest) => guest !== actor)
  await house.makeDue()
  await house.crowd.settle(house.pick, others)
  await house.crowd.settle(house.pick, others)
  await deed.prepare(house, actor)
}

/** The deed, while the others look at the site. */
async function perform(house: House, deed: Deed): Promise<void> {
  const actor = actorOf(house)
  const others = house.crowd.present.filter((guest) => guest !== actor)
  await Promise.all([deed.act(house, actor), house.crowd.askAll(house.pick, others)])
}

/** Somebody signs out. Once they were told that it is done, no copy of their ticket is good for anything. */
async function leaveForGood(house: House): Promise<void> {
  const leaver = house.crowd.leavers.at(-1)
  if (leaver) await house.crowd.leave(leaver, house.doorOf(house.node))
}

/** Whoever was not told tries again. */
async function untilLeft(house: House): Promise<void> {
  for (let tries = 0; house.crowd.leavers.length > 0; tries++) {
    if (tries > 10) throw new Error('somebody cannot sign out')
    await leaveForGood(house)
  }
}
