import { Agent, type IncomingMessage, request } from 'node:http'
import { request as requestSecurely, Agent as SecureAgent } from 'node:https'
import { setTimeout as delay } from 'node:timers/promises'

/** Between two requests of a connection, so that the server has time for other things as well. */
const pauseMs = 20

export type Load = {
  /** How many answers there were so far, by status. */
  readonly answers: Record<number, number>
  /** What went wrong otherwise: the code of each request that had no answer. */
  readonly failures: string[]
  /** Lets so many more requests be answered. */
  more(count: number): Promise<void>
  /** Ends the load, and waits until what is under way has been answered. */
  stop(): Promise<void>
}

/**
 * Asks for `path` over so many connections, which are kept open, one request after the other on each, as a proxy does.
 * `headers` is asked for each request. Over TLS where the certificate is given.
 */
export function startLoad(
  { port, ca }: { port: number; ca?: string },
  options: { path: string; connections: number; headers?: () => Record<string, string> },
): Load {
  const kept = { keepAlive: true, maxSockets: options.connections }
  const [agent, send] =
    ca === undefined ? [new Agent(kept), request] : [new SecureAgent({ ...kept, ca }), requestSecurely]
  const answers: Record<number, number> = {}
  const failures: string[] = []
  let isStopped = false
  let answered = 0

  async function work(): Promise<void> {
    while (!isStopped) {
      try {
        const status = await ask()
        answers[status] = (answers[status] ?? 0) + 1
      } catch (error) {
        failures.push((error as Error).message)
      }
      answered++
      await delay(pauseMs)
    }
  }

  function ask(): Promise<number> {
    const headers = { host: `localhost:${port}`, ...options.headers?.() }
    return new Promise((resolve, reject) => {
      const read = (response: IncomingMessage) => {
        response.on('end', () => resolve(response.statusCode ?? 0)).on('error', reject)
        response.resume()
      }
      const target = { host: '127.0.0.1', servername: 'localhost', port, path: options.path }
      const outgoing = send({ ...target, agent, headers }, read)
      outgoing.on('error', (error: NodeJS.ErrnoException) => {
        reject(new Error(outgoing.reusedSocket ? `${error.code} on a connection that was kept` : error.code))
      })
      outgoing.end()
    })
  }

  const works = Array.from({ length: options.connections }, work)
  return {
    answers,
    failures,
    async more(count) {
      for (const goal = answered + count; answered < goal; ) await delay(10)
    },
    async stop() {
      isStopped = true
      await Promise.all(works)
      agent.destroy()
    },
  }
}
