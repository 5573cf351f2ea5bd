import SQLite from 'better-sqlite3'
import session, { type SessionData } from 'express-session'

/**
 * A store for express-session on better-sqlite3, at its fastest: one prepared statement each, and nothing is written when
 * a session is merely used. Those that are published need a second compiled SQLite.
 */
export class SqliteSessions extends session.Store {
  readonly #read
  readonly #write

  constructor(file: string) {
    super()
    const database = new SQLite(file)
    database.pragma('journal_mode = WAL')
    database.pragma('synchronous = NORMAL')
    database.exec('create table if not exists express_sessions (id text primary key, content text, expires_at integer)')
    this.#read = database.prepare('select content, expires_at from express_sessions where id = ?')
    this.#write = database.prepare('insert or replace into express_sessions values (?, ?, ?)')
  }

  override get(id: string, done: (error?: unknown, content?: SessionData | null) => void): void {
    const row = this.#read.get(id) as { content: string; expires_at: number } | undefined
    done(null, row && row.expires_at > Date.now() ? JSON.parse(row.content) : null)
  }

  override set(id: string, content: SessionData, done?: (error?: unknown) => void): void {
    this.#write.run(id, JSON.stringify(content), Date.now() + 86_400_000)
    done?.()
  }

  override destroy(_id: string, done?: (error?: unknown) => void): void {
    done?.()
  }
}
