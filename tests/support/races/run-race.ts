import type { Principal } from '../../../app/identity/index.server.ts'
import { Problem } from '../../../app/kernel/index.ts'
import { type Ending, learnId } from './endings.ts'
import type { RaceHouse } from './race-house.ts'
import { listLiving, type RacePerson, requireOwn, signInElsewhere } from './race-person.ts'
import { isFromProvider, type Start } from './starts.ts'

/** What came of a start, and which sessions live once both are through. */
export type RaceResult = {
  answer: string
  /** Those that lived before the ending. */
  before: string[]
  living: string[]
  expected: { ifStarted: string[]; ifNot: string[] }
}

/** Whether there is anything for this ending to end, or to take away. */
export function canMeet(start: Start, ending: Ending): boolean {
  if (ending.needs === 'factors') return start.hasFactors
  return ending.needs !== 'own' || start.hasOwn
}

/** The start is held back once everything is verified, the ending carried out whole, and the start goes on. */
export async function endWithin(house: RaceHouse, start: Start, ending: Ending): Promise<RaceResult> {
  const person = await start.settle(house)
  const request = await start.prepare(house, person, house[start.at])
  const by = person.userId !== '' && ending.asks === 'elsewhere' ? await signInElsewhere(house, person) : null
  const early = person.userId === '' ? null : await ending.prepare(house, person, by ?? nobody(person), house.there)
  const held = house.hold()
  const answered = answerOf(request())
  await Promise.race([held.arrived, answered.then(({ answer }) => fail(`${answer} was not held`))])
  await learnId(house, person)
  const late = early ? null : await prepareLate(house, person, ending)
  const before = await listLiving(house, person)
  const left = await (early ?? late?.end ?? fail('there is no ending'))()
  held.release()
  const { answer, started } = await answered
  const after = afterEnding(ending, before, left, (by ?? late?.by)?.sessionId, person)
  const own = start.replaces ? person.own?.session.id : undefined
  const beside = start.newPassword === undefined ? after.filter((id) => id !== own) : []
  const ifStarted = [...beside, ...(started === null ? [] : [started])].toSorted()
  const expected = { ifStarted, ifNot: after.toSorted() }
  return { answer, before, living: await listLiving(house, person), expected }
}

/** The start comes first, whole, in the browser that the ending then knows as the one at hand. */
export async function endAfterwards(house: RaceHouse, start: Start, ending: Ending) {
  const person = await start.settle(house)
  const request = await start.prepare(house, person, house[start.at])
  const result = await request()
  if (!('session' in result)) throw new Error(result.kind)
  await learnId(house, person)
  person.password = start.newPassword ?? person.password
  person.own = { ...(result as NonNullable<RacePerson['own']>), isProviders: isFromProvider(start) }
  const { by, end } = await prepareLate(house, person, ending)
  const before = await listLiving(house, person)
  const expected = afterEnding(ending, before, await end(), by?.sessionId, person).toSorted()
  return { started: requireOwn(person).session.id, before, living: await listLiving(house, person), expected }
}

async function prepareLate(house: RaceHouse, person: RacePerson, ending: Ending) {
  const by = ending.asks === 'elsewhere' ? await signInElsewhere(house, person) : null
  return { by, end: await ending.prepare(house, person, by ?? nobody(person), house.there) }
}

function nobody({ userId, email, name }: RacePerson): Principal {
  return { userId, email, name, roles: ['user'], sessionId: 'of nobody', amr: ['pwd'], authenticatedAt: 0 }
}

function afterEnding(
  { ends }: Ending,
  before: readonly string[],
  left: readonly string[],
  by: string | undefined,
  { own }: RacePerson,
): string[] {
  if (ends === 'all') return [...left]
  if (ends === 'others') return [...left, ...(by === undefined ? [] : [by])]
  const isSpared = ends === 'provider' && !own?.isProviders
  return before.filter((id) => isSpared || id !== own?.session.id)
}

/** The kind of the answer, or the code of the refusal; every other error passes. */
async function answerOf(work: Promise<{ kind: string }>): Promise<{ answer: string; started: string | null }> {
  try {
    const result = await work
    const { session } = result as { session?: { id: string } }
    return { answer: result.kind, started: session?.id ?? null }
  } catch (error) {
    if (error instanceof Problem) return { answer: error.code, started: null }
    throw error
  }
}

function fail(why: string): never {
  throw new Error(why)
}
