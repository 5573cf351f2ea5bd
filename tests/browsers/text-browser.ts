import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { Terminal } from './terminal.ts'

/** What the two text browsers do differently. */
type Manners = {
  /** Options on the way to an address. */
  options: string[]
  /** The line of the link, field or button that is selected. */
  selectedRow: (terminal: Terminal) => number
  /** Writes into the field that is selected. */
  fill: (terminal: Terminal, text: string) => Promise<void>
}

/** How tmux writes the start of a reversed part of a line. */
const reversed = '\u001b[7m'
/** Lynx's own lines, at the head and at the foot of the screen, have reversed parts too. */
const lynxLines = { head: 1, foot: 4 }

const manners = {
  w3m: {
    options: [],
    selectedRow: (terminal) => terminal.cursorRow,
    fill: async (terminal, text) => {
      await terminal.press('Enter')
      await terminal.type(text)
      await terminal.press('Enter')
    },
  },
  lynx: {
    options: ['-accept_all_cookies'],
    selectedRow: (terminal) => findReversed(terminal.attributedLines),
    fill: (terminal, text) => terminal.type(text),
  },
} satisfies Record<string, Manners>

/** The line that Lynx shows as selected. A long password leaves one reversed place at its end when it is left. */
function findReversed(lines: string[]): number {
  const { head, foot } = lynxLines
  return lines.findIndex(
    (line, row) =>
      row >= head && row < lines.length - foot && line.includes(reversed) && !line.endsWith(`${reversed}_`),
  )
}

export type TextBrowserName = keyof typeof manners

/** w3m or Lynx under somebody's hands. Trusts one certificate, and checks it. */
export class TextBrowser {
  readonly terminal: Terminal
  readonly #manners: Manners

  constructor(name: TextBrowserName, url: string, env: Record<string, string>) {
    this.#manners = manners[name]
    this.terminal = new Terminal([name, ...this.#manners.options, url], env)
  }

  /** Selects the link, field or button in the first line that shows `text`, with the Tab key. */
  async select(text: RegExp): Promise<void> {
    for (let presses = 0; presses < 40; presses++) {
      const row = this.#manners.selectedRow(this.terminal)
      if (presses > 0 && text.test(this.terminal.lines[row] ?? '')) return
      await this.terminal.press('Tab')
    }
    throw new Error(`nothing to select shows ${text}:\n${this.terminal.lines.join('\n')}`)
  }

  async fill(label: RegExp, text: string): Promise<void> {
    await this.select(label)
    await this.#manners.fill(this.terminal, text)
  }

  /** Follows the link or presses the button with this text, and waits for what comes then. */
  async follow(text: RegExp, until: RegExp): Promise<void> {
    await this.select(text)
    await this.terminal.press('Enter')
    await this.terminal.waitFor(until)
  }

  stop(): void {
    this.terminal.stop()
  }
}

/** A page as the browser lays it out, printed. What the browser makes of the status does not matter here. */
export function dumpPage(name: TextBrowserName, url: string, env: Record<string, string>): Promise<string> {
  const options = name === 'lynx' ? ['-nolist'] : ['-cols', '100']
  const child = spawn(name, [...options, '-dump', url], {
    env: env as NodeJS.ProcessEnv,
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 30_000,
  })
  return text(child.stdout)
}
