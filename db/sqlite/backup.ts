import { chmodSync, closeSync, existsSync, openSync, renameSync, rmSync } from 'node:fs'
import SQLite from 'better-sqlite3'

export type BackupResult = { kind: 'written'; sessions: number } | { kind: 'exists' } | { kind: 'damaged'; why: string }

/**
 * Copies the store behind a `file:` URL into a new file while servers go on writing, looks at the copy, and only then
 * gives it its name. Never overwrites. The copy is readable by its owner alone.
 */
export async function backUpStore(url: string, to: string): Promise<BackupResult> {
  if (existsSync(to)) return { kind: 'exists' }
  const partial = `${to}.partial`
  rmSync(partial, { force: true })
  closeSync(openSync(partial, 'wx', 0o600))
  const source = new SQLite(url.replace(/^file:/, ''), { readonly: true, timeout: 10_000 })
  try {
    await source.backup(partial)
    const copy = checkCopy(partial)
    if (copy.kind !== 'written') return copy
    chmodSync(partial, 0o600)
    renameSync(partial, to)
    return copy
  } finally {
    source.close()
    for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(partial + suffix, { force: true })
  }
}

function checkCopy(file: string): BackupResult {
  const copy = new SQLite(file)
  try {
    // One file that can be carried away: without this the copy would ask for its WAL.
    copy.pragma('journal_mode = DELETE')
    const why = String(copy.pragma('integrity_check', { simple: true }))
    if (why !== 'ok') return { kind: 'damaged', why }
    const { sessions } = copy.prepare('select count(*) as sessions from sessions').get() as { sessions: number }
    return { kind: 'written', sessions }
  } finally {
    copy.close()
  }
}
