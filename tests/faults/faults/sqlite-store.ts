import { execFileSync } from 'node:child_process'
import SQLite from 'better-sqlite3'
import type { Fault, Stage } from '../fault.ts'
import type { House } from '../house.ts'
import { NotHere } from '../not-here.ts'
import { fillDisk, mountSmallDisk } from '../small-disk.ts'
import { openSqliteStore } from '../stores.ts'
import { traceNode } from '../tracer.ts'
import { type Breakage, whileItLasts } from './while-it-lasts.ts'

const second = 1_000

/** An SQLite file that cannot be written for a while. */
export const sqliteStoreFaults: readonly Fault[] = [
  ...[1, 10, 60].map((seconds) =>
    broken(`store locked by somebody else for ${seconds} s`, (_stage, house) => {
      const locker = new SQLite(fileOf(house))
      return {
        ms: seconds * second,
        begin: () => locker.exec('begin immediate'),
        end: () => {
          locker.exec('rollback')
          locker.close()
        },
      }
    }),
  ),
  {
    name: 'disk full',
    stores: ['sqlite'],
    async run(stage) {
      const folder = mountSmallDisk(stage)
      if (folder === null) {
        stage.remark('not root: instead of a full disk, the driver says SQLITE_FULL')
        const house = await stage.open()
        return whileItLasts(stage, house, failing(house, 'SQLITE_FULL'))
      }
      const house = await stage.open({}, await openSqliteStore(folder))
      let makeRoom = () => {}
      await whileItLasts(stage, house, {
        ms: 5 * second,
        begin: () => {
          // Or the log beside the file would have room for a while.
          const checkpoint = new SQLite(fileOf(house))
          checkpoint.pragma('wal_checkpoint(TRUNCATE)')
          makeRoom = fillDisk(folder)
          checkpoint.close()
        },
        end: () => makeRoom(),
      })
    },
  },
  broken('no write to a file succeeds (EFBIG)', (_stage, house) => ({
    ms: 5 * second,
    begin: () => limitFiles(house, '0'),
    end: () => limitFiles(house, 'unlimited'),
  })),
  ...['EIO', 'ENOSPC'].map((code) =>
    broken(`every write to a file fails (${code})`, (stage, house) => {
      let end = async () => {}
      return {
        ms: 5 * second,
        begin: async () => {
          end = await traceNode(stage, house.node, `inject=pwrite64,fdatasync,fallocate:error=${code}`)
        },
        end: () => end(),
      }
    }),
  ),
  broken('every third read or write of a file fails (EIO)', (stage, house) => {
    let end = async () => {}
    return {
      ms: 5 * second,
      begin: async () => {
        end = await traceNode(stage, house.node, 'inject=pread64,pwrite64:error=EIO:when=3+3')
      },
      end: () => end(),
    }
  }),
  broken('store read-only', (_stage, house) => ({
    ms: 5 * second,
    begin: () => house.node.order({ order: 'pragma', text: 'query_only = on' }),
    end: () => house.node.order({ order: 'pragma', text: 'query_only = off' }),
  })),
  ...['SQLITE_CANTOPEN', 'SQLITE_PROTOCOL', 'SQLITE_NOMEM'].map((code) =>
    broken(`the driver says ${code}`, (_stage, house) => failing(house, code)),
  ),
]

function broken(name: string, breakage: (stage: Stage, house: House) => Breakage): Fault {
  return {
    name,
    stores: ['sqlite'],
    async run(stage) {
      const house = await stage.open()
      await whileItLasts(stage, house, breakage(stage, house))
    },
  }
}

function failing(house: House, code: string): Breakage {
  return {
    ms: 2 * second,
    begin: () => house.node.order({ order: 'fail', code }),
    end: () => house.node.order({ order: 'nothing' }),
  }
}

function fileOf({ store }: House): string {
  return (store.env.DATABASE_URL ?? '').replace(/^file:/, '')
}

/** How large files of the server may become: the limit of a process that its own user may set. */
function limitFiles({ node }: House, bytes: string): void {
  try {
    execFileSync('prlimit', ['--pid', String(node.pid), `--fsize=${bytes}:`], { stdio: 'pipe' })
  } catch (error) {
    throw new NotHere(`prlimit (util-linux) is needed: ${error}`)
  }
}
