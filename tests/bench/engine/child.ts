import { type ChildProcess, fork } from 'node:child_process'
import { endWithUs } from './offspring.ts'

/** A program that works when it is told to, and answers with what it measured. The caller ends it. */
export class Child<Task, Result> {
  readonly #child: ChildProcess

  constructor(script: string, args: readonly string[] = []) {
    this.#child = endWithUs(fork(script, args, { env: { ...process.env, NODE_ENV: 'production' }, execArgv: [] }))
  }

  ask(task: Task): Promise<Result> {
    return new Promise((resolve, reject) => {
      const settle = (then: () => void) => {
        this.#child.removeAllListeners('message').removeAllListeners('exit')
        then()
      }
      this.#child.once('message', (result) => settle(() => resolve(result as Result)))
      this.#child.once('exit', (code) =>
        settle(() => reject(new Error(`${this.#child.spawnargs[1]} ended with ${code}`))),
      )
      this.#child.send(task as object)
    })
  }

  end(): void {
    this.#child.kill()
  }
}
