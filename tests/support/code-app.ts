import { Secret, TOTP } from 'otpauth'
import type { TestServer } from './server.ts'

const stepMs = 30_000
const moved = new WeakMap<TestServer, number>()

/** Moves the clock of the server and of every code app that a test holds for it. */
export async function moveClock(server: TestServer, milliseconds: number): Promise<void> {
  await server.advance(milliseconds)
  moved.set(server, (moved.get(server) ?? 0) + milliseconds)
}

/** An authenticator app: knows a key and shows codes by the server's clock. */
export class CodeApp {
  readonly #server: TestServer
  readonly #totp: TOTP

  constructor(server: TestServer, key: string) {
    this.#server = server
    this.#totp = new TOTP({ secret: Secret.fromBase32(key.replaceAll(/\s/g, '')) })
  }

  /** What it shows now, or so many steps of half a minute ahead. */
  code(stepsAhead = 0): string {
    return this.#totp.generate({ timestamp: Date.now() + (moved.get(this.#server) ?? 0) + stepsAhead * stepMs })
  }

  /** Waits for a code that it has not shown before: the clock of the server is moved instead. */
  async nextCode(): Promise<string> {
    await moveClock(this.#server, stepMs)
    return this.code()
  }

  /** Six digits that are none of the codes that would be taken now. */
  wrongCode(): string {
    const right = [-1, 0, 1].map((ahead) => this.code(ahead))
    return ['000000', '111111', '222222', '333333'].find((code) => !right.includes(code)) ?? '444444'
  }
}
