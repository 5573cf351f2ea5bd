import { generateKeyPairSync, sign, verify } from 'node:crypto'

// What an access token cannot do without: a signature of ES256 made and verified by Node's OpenSSL, and nothing else.

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
/** As long as the header and the claims of a token. */
const bytes = Buffer.alloc(500, 'a')

process.on('message', ({ milliseconds }: { milliseconds: number }) => {
  const begin = performance.now()
  const before = process.cpuUsage()
  let done = 0
  while (performance.now() - begin < milliseconds) {
    if (!verify('sha256', bytes, publicKey, sign('sha256', bytes, privateKey))) throw new Error('it does not match')
    done++
  }
  const { user, system } = process.cpuUsage(before)
  process.send?.({ cpuMicros: (user + system) / done })
})
