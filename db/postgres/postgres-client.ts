import { createHash } from 'node:crypto'
import type pg from 'pg'
import { isBroken, isConflict, isLost, neverSent, PostgresFault, toPostgresFault } from './postgres-fault.ts'

export type PostgresOptions = {
  /** Connections of this process at most. */
  poolSize: number
  /** How long a request waits for a connection, in milliseconds. */
  connectTimeoutMs: number
  /** How long a statement may take, and a transaction may stand still, in milliseconds. */
  statementTimeoutMs: number
  /** True behind a pooler in transaction mode: nothing is kept in a session, neither statements nor settings. */
  isPooled: boolean
}

export const defaultPostgresOptions: PostgresOptions = {
  ...{ poolSize: 10, connectTimeoutMs: 5_000, statementTimeoutMs: 5_000, isPooled: false },
}

/** A text with `$1`, `$2`; `rows` says how its rows come back. Named ones are prepared once for each connection. */
export type Statement = { text: string; values: unknown[]; name?: string | undefined; rows: 'arrays' | 'objects' }
export type Answer = { rows: unknown[]; rowCount: number }
export type RunStatement = (statement: Statement) => Promise<Answer>

/** The connections to PostgreSQL. Every failure is a `PostgresFault`, which holds no value of a row. */
export type PostgresClient = {
  readonly kind: 'postgres'
  /** Runs one statement on its own. What provably changed nothing is tried again. */
  run: RunStatement
  /** Runs `work` as one transaction; again from its beginning when it lost to another one. */
  transaction<Result>(work: (run: RunStatement) => Promise<Result>, options?: TransactionOptions): Promise<Result>
  /** A name under which a text is prepared; undefined when it should not be. */
  nameOf(text: string): string | undefined
  /** Lets go of every connection, once what is under way is done. */
  close(): Promise<void>
}

export type TransactionOptions = {
  /** Without limits on time, for migrations. */
  isUnlimited?: boolean
}

const maxTries = 3
/** Statements are made by code, not by visitors, but combinations of filters are many. */
const maxNames = 500
const idleMs = 30_000
/** After a failover connections move on. */
const longestLifeSeconds = 1_800

/** `onFault` hears of connections that broke while nobody used them. Nothing is connected before the first statement. */
export async function createPostgresClient(
  url: string,
  options: PostgresOptions = defaultPostgresOptions,
  onFault: (fault: PostgresFault) => void = () => {},
): Promise<PostgresClient> {
  const { statementTimeoutMs, isPooled } = options
  // Who starts on SQLite does not load the driver.
  const { default: driver } = await import('pg')
  const pool = createPool(driver, url, options)
  const types = numbersAsNumbers(driver)
  const names = new Map<string, string>()
  // A connection that broke tells of a server that has gone: those that were opened before are not used again.
  const openedIn = new WeakMap<object, number>()
  let era = 0
  pool.on('connect', (connection) => {
    openedIn.set(connection, era)
    // The pool listens to idle connections only, and what nobody listens to would end the process. A statement that
    // was under way fails by itself.
    connection.on('error', () => endEra(connection))
  })
  pool.on('error', (error, connection) => {
    endEra(connection)
    onFault(toPostgresFault(error, 'connect'))
  })

  function endEra(connection: object): void {
    if (openedIn.get(connection) === era) era++
  }

  /** What a URL names (a certificate, say) is read here as well, and may not be there. */
  async function connect(): Promise<pg.PoolClient> {
    try {
      return await pool.connect()
    } catch (error) {
      throw toPostgresFault(error, 'connect')
    }
  }

  async function acquire(): Promise<pg.PoolClient> {
    for (;;) {
      const connection = await connect()
      if (openedIn.get(connection) === era) return connection
      connection.release(true)
    }
  }

  async function send(connection: pg.PoolClient, { text, values, name, rows }: Statement, isUnlimited = false) {
    try {
      const { rows: found, rowCount } = await connection.query({
        ...{ text, values, types },
        ...(name === undefined ? {} : { name }),
        ...(rows === 'arrays' ? { rowMode: 'array' as const } : {}),
        // The server's own limit comes first; this one is for a server that does not answer at all.
        ...(isUnlimited ? {} : { query_timeout: statementTimeoutMs + 1_000 }),
      })
      return { rows: found, rowCount: rowCount ?? 0 }
    } catch (error) {
      throw toPostgresFault(error)
    }
  }

  function giveBack(connection: pg.PoolClient, fault: PostgresFault | null): void {
    const isGone = fault !== null && isBroken(fault)
    if (isGone) endEra(connection)
    connection.release(isGone)
  }

  async function runOnce(statement: Statement): Promise<Answer> {
    const connection = await acquire()
    try {
      const answer = await send(connection, statement)
      giveBack(connection, null)
      return answer
    } catch (error) {
      giveBack(connection, error as PostgresFault)
      throw error
    }
  }

  async function transactOnce<Result>(work: (run: RunStatement) => Promise<Result>, isUnlimited: boolean) {
    const connection = await acquire()
    const run: RunStatement = (statement) => send(connection, statement, isUnlimited)
    try {
      await run(plain(beginning(isPooled || isUnlimited, isUnlimited ? 0 : statementTimeoutMs))).catch((fault) => {
        throw isBroken(fault) ? neverSent(fault) : fault
      })
      const result = await work(run)
      await run(plain('commit'))
      giveBack(connection, null)
      return result
    } catch (error) {
      giveBack(connection, await rollBack(run, error))
      throw error
    }
  }

  return {
    kind: 'postgres',
    run: (statement) =>
      again(
        () => runOnce(statement),
        (fault) => isConflict(fault) || fault.phase === 'unsent' || (isLost(fault) && isRead(statement.text)),
      ),
    transaction: (work, { isUnlimited = false } = {}) =>
      again(
        () => transactOnce(work, isUnlimited),
        (fault) => isConflict(fault) || fault.phase === 'unsent',
      ),
    nameOf(text) {
      if (isPooled) return undefined
      const known = names.get(text)
      if (known !== undefined || names.size >= maxNames) return known
      const name = createHash('sha256').update(text).digest('base64url').slice(0, 22)
      names.set(text, name)
      return name
    },
    close: () => pool.end(),
  }
}

