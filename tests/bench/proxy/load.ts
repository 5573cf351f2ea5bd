import { connect } from 'node:net'

export type Load = { answersPerSecond: number; answers: number; refused: number }

/** Sends one request over and over on kept connections: little work beside what is measured. */
export async function load(port: number, head: string, seconds: number, connections = 16): Promise<Load> {
  const bytes = Buffer.from(head)
  const [begin, tally] = [performance.now(), { answers: 0, refused: 0 }]
  const end = begin + seconds * 1_000
  await Promise.all(Array.from({ length: connections }, () => sendAgain(port, bytes, end, tally)))
  return { answersPerSecond: tally.answers / ((performance.now() - begin) / 1_000), ...tally }
}

function sendAgain(port: number, bytes: Buffer, end: number, tally: { answers: number; refused: number }) {
  return new Promise<void>((resolve, reject) => {
    const socket = connect(port, 'localhost').setEncoding('latin1').setNoDelay()
    let text = ''
    const next = () => {
      if (performance.now() < end) return void socket.write(bytes)
      socket.destroy()
      resolve()
    }
    socket.on('connect', next)
    socket.on('error', reject)
    socket.on('data', (chunk) => {
      text += chunk
      if (!isWhole(text)) return
      tally.answers++
      if (!text.startsWith('HTTP/1.1 200')) tally.refused++
      text = ''
      next()
    })
  })
}

function isWhole(text: string): boolean {
  const end = text.indexOf('\r\n\r\n')
  if (end === -1) return false
  const length = /\r\ncontent-length: (\d+)/i.exec(text.slice(0, end))?.[1]
  return length === undefined ? text.endsWith('0\r\n\r\n') : text.length >= end + 4 + Number(length)
}
