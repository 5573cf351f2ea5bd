import { randomBytes } from 'node:crypto'
import { baseSettings, freePort } from '../support/server.ts'
import { type Books, openBooks } from './books.ts'
import { Crowd, type PickDoor } from './crowd.ts'
import type { Door } from './guest.ts'
import { ServerNode } from './node.ts'
import type { HouseStore } from './stores.ts'

export type HouseOptions = {
  nodes?: number
  guests?: number
  /** Settings on top of the suite's own. */
  env?: Record<string, string>
  /** Where servers find the store, when it is not the store itself: a proxy in between. */
  storeUrl?: string
}

/** Servers over one store, with a clock of their own, and a crowd before their doors. */
export class House {
  readonly store: HouseStore
  readonly nodes: ServerNode[] = []
  readonly host: string
  readonly env: Record<string, string>
  books: Books
  crowd: Crowd
  #offsetMs = 0
  #turn = 0

  private constructor(store: HouseStore, host: string, env: Record<string, string>, books: Books) {
    this.store = store
    this.host = host
    this.env = env
    this.books = books
    this.crowd = new Crowd([], [])
  }

  static async open(store: HouseStore, options: HouseOptions = {}): Promise<House> {
    const host = `localhost:${await freePort()}`
    const secrets = { APP_SECRETS: randomBytes(32).toString('base64') }
    const origin = { APP_ORIGIN: `http://${host}`, LOG_LEVEL: 'warn' }
    const common = { ...baseSettings(0, ''), ...secrets, ...origin, ...store.env, ...options.env }
    const env = { ...common, ...(options.storeUrl === undefined ? {} : { DATABASE_URL: options.storeUrl }) }
    const offset = { read: () => 0 }
    const books = await openBooks({ ...common, PORT: '1' }, () => Date.now() + offset.read())
    const house = new House(store, host, env, books)
    offset.read = () => house.#offsetMs
    house.crowd = new Crowd(await books.admit(options.guests ?? 20), await books.makeDeadTickets())
    for (let count = 0; count < (options.nodes ?? 1); count++) await house.addNode()
    return house
  }

  /** Another server over the same store. */
  async addNode(): Promise<ServerNode> {
    const node = new ServerNode(await freePort(), () => ({ ...this.env, TEST_CLOCK_OFFSET_MS: String(this.#offsetMs) }))
    this.nodes.push(node)
    await node.start()
    return node
  }

  /** The server of a house that has only one. */
  get node(): ServerNode {
    const [node] = this.nodes
    if (!node) throw new Error('this house has no server')
    return node
  }

  doorOf(node: ServerNode): Door {
    return { port: node.port, host: this.host }
  }

  /** The servers one after another, as a balancer that knows which of them are alive would choose. */
  readonly pick: PickDoor = () => {
    const alive = this.nodes.filter((node) => node.isRunning)
    const node = (alive.length > 0 ? alive : this.nodes)[this.#turn++ % Math.max(alive.length, 1)]
    return this.doorOf(node ?? this.node)
  }

  /** Moves the clocks of all servers, also of those that are started later. */
  async advance(milliseconds: number): Promise<void> {
    this.#offsetMs += milliseconds
    await Promise.all(this.nodes.filter((node) => node.isRunning).map((node) => node.advance(milliseconds)))
  }

  /**
   * Everybody's ticket is due, and nobody's has been replaced yet. Six minutes pass at once, and no request travels for so
   * long: the protocol promises nothing to one that is older than `REUSE_GRACE`.
   */
  async makeDue(): Promise<void> {
    await this.crowd.betweenRequests(() => this.advance(dueAfterMs))
  }

  /** Everybody's ticket has just been replaced and used. */
  async refreshAll(): Promise<void> {
    await this.makeDue()
    await this.crowd.settle(this.pick)
    await this.crowd.settle(this.pick)
  }

  /**
   * What must hold after any fault: everybody goes on signed in, also over the next replacement of their tickets; what was
   * dead is dead.
   */
  async inspect(): Promise<void> {
    await this.crowd.settle(this.pick)
    await this.refreshAll()
    await this.crowd.crash(this.pick)
    const ended = await this.books.countEnded(this.crowd.present)
    if (ended > 0) this.crowd.complain(`${ended} honest sessions were ended in the store`)
  }

  async close(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.kill()))
    await this.books.close()
    await this.store.close()
  }
}

/** Beyond `REFRESH_ROTATE_AFTER` and `REUSE_GRACE`, as they are by default. */
export const dueAfterMs = 6 * 60_000
