import pino, { type DestinationStream, type Logger } from 'pino'
import { now } from '../clock.ts'
import { visibleJson } from '../visible-text.ts'
import { serializeError } from './log-serializers.server.ts'

/** Names of fields that are removed wherever they stand, down to the fourth level. */
const secretNames = new Set([
  'password',
  'token',
  'cookie',
  'cookies',
  'authorization',
  'headers',
  'refreshToken',
  'accessToken',
  'jwt',
  'csrf',
  'secret',
  'secrets',
  'privateJwk',
  'passwordHash',
  'body',
  'form',
  'set-cookie',
  'x-csrf-token',
])
const searchedLevels = 4

/** A level that does not exist is named at the start, with every other setting that is wrong; not here, by a crash. */
function startLevel(wanted = 'info'): string {
  return wanted === 'silent' || Object.hasOwn(pino.levels.values, wanted) ? wanted : 'info'
}

/** What the lines of every log have. */
function common() {
  return { level: startLevel(process.env.LOG_LEVEL), base: null, timestamp: pino.stdTimeFunctions.isoTime }
}

/**
 * Standard output for both logs. The lines of requests gather until there are 4 KiB of them or one has waited for
 * `patienceMs`: a call into the system costs more than all else of a line. What waits when the process ends is written
 * then, by pino; a process that is killed loses its last moment.
 */
const output = pino.destination({ fd: 1, sync: false, minLength: 8_192 })
const gatheredLength = 4_096
const patienceMs = 50
let gathered = ''
let isFlushDue = false
let isWriting = false
let isFlushWanted = false

// One listener per process, also where a development server imports this again and again.
const slot: { [key: symbol]: (() => void) | undefined } = globalThis as never
const handOverKey = Symbol.for('cloakroom.log-hand-over')
if (!slot[handOverKey]) process.prependListener('exit', () => slot[handOverKey]?.())
slot[handOverKey] = handOver

output.on('drain', () => {
  isWriting = false
  if (!isFlushWanted) return
  isFlushWanted = false
  flush()
})

function handOver(): void {
  if (gathered !== '') output.write(gathered)
  gathered = ''
}

function flush(): void {
  handOver()
  // A write that is under way takes along what it had; the rest follows it.
  if (isWriting) isFlushWanted = true
  else {
    isWriting = true
    output.flush()
  }
}

function gather(line: string): void {
  gathered += line
  if (gathered.length >= gatheredLength) flush()
  if (isFlushDue || gathered === '') return
  isFlushDue = true
  setTimeout(flushWhenDue, patienceMs).unref()
}

function flushWhenDue(): void {
  isFlushDue = false
  flush()
}

const infoLine = `{"level":${pino.levels.values.info},`

/** What is told by the way gathers with the lines of requests; what somebody should look at is written at once. */
const prompt: DestinationStream = {
  write(line) {
    if (line.startsWith(infoLine)) return gather(line)
    handOver()
    output.write(line)
    flush()
  },
}

/** A structured log; to standard output unless a destination is given. */
export function createLog(destination: DestinationStream = prompt): Logger {
  const options = {
    ...common(),
    serializers: { err: (error: unknown) => serializeError(error) },
    // What is written of an error is chosen by its serializer.
    formatters: {
      log: (fields: { err?: unknown }) => ({
        ...withoutSecrets(fields),
        ...('err' in fields ? { err: fields.err } : {}),
      }),
    },
  }
  // Here, where every line goes by: what visitors wrote must not act on a terminal, in a name or a text, at any depth.
  return pino(options, { write: (line) => destination.write(visibleJson(line)) })
}

/**
 * The one structured log. Fields that could hold a secret are removed by name before a line is written, errors are
 * reduced to what `serializeError` lets through; nothing in Cloakroom logs a body, a cookie or a header value on purpose.
 */
export const log = createLog()

/** What the line of a request says: nothing of a visitor's, so there is no secret to look for. */
export type RequestFacts = {
  request: string
  /** The id of its trace, where it has one. */
  trace: string | undefined
  method: string
  route: string
  status: number
  ms: number
  brokenOff?: true
}

const { info } = pino.levels.values
const writesRequests = pino({ level: startLevel(process.env.LOG_LEVEL) }, prompt).isLevelEnabled('info')
const second = { at: Number.NaN, text: '' }

/** Writes the line of a request, in the form of the log and at its level `info`, for a third of what pino's own takes. */
export function logRequest(facts: RequestFacts): void {
  if (!writesRequests) return
  gather(
    visibleJson(
      `{"level":${info},"time":"${isoTime(now())}",${JSON.stringify(facts).slice(1, -1)},"msg":"answered"}\n`,
    ),
  )
}

function isoTime(at: number): string {
  const milliseconds = at % 1_000
  if (second.at !== at - milliseconds) {
    second.at = at - milliseconds
    second.text = new Date(second.at).toISOString().slice(0, 20)
  }
  return `${second.text}${String(milliseconds).padStart(3, '0')}Z`
}

/**
 * The fields without those that could hold a secret. Going through them once takes less than pino's own `redact`, which
 * looks for each name at each level: the line of a sign-in's event went from 40 µs to between 4 and 19.
 */
function withoutSecrets(fields: object, levels = searchedLevels): Record<string, unknown> {
  const kept: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(fields)) {
    if (!secretNames.has(name)) kept[name] = withoutSecretsWithin(value, levels - 1)
  }
  return kept
}

function withoutSecretsWithin(value: unknown, levels: number): unknown {
  if (levels === 0 || typeof value !== 'object' || value === null || 'toJSON' in value) return value
  if (Array.isArray(value)) return value.map((each) => withoutSecretsWithin(each, levels - 1))
  return withoutSecrets(value, levels)
}
