import pino from 'pino'

/**
 * The one structured log. Fields that could hold a secret are removed by name before a line is written; nothing in
 * Cloakroom logs a body, a cookie or a header value on purpose.
 */
export const log = pino({
  level: process.env.LOG_LEVEL ?? 'info',
  base: null,
  timestamp: pino.stdTimeFunctions.isoTime,
  redact: {
    paths: ['password', 'token', 'cookie', 'authorization', '*.password', '*.token', '*.cookie', '*.authorization'],
    remove: true,
  },
})
