import { mkdtempSync, rmSync } from 'node:fs'
import { Agent, createServer, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, startServer, type TestServer } from './server.ts'

export type Nodes = {
  /** The site as browsers see it: each request goes to the next one of the nodes in use. Otherwise the first node. */
  readonly site: TestServer
  /** Every node there is, those that no request goes to included. */
  readonly all: readonly TestServer[]
  /** Starts another node over the same store, with settings of its own. */
  add(env: Record<string, string>): Promise<TestServer>
  /** Moves the clocks of all nodes, and of those that are added later. */
  advance(milliseconds: number): Promise<void>
  /** How far the clocks were moved so far: for programs that are to agree with the nodes. */
  readonly advancedMs: number
  /** Which nodes requests go to from now on. */
  use(...nodes: TestServer[]): void
  stop(): Promise<void>
}

/** Starts a node for each of these settings at the same moment, over one empty store and behind one address. */
export async function startNodes(...settings: [Record<string, string>, ...Record<string, string>[]]): Promise<Nodes> {
  const dataDir = mkdtempSync(join(tmpdir(), 'cloakroom-nodes-'))
  const port = await freePort()
  const origin = `http://localhost:${port}`
  const start = (env: Record<string, string>) => startServer({ dataDir, env: { APP_ORIGIN: origin, ...env } })
  const all = await Promise.all(settings.map(start))
  let inUse = all
  let advancedMs = 0
  let turn = 0

  const agent = new Agent({ keepAlive: true })
  const balancer = createServer((incoming, answer) => {
    const node = inUse[turn++ % inUse.length]
    const { method, url: path, headers } = incoming
    const onward = request({ host: '127.0.0.1', port: node?.port, method, path, headers, agent }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.rawHeaders)
      response.pipe(answer)
    })
    onward.on('error', () => answer.destroy())
    incoming.pipe(onward)
  })
  await new Promise<void>((resolve) => balancer.listen(port, '127.0.0.1', resolve))
  return {
    all,
    site: Object.assign(Object.create(all[0] ?? null) as TestServer, { origin }),
    async add(env) {
      const node = await start({ ...env, TEST_CLOCK_OFFSET_MS: String(advancedMs) })
      all.push(node)
      return node
    },
    async advance(milliseconds) {
      advancedMs += milliseconds
      await Promise.all(all.map((node) => node.advance(milliseconds)))
    },
    get advancedMs() {
      return advancedMs
    },
    use(...nodes) {
      inUse = nodes
    },
    async stop() {
      balancer.closeAllConnections()
      balancer.close()
      agent.destroy()
      await Promise.all(all.map((node) => node.stop()))
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
