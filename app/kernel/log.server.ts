import pino, { type DestinationStream, type Logger } from 'pino'
import { serializeError } from './log-serializers.server.ts'

/** Names of fields that are removed wherever they stand, down to the third level. */
const secretNames = [
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
]

/** A level that does not exist is named at the start, with every other setting that is wrong; not here, by a crash. */
function startLevel(wanted = 'info'): string {
  return wanted === 'silent' || Object.hasOwn(pino.levels.values, wanted) ? wanted : 'info'
}

/** What the lines of every log have. */
function common() {
  return { level: startLevel(process.env.LOG_LEVEL), base: null, timestamp: pino.stdTimeFunctions.isoTime }
}

/** A structured log; to standard output unless a destination is given. */
export function createLog(destination?: DestinationStream): Logger {
  const options = {
    ...common(),
    serializers: { err: (error: unknown) => serializeError(error) },
    redact: {
      paths: secretNames.flatMap((name) => ['', '*.', '*.*.'].map((above) => pathOf(above, name))),
      remove: true,
    },
  }
  return destination ? pino(options, destination) : pino(options)
}

/**
 * The one structured log. Fields that could hold a secret are removed by name before a line is written, errors are
 * reduced to what `serializeError` lets through; nothing in Cloakroom logs a body, a cookie or a header value on purpose.
 */
export const log = createLog()

/**
 * For the line of each request alone: its fields are named where it is written and hold nothing of a visitor's, so there
 * is nothing to look for. Looking costs 50 µs a line, the line itself 2.
 */
export const requestLog = pino(common())

function pathOf(above: string, name: string): string {
  return name.includes('-') ? `${above.replace(/\.$/, '')}["${name}"]` : `${above}${name}`
}
