// @ts-check
import { appendFileSync } from 'node:fs'
import SQLite from 'better-sqlite3'

// Preloaded into a server under test: writes a line for each statement that SQLite runs, with how many rows it gave and
// what of its plan looks at a whole table, into the file that STATEMENT_WATCH names. The product knows nothing of it.

const file = process.env.STATEMENT_WATCH ?? ''
const explain = SQLite.prototype.prepare
const Statement = Object.getPrototypeOf(new SQLite(':memory:').prepare('select 1'))
/** @type {Map<string, string[]>} */
const scans = new Map()
let isExplaining = false

/**
 * @param {any} statement
 * @param {unknown[]} values
 */
function scansOf(statement, values) {
  const known = scans.get(statement.source)
  if (known) return known
  isExplaining = true
  try {
    const plan = Reflect.apply(explain, statement.database, [`explain query plan ${statement.source}`]).all(...values)
    const found = plan
      .map((/** @type {any} */ step) => step.detail)
      .filter((/** @type {string} */ detail) => /^SCAN \w+$/.test(detail))
    scans.set(statement.source, found)
    return found
  } catch {
    return []
  } finally {
    isExplaining = false
  }
}

for (const name of ['all', 'get', 'run']) {
  const own = Statement[name]
  Statement[name] = function (/** @type {unknown[]} */ ...values) {
    const answer = own.apply(this, values)
    if (isExplaining) return answer
    const rows = Array.isArray(answer) ? answer.length : answer === undefined || name === 'run' ? 0 : 1
    appendFileSync(file, `${JSON.stringify({ sql: this.source, rows, scans: scansOf(this, values) })}\n`)
    return answer
  }
}
