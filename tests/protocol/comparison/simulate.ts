import { type Happening, type Scenario, sessionLength } from './scenario.ts'
import type { Answer, Session, Strategy, Ticket } from './strategies.ts'

export type Run = {
  /** The owner was refused. In a scenario without a thief each is a false sign-out. */
  signOuts: number
  writes: number
  /** Whether an alarm was raised after the copy was taken, and the thief cut off because of it. */
  isDetected: boolean
  /** From the copy to the last moment at which the thief was served; null when nothing was stolen. */
  thiefFor: number | null
  /** The thief could have gone on to the end of the scenario. */
  isNeverCutOff: boolean
}

const jarIsSavedEvery = 30_000

/** One scenario under one strategy. After a sign-out the owner signs in again; the thief's copy stays what it was. */
export function simulate(strategy: Strategy, { happenings, requests }: Scenario): Run {
  let session = strategy.start(0)
  let jar: Ticket = session.first
  let saved: { at: number; ticket: Ticket; before: Ticket } = { at: 0, ticket: jar, before: jar }
  const sent = new Array<{ ticket: Ticket; session: Session } | undefined>(requests)
  const brought = new Array<Ticket | undefined>(requests)
  const run: Run = { signOuts: 0, writes: 0, isDetected: false, thiefFor: null, isNeverCutOff: false }
  let stolen = null as Stolen | null

  const keep = (ticket: Ticket, at: number) => {
    saved = { at, ticket, before: at - saved.at > jarIsSavedEvery ? saved.ticket : saved.before }
    jar = ticket
  }
  const note = (answer: Answer) => {
    run.writes += answer.writes
    if (answer.isAlarm && stolen) run.isDetected = true
  }
  const arrive = ({ request, at }: Happening) => {
    const asked = sent[request]
    if (!asked || asked.session !== session) return
    const answer = session.present(asked.ticket, at, null)
    note(answer)
    if (answer.isAccepted) {
      brought[request] = answer.ticket ?? undefined
      return
    }
    run.signOuts++
    session = strategy.start(at)
    keep(session.first, at)
  }
  const strike = ({ at }: Happening) => {
    if (!stolen || stolen.isOut) return
    const answer = stolen.session.present(stolen.ticket, at, stolen.at)
    note(answer)
    if (!answer.isAccepted) stolen.isOut = true
    else {
      stolen.lastServed = at
      stolen.ticket = answer.ticket ?? stolen.ticket
    }
  }
  const deliver = ({ request, at }: Happening) => {
    const ticket = brought[request]
    if (ticket && sent[request]?.session === session) keep(ticket, at)
  }
  const handlers: Record<Happening['kind'], (happening: Happening) => void> = {
    send: ({ request }) => {
      sent[request] = { ticket: jar, session }
    },
    arrive,
    deliver,
    crash: ({ at }) => {
      if (at - saved.at < jarIsSavedEvery) jar = saved.before
    },
    copy: ({ at }) => {
      stolen = { session, ticket: jar, at, isOut: false, lastServed: at }
    },
    thief: strike,
  }
  for (const happening of happenings) handlers[happening.kind](happening)
  return stolen ? { ...run, ...outcomeOf(stolen) } : run
}

type Stolen = { session: Session; ticket: Ticket; at: number; isOut: boolean; lastServed: number }

function outcomeOf({ session, ticket, at, isOut, lastServed }: Stolen): Pick<Run, 'thiefFor' | 'isNeverCutOff'> {
  return { thiefFor: lastServed - at, isNeverCutOff: !isOut && session.present(ticket, sessionLength, at).isAccepted }
}
