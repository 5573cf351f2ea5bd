import { parseArgs } from 'node:util'
import { freePort } from '../support/server.ts'
import { type Machine, makeMachine, whyNoMachine } from './machine.ts'

// npm run test:fresh: what the README says of a fresh machine, on one: a minimal Debian with Node, npm and git, and the
// committed tree. `-- --only start` or `test` runs one of the two commands, `-- --command "…"` another one instead.

const startLimitMs = 900_000
const { values } = parseArgs({ options: { command: { type: 'string' }, only: { type: 'string' } } })

const obstacle = whyNoMachine()
const machine = obstacle ?? makeMachine()
if (typeof machine === 'string') {
  console.log(`skipped: the fresh machine (${machine})`)
} else {
  try {
    process.exitCode = (await isFine(machine)) ? 0 : 1
  } finally {
    machine.remove()
  }
}

async function isFine(fresh: Machine): Promise<boolean> {
  if (values.command !== undefined) return (await fresh.run(values.command).ended) === 0
  const isStarting = values.only === 'test' || (await serves(fresh))
  const isPassing = values.only === 'start' || (await passes(fresh))
  return isStarting && isPassing
}

/** The site answers, as a visitor sees it. The network is this machine's, so it gets a port that is free here. */
async function serves(fresh: Machine): Promise<boolean> {
  const port = await freePort()
  const running = fresh.run('npm ci && npm start', { PORT: String(port) })
  let hasEnded = false
  void running.ended.then(() => {
    hasEnded = true
  })
  const end = performance.now() + startLimitMs
  let status = 0
  while (status !== 200 && !hasEnded && performance.now() < end) {
    await new Promise((later) => setTimeout(later, 500))
    status = await statusOf(`http://localhost:${port}/login`)
  }
  running.stop()
  await running.ended
  return tell('npm ci && npm start', status === 200, `/login answered ${status === 0 ? 'nothing' : status}`)
}

async function passes(fresh: Machine): Promise<boolean> {
  const running = fresh.run('npm ci && npm test')
  const code = await running.ended
  const lastLine = running.output.trimEnd().split('\n').at(-1) ?? ''
  const isPassed = code === 0 && /^\d+ passed, 0 failed(, \d+ skipped)?$/.test(lastLine)
  return tell('npm ci && npm test', isPassed, `${lastLine}; exit code ${code}`)
}

async function statusOf(url: string): Promise<number> {
  try {
    return (await fetch(url)).status
  } catch {
    return 0
  }
}

function tell(command: string, isFine: boolean, words: string): boolean {
  console.log(`${isFine ? 'ok  ' : 'FAIL'} ${command}: ${words}`)
  return isFine
}
