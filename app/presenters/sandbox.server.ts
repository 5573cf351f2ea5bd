import type { ShownRun, ShownStep } from '../components/inspector/shown.ts'
import type { SandboxActor, SandboxRun, SandboxScenario, SandboxStep } from '../contract/index.ts'
import { message, type PlainMessage, t } from '../i18n/index.ts'
import { reasonInWords } from './event-facts.server.ts'

const scenarioWords: Record<SandboxScenario, { title: PlainMessage; text: PlainMessage; lesson: PlainMessage }> = {
  'two-tabs': {
    title: message('Two tabs at once'),
    text: message('Two tabs show the same ticket in the same moment, and it is due to be replaced.'),
    lesson: message(
      'Both tabs work on, with one and the same new ticket. Nobody was signed out, though the old ticket was shown three times.',
    ),
  },
  'lost-answer': {
    title: message('A lost answer'),
    text: message('The new ticket never arrives: a tunnel, a closed laptop. The browser comes back with the old one.'),
    lesson: message(
      'The old ticket counts until the new one has been shown once. A bad network costs nobody their session.',
    ),
  },
  'stolen-copy': {
    title: message('A stolen ticket'),
    text: message('Somebody copies the cookie and shows it after you have moved on.'),
    lesson: message(
      'The copy opened nothing, and using it rang the bell. The server cannot know which of the two is you, so both are out; you sign in again, and are told why.',
    ),
  },
  'early-thief': {
    title: message('A faster thief'),
    text: message('The thief shows the copy before you do, and gets the next ticket.'),
    lesson: message(
      'The thief was in only until you came back: your own ticket gave the copy away. That is why tickets are replaced so often.',
    ),
  },
  'made-up': {
    title: message('A made-up ticket'),
    text: message('A stranger who knows everything about your session but the key makes a ticket up.'),
    lesson: message(
      'The seal was wrong, so the store was not even asked. Made-up tickets cannot end your session either; only an old genuine one can.',
    ),
  },
}

/** The buttons. */
export function scenariosInWords(): { name: string; title: string; text: string }[] {
  return Object.entries(scenarioWords).map(([name, { title, text }]) => ({ name, title: t(title), text: t(text) }))
}

const actors: Record<SandboxActor, PlainMessage> = {
  browser: message('The browser'),
  'tab-a': message('Tab A'),
  'tab-b': message('Tab B'),
  thief: message('The thief'),
  stranger: message('A stranger'),
}

/** What each verdict means, by the last one that fell. */
const verdictWords: Record<string, PlainMessage> = {
  current: message('Let in. There was nothing to do and nothing to write.'),
  touch: message('Let in. That the session is in use was noted.'),
  confirm: message('Let in. This ticket is shown for the first time: now the server knows that it arrived.'),
  rotate: message('Let in. The ticket was due, so the row moved on and the next ticket went out.'),
  resend: message(
    'Let in. The next ticket was sent but has never been shown, so its answer must be lost: it is sent again.',
  ),
  straggler: message(
    'Let in, this once: it must have left before the new ticket came. Nothing is sent, the jar has the new one.',
  ),
  reuse: message(
    'Turned away. The next ticket has long been in use, so somebody has a copy. The session ends for everybody.',
  ),
  malformed: message('Turned away before the store was asked: the seal does not fit the number.'),
}
const raceWords = message(
  'Let in. It was due here too, but the other tab wrote first; a write only counts while the row is as it was read. Looked again, and sent the very same ticket.',
)
const overWords = message(
  'Turned away. The session is over, so its newest ticket opens nothing either. The sign-in page says why.',
)

export function runInWords({ scenario, steps }: SandboxRun): ShownRun {
  const { title, lesson } = scenarioWords[scenario]
  return { title: t(title), lesson: t(lesson), steps: steps.map(stepInWords) }
}

function stepInWords(step: SandboxStep): ShownStep {
  const { who, ticket, refusal, row } = step
  const confirmed = t(row.isConfirmed ? message('confirmed') : message('not yet confirmed'))
  return {
    after: offsetInWords(step.afterMs),
    who: t(actors[who]),
    shows: ticket === 'made-up' ? t('a made-up ticket') : t('ticket {number}', { number: ticket }),
    verdict: verdictInWords(step),
    tone: refusal === null ? 'good' : 'bad',
    text: textOf(step),
    sent: sentInWords(step),
    row:
      row.endedFor === null
        ? t('generation {number}, {confirmed}', { number: row.generation, confirmed })
        : t('ended ({reason})', { reason: reasonInWords(row.endedFor) }),
  }
}

const verdictNames: Record<string, PlainMessage> = {
  current: message('current'),
  touch: message('touch'),
  confirm: message('confirm'),
  rotate: message('rotate'),
  resend: message('resend'),
  straggler: message('straggler'),
  reuse: message('reuse'),
  refused: message('refused'),
  malformed: message('malformed'),
}

function verdictInWords({ verdicts, refusal }: SandboxStep): string {
  const names = (verdicts.length === 0 ? [refusal ?? ''] : verdicts).map((verdict) => {
    const name = verdictNames[verdict]
    return name === undefined ? verdict : t(name)
  })
  return names.reduce((verdict, next) => t('{verdict}, then {next}', { verdict, next }))
}

function textOf({ verdicts, refusal }: SandboxStep): string {
  if (verdicts.length > 1 && verdicts.at(-1) === 'resend') return t(raceWords)
  const last = verdicts.at(-1)
  const words = last === 'refused' ? overWords : verdictWords[last ?? refusal ?? '']
  return words === undefined ? '' : t(words)
}

function sentInWords({ sent, refusal, isLost }: SandboxStep): string {
  if (refusal !== null) return t('the cookie is cleared')
  if (sent === null) return t('nothing')
  const which = t('ticket {number}', { number: sent.generation })
  if (isLost) return t('{ticket}, and it gets lost', { ticket: which })
  return sent.isRepeated ? t('{ticket}, the same text as before', { ticket: which }) : which
}

/** "5 min 2 s": a time since the sandbox began. */
function offsetInWords(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1_000)
  const parts = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60] as const
  const told = parts.map((part, index) => (part === 0 ? '' : `${part} ${['h', 'min', 's'][index]}`)).filter(Boolean)
  return told.join(' ') || '0 s'
}