/** Numbers of 64 bits as numbers: nothing here counts beyond 2^53. */
function numbersAsNumbers({ types }: typeof pg): pg.CustomTypesConfig {
  const parserOf = (oid: number, format?: 'text' | 'binary') =>
    oid === types.builtins.INT8 ? Number : types.getTypeParser(oid, format ?? 'text')
  return { getTypeParser: parserOf as never }
}

function createPool(driver: typeof pg, url: string, options: PostgresOptions): pg.Pool {
  const limits = { statement_timeout: options.statementTimeoutMs, lock_timeout: options.statementTimeoutMs }
  return new driver.Pool({
    connectionString: url,
    max: options.poolSize,
    connectionTimeoutMillis: options.connectTimeoutMs,
    idleTimeoutMillis: idleMs,
    maxLifetimeSeconds: longestLifeSeconds,
    keepAlive: true,
    // A command that is done ends although connections are open.
    allowExitOnIdle: true,
    fallback_application_name: 'cloakroom',
    ...(options.isPooled ? {} : { ...limits, idle_in_transaction_session_timeout: options.statementTimeoutMs }),
  })
}

function plain(text: string): Statement {
  return { text, values: [], rows: 'objects' }
}

/** Begins a transaction; where the session may be shared, its limits hold for this transaction alone. */
function beginning(setsLimits: boolean, limitMs: number): string {
  if (!setsLimits) return 'begin'
  const names = ['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout']
  return ['begin', ...names.map((name) => `set local ${name} = ${limitMs}`)].join('; ')
}

/** What became of the connection: null when it can be used again. */
async function rollBack(run: RunStatement, error: unknown): Promise<PostgresFault | null> {
  try {
    if (error instanceof PostgresFault && isBroken(error)) return error
    await run(plain('rollback'))
    return null
  } catch (fault) {
    return fault as PostgresFault
  }
}

async function again<Result>(work: () => Promise<Result>, mayRepeat: (fault: PostgresFault) => boolean) {
  for (let tries = 1; ; tries++) {
    try {
      return await work()
    } catch (error) {
      if (tries >= maxTries || !mayRepeat(error as PostgresFault)) throw error
    }
  }
}

function isRead(text: string): boolean {
  return /^\s*select\b/i.test(text)
}
