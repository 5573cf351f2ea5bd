import { expect } from 'vitest'
import type { Answer } from './answer.ts'

declare module 'vitest' {
  interface Matchers<R extends void | Promise<void> = void | Promise<void>, T = unknown> {
    /** The answer has this status; a failure shows what came instead. */
    toHaveStatus(status: number): R
    /** The answer leads to this path (with query). */
    toLeadTo(path: string): R
    /** The answer is a problem document (RFC 9457) of this status and code. */
    toBeProblem(status: number, code: string): R
  }
}

function describeAnswer(answer: Answer): string {
  return `it was ${answer.status}${answer.location ? ` to ${answer.location}` : ''}:\n${answer.body.slice(0, 800)}`
}

expect.extend({
  toHaveStatus(answer: Answer, status: number) {
    return {
      pass: answer.status === status,
      message: () => `expected the answer to ${answer.path} to be ${status}, ${describeAnswer(answer)}`,
    }
  },
  toLeadTo(answer: Answer, path: string) {
    return {
      pass: answer.isRedirect && answer.target === path,
      message: () => `expected the answer to ${answer.path} to lead to ${path}, ${describeAnswer(answer)}`,
    }
  },
  toBeProblem(answer: Answer, status: number, code: string) {
    const isDocument = /^application\/problem\+json\b/.test(answer.headers['content-type'] ?? '')
    const document = isDocument ? answer.json<{ status: number; code: string }>() : null
    // RFC 9110, 15.5.2 asks for a challenge; a browser must not answer it with a prompt of its own.
    const challenges = status !== 401 || /^(?:Cookie|Bearer) realm="/.test(answer.headers['www-authenticate'] ?? '')
    return {
      pass: answer.status === status && document?.status === status && document.code === code && challenges,
      message: () =>
        `expected the answer to ${answer.path} to be the problem ${status} ${code}, ${describeAnswer(answer)}`,
    }
  },
})
