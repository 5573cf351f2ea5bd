import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { findChromium } from '../../support/chromium.ts'
import { startServer } from '../../support/server.ts'
import type { Need } from '../check.ts'
import { AuditContext, type Thoroughness } from '../context.ts'
import { Transcript } from '../transcript.ts'
import { readDeclaredRoutes } from './declared-routes.ts'
import { type GivenAccounts, People } from './people.ts'

export type Wish = {
  /** A running deployment; unset: the build is started with a store of its own. */
  url?: string | undefined
  accounts?: GivenAccounts
  withBrowsers: boolean
  thoroughness: Thoroughness
}

export type OpenAudit = { context: AuditContext; close: () => Promise<void> }

/** Starts what is to be looked at, or turns to what runs, and gathers what the checks need. */
export async function openAudit({ url, accounts = {}, withBrowsers, thoroughness }: Wish): Promise<OpenAudit> {
  const appSecret = randomBytes(32).toString('base64')
  const server = url === undefined ? await startServer({ env: { APP_SECRETS: appSecret } }) : null
  const origin = server?.origin ?? new URL(url ?? '').origin
  const transcript = new Transcript()
  if (server) transcript.keepSecret(appSecret, 'APP_SECRETS')
  const people = new People({ origin }, transcript, server, accounts)
  const has = new Set<Need>(['build'])
  if (server) for (const need of ['store', 'clock', 'logs'] as const) has.add(need)
  if (withBrowsers && findChromium() !== null) has.add('chromium')
  if (withBrowsers && hasFirefox()) has.add('firefox')
  const context = new AuditContext({
    ...{ origin, server, people, transcript, has, thoroughness },
    routes: await readDeclaredRoutes(),
    appSecret: server ? appSecret : null,
  })
  return { context, close: async () => server?.stop() }
}

function hasFirefox(): boolean {
  return spawnSync('firefox-esr', ['--version'], { stdio: 'ignore', timeout: 10_000 }).status === 0
}
