import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

const startLimitMs = 45_000
const commandLimitMs = 20_000

/** Nothing that talks to the browser's maker. */
const preferences = {
  'app.update.enabled': false,
  'browser.shell.checkDefaultBrowser': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'toolkit.telemetry.enabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
}

export type FirefoxCookie = { name: string; httpOnly: boolean; secure: boolean; sameSite: string; domain: string }
type Reply = { id?: number; type: 'success' | 'error' | 'event'; result?: unknown; error?: string; message?: string }

/** Stock Firefox over WebDriver BiDi (https://www.w3.org/TR/webdriver-bidi/): one window, one tab. */
export class Firefox {
  readonly #child: ChildProcess
  readonly #profile: string
  readonly #socket: WebSocket
  readonly #waiting = new Map<number, (reply: Reply) => void>()
  #lastId = 0
  #tab = ''

  private constructor(child: ChildProcess, profile: string, socket: WebSocket) {
    this.#child = child
    this.#profile = profile
    this.#socket = socket
    socket.addEventListener('message', ({ data }) => {
      const reply = JSON.parse(String(data)) as Reply
      if (reply.id !== undefined) this.#waiting.get(reply.id)?.(reply)
    })
  }

  /** Starts Firefox with a profile of its own. Without `scripting`, pages run no scripts; `evaluate` works all the same. */
  static async start({ scripting }: { scripting: boolean }, executable = 'firefox-esr'): Promise<Firefox> {
    const profile = mkdtempSync(join(tmpdir(), 'cloakroom-firefox-'))
    const lines = Object.entries({ ...preferences, 'javascript.enabled': scripting }).map(
      ([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});`,
    )
    writeFileSync(join(profile, 'user.js'), lines.join('\n'))
    const child = spawn(executable, ['--headless', '--remote-debugging-port=0', '--no-remote', '--profile', profile], {
      env: { ...process.env, HOME: profile, MOZ_CRASHREPORTER_DISABLE: '1' },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    try {
      const socket = new WebSocket(`${await addressOf(child)}/session`)
      await once(socket, 'open', { signal: AbortSignal.timeout(startLimitMs) })
      const firefox = new Firefox(child, profile, socket)
      await firefox.#send('session.new', { capabilities: {} })
      const { contexts } = await firefox.#send<{ contexts: { context: string }[] }>('browsingContext.getTree', {})
      firefox.#tab = contexts[0]?.context ?? ''
      return firefox
    } catch (error) {
      child.kill('SIGKILL')
      rmSync(profile, { recursive: true, force: true })
      throw error
    }
  }

  /**
   * Opens an address and waits until its load event is over and a moment more: what navigates before that takes the
   * page's own place in the history.
   */
  async open(url: string): Promise<void> {
    await this.#send('browsingContext.navigate', { context: this.#tab, url, wait: 'complete' })
    await this.until(`performance.getEntriesByType('navigation')[0].loadEventEnd > 0`)
    await delay(1_000)
  }

  /** One step back in the history, as with the button; waits until what comes has loaded. */
  async goBack(): Promise<void> {
    const before = await this.evaluate<number>('performance.timeOrigin')
    await this.#send('browsingContext.traverseHistory', { context: this.#tab, delta: -1 })
    await this.until(`document.readyState === 'complete' && performance.timeOrigin !== ${before}`)
  }

  /** The value of an expression in the page; must survive JSON. Throws what the page throws. */
  async evaluate<Value>(expression: string): Promise<Value> {
    const { result, exceptionDetails } = await this.#send<{
      result?: { value: string }
      exceptionDetails?: { text: string }
    }>('script.evaluate', {
      expression: `JSON.stringify([${expression}])`,
      target: { context: this.#tab, sandbox: 'test' },
      awaitPromise: false,
    })
    if (exceptionDetails) throw new Error(`${expression}: ${exceptionDetails.text}`)
    return (JSON.parse(result?.value ?? '[]') as [Value])[0]
  }

  /** Waits until an expression in the page is true, over new documents too. */
  async until(expression: string, limitMs = commandLimitMs): Promise<void> {
    const deadline = Date.now() + limitMs
    // While one document replaces another there may be none to ask.
    while (!(await this.evaluate<boolean>(expression).catch(() => false))) {
      if (Date.now() > deadline)
        throw new Error(`in vain waited for ${expression} at ${await this.url()}:\n${await this.content()}`)
      await delay(50)
    }
  }

  url(): Promise<string> {
    return this.evaluate('location.href')
  }

  /** Everything that stands in the document, text and markup. */
  content(): Promise<string> {
    return this.evaluate('document.documentElement.outerHTML')
  }

  /** Fills in fields by their ids and presses the form's button; waits for what `until` says of the page then. */
  async submit(fields: Record<string, string>, button: string, until: string): Promise<void> {
    const [wanted, pressed] = [JSON.stringify(fields), JSON.stringify(button)]
    await this.until(
      `Object.keys(${wanted}).every((id) => document.getElementById(id)) && document.querySelector(${pressed}) !== null`,
    )
    await this.evaluate(`(() => {
      for (const [id, value] of Object.entries(${wanted})) document.getElementById(id).value = value
      document.querySelector(${pressed}).click()
      return null
    })()`)
    await this.until(until)
  }

  async cookies(): Promise<FirefoxCookie[]> {
    const partition = { type: 'context', context: this.#tab }
    const { cookies } = await this.#send<{ cookies: FirefoxCookie[] }>('storage.getCookies', { partition })
    return cookies
  }

  async stop(): Promise<void> {
    const ended = once(this.#child, 'exit')
    this.#socket.close()
    this.#child.kill('SIGTERM')
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 5_000)
    await ended
    clearTimeout(timer)
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5 })
  }

  #send<Result = unknown>(method: string, params: Record<string, unknown>): Promise<Result> {
    const id = ++this.#lastId
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => finish({ type: 'error', error: 'no answer' }), commandLimitMs)
      const finish = (reply: Reply) => {
        clearTimeout(timer)
        this.#waiting.delete(id)
        if (reply.type === 'success') resolve(reply.result as Result)
        else reject(new Error(`${method}: ${reply.error} ${reply.message ?? ''}`))
      }
      this.#waiting.set(id, finish)
      this.#socket.send(JSON.stringify({ id, method, params }))
    })
  }
}

/** The address that Firefox says it listens on. */
function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = ''
    const timer = setTimeout(() => reject(new Error(`Firefox did not start:\n${said}`)), startLimitMs)
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`Firefox ended with ${code}:\n${said}`)))
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text
      const address = /WebDriver BiDi listening on (ws:\S+)/.exec(said)?.[1]
      if (address === undefined) return
      clearTimeout(timer)
      resolve(address)
    })
  })
}
