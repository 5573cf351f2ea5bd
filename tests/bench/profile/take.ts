import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Generator } from '../engine/generator.ts'
import { getRequest, type WebRequest } from '../engine/web-request.ts'
import { dueRequests, restingRequests } from '../measures/rotation.ts'
import { returningSignIns } from '../measures/sign-in.ts'
import { siteFolder, workFolder } from '../stage/folders.ts'
import { type Site, startSite } from '../stage/house.ts'
import { type Digest, digestProfile } from './digest.ts'

/** Until the compiler is done with what is hot. */
const warmUpSeconds = 2

/** Where the time of the main scenarios goes, of refreshes and sign-ins, and of starting. */
export async function takeProfiles(site: Site, generator: Generator, seconds: number): Promise<Record<string, Digest>> {
  const signedIn = { Cookie: site.cookie }
  const get = (path: string) => async () => [getRequest(path, signedIn)]
  const kinds: Record<string, () => Promise<WebRequest[]>> = {
    'page-open': get('/bench/open'),
    'page-session': get('/bench/session'),
    'page-token': get('/bench/token'),
    'json-open': get('/bench/json/open'),
    'json-session': get('/bench/json/session'),
    'json-token': get('/bench/json/token'),
    'refresh-rotating': async () => dueRequests(site),
    'refresh-resting': async () => restingRequests(site),
    'sign-in': () => askingTheSite(site, () => returningSignIns(site, 20)),
    start: async () => [],
  }
  const digests: Record<string, Digest> = {}
  for (const [label, requests] of Object.entries(kinds)) {
    digests[label] = await takeProfile(label, site, await requests(), generator, seconds)
  }
  return digests
}

/** For requests that only a server can prepare: its secrets outlive it. */
async function askingTheSite<Result>(site: Site, ask: () => Promise<Result>): Promise<Result> {
  const program = await startSite(site)
  return ask().finally(() => program.stop('SIGTERM'))
}

/** Serves one kind of request for some seconds under V8's sampling profiler, and adds up where the time went. */
export async function takeProfile(
  label: string,
  site: Site,
  requests: readonly WebRequest[],
  generator: Generator,
  seconds: number,
): Promise<Digest> {
  const isStart = requests.length === 0
  const folder = join(workFolder, `profile-${label}`)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const program = await startSite(site, {
    flags: ['--cpu-prof', `--cpu-prof-dir=${folder}`, '--cpu-prof-interval=500'],
  })
  try {
    if (!isStart)
      await generator.drive(generator.prepare(`profile-${label}`, site.port, requests), {
        connections: 10,
        seconds: seconds + warmUpSeconds,
      })
  } finally {
    await program.stop('SIGTERM')
  }
  const skipSeconds = isStart ? 0 : program.startMs / 1_000 + warmUpSeconds
  return digestProfile(folder, join(siteFolder, 'build/index.js'), skipSeconds)
}
