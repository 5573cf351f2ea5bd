import { once } from 'node:events'
import { type ClientRequest, type IncomingMessage, request } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import type { Fault } from '../fault.ts'
import type { House } from '../house.ts'
import { isHealthy, type ServerNode } from '../node.ts'

const rounds = 6
/** Issue and design: whatever is under way, a server that was told to stop is gone by then. */
const exitLimitMs = 10_000

export const nodeFaults: readonly Fault[] = [
  {
    name: 'one server of three killed under load',
    stores: ['sqlite', 'postgres'],
    async run(stage) {
      const house = await stage.open({ nodes: 3, guests: 60 })
      for (let round = 0; round < rounds; round++) {
        const node = house.nodes[round % house.nodes.length]
        if (!node) continue
        await house.makeDue()
        const { asked } = house.crowd.tally
        const stopLoad = house.crowd.startLoad(house.pick)
        while (house.crowd.tally.asked < asked + 20) await delay(5)
        await node.kill()
        stage.inject()
        await house.crowd.crash(house.pick)
        await node.start()
        await stopLoad()
        await house.crowd.settle(house.pick)
      }
      await house.inspect()
    },
  },
  {
    name: 'SIGTERM under load',
    stores: ['sqlite', 'postgres'],
    async run(stage) {
      const house = await stage.open({ nodes: 2, guests: 40 })
      for (let round = 0; round < rounds; round++) {
        const node = house.nodes[round % house.nodes.length]
        if (!node) continue
        await house.makeDue()
        const stopLoad = house.crowd.startLoad(house.pick)
        await stopWithWork(house, node, round % 2 === 0)
        stage.inject()
        await node.start()
        await stopLoad()
        await house.crowd.settle(house.pick)
      }
      stage.remark('what was under way was answered, what was new was refused, each process was gone within 10 s')
      await house.inspect()
    },
  },
]

/** Tells a server to stop while one request is half sent; the other half comes, or never does. */
async function stopWithWork(house: House, node: ServerNode, isFinished: boolean): Promise<void> {
  const work = beginRequest(house, node)
  const answered = once(work.call, 'response') as Promise<[IncomingMessage]>
  const broken = once(work.call, 'error').then(() => null)
  broken.catch(() => {})
  answered.catch(() => {})
  // Its head has arrived when a request behind it on its way is answered.
  await isHealthy(node.port)
  await delay(100)
  const toldAt = performance.now()
  node.signal('SIGTERM')
  while (await isListening(node.port)) await delay(10)
  if (isFinished) {
    work.finish()
    const answer = await Promise.race([answered, broken])
    if (!answer) house.crowd.complain('a request that was under way was not answered')
    else answer[0].resume()
  }
  await node.ended(exitLimitMs * 3)
  const ms = performance.now() - toldAt
  if (ms > exitLimitMs) house.crowd.complain(`a process took ${Math.round(ms)} ms to end`)
  work.call.destroy()
}

function beginRequest(house: House, { port }: ServerNode): { call: ClientRequest; finish: () => void } {
  const body = JSON.stringify({ email: 'nobody@example.com', password: 'not the one' })
  const headers = { host: house.host, 'content-type': 'application/json', 'content-length': body.length }
  const call = request({ host: '127.0.0.1', port, path: '/bff/login', method: 'POST', agent: false, headers })
  call.on('error', () => {})
  call.write(body.slice(0, 10))
  return { call, finish: () => call.end(body.slice(10)) }
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = request({ host: '127.0.0.1', port, path: '/healthz', agent: false }, (response) => {
      response.resume()
      resolve(true)
    })
    probe.on('error', (error: NodeJS.ErrnoException) => resolve(error.code !== 'ECONNREFUSED'))
    probe.end()
  })
}
