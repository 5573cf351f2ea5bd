import type { Answer } from '../support/answer.ts'

/** What was sent for an answer. */
export type Sent = { who: string; method: string; path: string; headers: Record<string, string>; body: string }

/** Every exchange of an audit, and every secret that was in play. */
export class Transcript {
  readonly #sent = new WeakMap<Answer, Sent>()
  readonly #answers: Answer[] = []
  readonly #secrets = new Map<string, string>()

  note(answer: Answer, sent: Sent): void {
    this.#sent.set(answer, sent)
    this.#answers.push(answer)
  }

  get answers(): readonly Answer[] {
    return this.#answers
  }

  sentFor(answer: Answer): Sent | null {
    return this.#sent.get(answer) ?? null
  }

  /** Something that may stand in no body, log or report: a password, a ticket, a key. Short texts say too little. */
  keepSecret(value: string, what: string): void {
    if (value.length >= 12) this.#secrets.set(value, what)
  }

  /** Each secret with what it is. */
  get secrets(): ReadonlyMap<string, string> {
    return this.#secrets
  }
}
