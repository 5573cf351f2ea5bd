import type { SandboxActor, SandboxRun, SandboxScenario, SandboxStep } from '../contract/index.ts'
import type { Tone } from './timeline-words.ts'

/** A step of a sandbox in words. */
export type ShownStep = {
  after: string
  who: string
  shows: string
  verdict: string
  tone: Tone
  text: string
  sent: string
  row: string
}
export type ShownRun = { title: string; lesson: string; steps: ShownStep[] }

const scenarioWords: Record<SandboxScenario, { title: string; text: string; lesson: string }> = {
  'two-tabs': {
    title: 'Two tabs at once',
    text: 'Two tabs show the same ticket in the same moment, and it is due to be replaced.',
    lesson:
      'Both tabs work on, with one and the same new ticket. Nobody was signed out, though the old ticket was shown three times.',
  },
  'lost-answer': {
    title: 'A lost answer',
    text: 'The new ticket never arrives: a tunnel, a closed laptop. The browser comes back with the old one.',
    lesson: 'The old ticket counts until the new one has been shown once. A bad network costs nobody their session.',
  },
  'stolen-copy': {
    title: 'A stolen ticket',
    text: 'Somebody copies the cookie and shows it after you have moved on.',
    lesson:
      'The copy opened nothing, and using it rang the bell. The server cannot know which of the two is you, so both are out; you sign in again, and are told why.',
  },
  'early-thief': {
    title: 'A faster thief',
    text: 'The thief shows the copy before you do, and gets the next ticket.',
    lesson:
      'The thief was in only until you came back: your own ticket gave the copy away. That is why tickets are replaced so often.',
  },
  'made-up': {
    title: 'A made-up ticket',
    text: 'A stranger who knows everything about your session but the key makes a ticket up.',
    lesson:
      'The seal was wrong, so the store was not even asked. Made-up tickets cannot end your session either; only an old genuine one can.',
  },
}

/** The buttons. */
export const scenariosInWords = Object.entries(scenarioWords).map(([name, { title, text }]) => ({ name, title, text }))

const actors: Record<SandboxActor, string> = {
  browser: 'The browser',
  'tab-a': 'Tab A',
  'tab-b': 'Tab B',
  thief: 'The thief',
  stranger: 'A stranger',
}

/** What each verdict means, by the last one that fell. */
const verdictWords: Record<string, string> = {
  current: 'Let in. There was nothing to do and nothing to write.',
  touch: 'Let in. That the session is in use was noted.',
  confirm: 'Let in. This ticket is shown for the first time: now the server knows that it arrived.',
  rotate: 'Let in. The ticket was due, so the row moved on and the next ticket went out.',
  resend: 'Let in. The next ticket was sent but has never been shown, so its answer must be lost: it is sent again.',
  straggler:
    'Let in, this once: it must have left before the new ticket came. Nothing is sent, the jar has the new one.',
  reuse: 'Turned away. The next ticket has long been in use, so somebody has a copy. The session ends for everybody.',
  malformed: 'Turned away before the store was asked: the seal does not fit the number.',
}
const raceWords =
  'Let in. It was due here too, but the other tab wrote first; a write only counts while the row is as it was read. Looked again, and sent the very same ticket.'
const overWords =
  'Turned away. The session is over, so its newest ticket opens nothing either. The sign-in page says why.'

export function runInWords({ scenario, steps }: SandboxRun): ShownRun {
  const { title, lesson } = scenarioWords[scenario]
  return { title, lesson, steps: steps.map(stepInWords) }
}

function stepInWords(step: SandboxStep): ShownStep {
  const { who, ticket, verdicts, refusal, row } = step
  const confirmed = row.isConfirmed ? 'confirmed' : 'not yet confirmed'
  return {
    after: offsetInWords(step.afterMs),
    who: actors[who],
    shows: ticket === 'made-up' ? 'a made-up ticket' : `ticket ${ticket}`,
    verdict: verdicts.length === 0 ? (refusal ?? '') : verdicts.join(', then '),
    tone: refusal === null ? 'good' : 'bad',
    text: textOf(step),
    sent: sentInWords(step),
    row: row.endedFor === null ? `generation ${row.generation}, ${confirmed}` : `ended (${row.endedFor})`,
  }
}

function textOf({ verdicts, refusal }: SandboxStep): string {
  if (verdicts.length > 1 && verdicts.at(-1) === 'resend') return raceWords
  const last = verdicts.at(-1)
  return last === 'refused' ? overWords : (verdictWords[last ?? refusal ?? ''] ?? '')
}

function sentInWords({ sent, refusal, isLost }: SandboxStep): string {
  if (refusal !== null) return 'the cookie is cleared'
  if (sent === null) return 'nothing'
  const which = `ticket ${sent.generation}${sent.isRepeated ? ', the same text as before' : ''}`
  return isLost ? `${which}, and it gets lost` : which
}

/** "5 min 2 s": a time since the sandbox began. */
function offsetInWords(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1_000)
  const parts = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60] as const
  const told = parts.map((part, index) => (part === 0 ? '' : `${part} ${['h', 'min', 's'][index]}`)).filter(Boolean)
  return told.join(' ') || '0 s'
}
