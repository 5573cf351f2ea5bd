import { hash, verify } from '@node-rs/argon2'

// Argon2id and nothing else, with the parameters of Cloakroom's passwords: so many at once, for so long.

const password = 'a window over the harbour'
const phc = await hash(password, { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 32 })

process.on('message', async ({ concurrent, seconds }: { concurrent: number; seconds: number }) => {
  const begin = performance.now()
  const end = begin + seconds * 1_000
  let done = 0
  const work = async () => {
    while (performance.now() < end) {
      if (!(await verify(phc, password))) throw new Error('the password does not match')
      done++
    }
  }
  await Promise.all(Array.from({ length: concurrent }, work))
  process.send?.({ perSecond: done / ((performance.now() - begin) / 1_000) })
})
