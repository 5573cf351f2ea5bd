import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'

const columns = 100
const rows = 60
const limitMs = 20_000

/**
 * A terminal with one program in it, on a tmux server of its own. The program sees what it would see under a person's
 * hands: keys, and a screen.
 */
export class Terminal {
  readonly #socket = `cloakroom-${randomBytes(6).toString('hex')}`

  /** Starts `command` with nothing but `env` in its environment. */
  constructor(command: readonly string[], env: Record<string, string>) {
    const assignments = Object.entries(env).map(([name, value]) => `${name}=${value}`)
    const size = ['-x', String(columns), '-y', String(rows)]
    this.#tmux('new-session', '-d', ...size, 'env', '-i', 'TERM=vt100', ...assignments, ...command)
  }

  /** The lines on the screen, without attributes. */
  get lines(): string[] {
    return this.#tmux('capture-pane', '-p').split('\n')
  }

  /** The lines on the screen with the escape sequences that make them bold or reversed. */
  get attributedLines(): string[] {
    return this.#tmux('capture-pane', '-p', '-e').split('\n')
  }

  /** The line (from 0) that the cursor stands in. */
  get cursorRow(): number {
    return Number(this.#tmux('display-message', '-p', '#{cursor_y}'))
  }

  /** Presses keys by tmux's names for them, such as `Enter`, `Tab` or `C-u`. */
  async press(...keys: string[]): Promise<void> {
    for (const key of keys) this.#tmux('send-keys', key)
    await this.settle()
  }

  async type(text: string): Promise<void> {
    this.#tmux('send-keys', '-l', text)
    await this.settle()
  }

  /** Waits until the screen has not changed for a moment. */
  async settle(): Promise<void> {
    let before = ''
    for (let same = 0; same < 3; same++) {
      await delay(40)
      const shown = `${this.attributedLines.join('\n')}${this.cursorRow}`
      if (shown !== before) same = 0
      before = shown
    }
  }

  /** Waits until the screen shows `pattern`; throws with the screen when it does not. */
  async waitFor(pattern: RegExp): Promise<void> {
    const deadline = Date.now() + limitMs
    while (!pattern.test(this.lines.join('\n'))) {
      if (Date.now() > deadline) throw new Error(`the screen does not show ${pattern}:\n${this.lines.join('\n')}`)
      await delay(50)
    }
    await this.settle()
  }

  stop(): void {
    try {
      this.#tmux('kill-server')
    } catch {
      // The program has ended by itself, and the terminal with it.
    }
  }

  #tmux(...args: string[]): string {
    return execFileSync('tmux', ['-L', this.#socket, '-f', '/dev/null', ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  }
}
