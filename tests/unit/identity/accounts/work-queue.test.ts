import { expect, it } from 'vitest'
import { createWorkQueue } from '../../../../app/identity/accounts/work-queue.ts'

const limits = { concurrent: 2, waiting: 3, retryAfterSeconds: 7 }

/** Work that ends when it is told to. */
function heldWork() {
  const held: (() => void)[] = []
  const started: number[] = []
  const work = (id: number) => () =>
    new Promise<number>((resolve) => {
      started.push(id)
      held.push(() => resolve(id))
    })
  return { work, started, release: () => held.shift()?.() }
}

it('runs no more at once than it may, and the rest in the order they came', async () => {
  const queue = createWorkQueue(limits)
  const { work, started, release } = heldWork()
  const done = Promise.all([1, 2, 3, 4, 5].map((id) => queue(work(id))))
  await Promise.resolve()
  expect(started).toEqual([1, 2])
  release()
  await new Promise(setImmediate)
  expect(started).toEqual([1, 2, 3])
  for (let rest = 0; rest < 4; rest++) {
    release()
    await new Promise(setImmediate)
  }
  expect(await done).toEqual([1, 2, 3, 4, 5])
})

it('answers busy, with a time to come back, when the line is full', async () => {
  const queue = createWorkQueue(limits)
  const { work, started, release } = heldWork()
  const accepted = [1, 2, 3, 4, 5].map((id) => queue(work(id)))
  await expect(queue(work(6))).rejects.toMatchObject({ code: 'busy', status: 503, retryAfterSeconds: 7 })
  for (let each = 0; each < 5; each++) {
    release()
    await new Promise(setImmediate)
  }
  expect(await Promise.all(accepted)).toEqual([1, 2, 3, 4, 5])
  expect(started).not.toContain(6)
})

it('gives its place on when work fails', async () => {
  const queue = createWorkQueue({ ...limits, concurrent: 1 })
  const failed = queue(() => Promise.reject(new Error('no')))
  const next = queue(() => Promise.resolve('yes'))
  await expect(failed).rejects.toThrow('no')
  expect(await next).toBe('yes')
  expect(await queue(() => Promise.resolve('and again'))).toBe('and again')
})
