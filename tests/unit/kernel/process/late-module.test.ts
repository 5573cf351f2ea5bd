import { expect, it } from 'vitest'
import { readLate } from '../../../../app/kernel/index.server.ts'

it('reads a part once, for all who ask at once and later', async () => {
  let reads = 0
  const get = readLate(async () => ({ reads: ++reads }))
  const [one, other] = await Promise.all([get(), get()])
  expect([one, other, await get()]).toEqual([{ reads: 1 }, { reads: 1 }, { reads: 1 }])
})

it('a part that could not be read is a 503, and is read anew by the next who asks', async () => {
  let reads = 0
  const get = readLate(async () => {
    if (++reads === 1) throw Object.assign(new Error('i/o error'), { code: 'EIO' })
    return 'part'
  })
  await expect(Promise.all([get(), get()])).rejects.toMatchObject({ code: 'unavailable' })
  expect(await get()).toBe('part')
  expect(reads).toBe(2)
})
