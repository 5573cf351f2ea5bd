import type { Readable, Writable } from 'node:stream'
import { countPassedBytes } from './buffer-sweep.server.ts'

/** What stopped a pump: more bytes than allowed, no byte for too long, or the end of one side before its time. */
export type PumpStop = 'too-large' | 'idle' | 'source' | 'sink'

export class PumpFault extends Error {
  override readonly name = 'PumpFault'
  readonly stop: PumpStop

  constructor(stop: PumpStop, cause?: unknown) {
    super(`a body stopped: ${stop}`, { cause })
    this.stop = stop
  }
}

export type PumpOptions = {
  maxBytes: number | null
  /** How many it must be, where that was said; fewer or more break the pump before its sink is ended. */
  exactBytes?: number | null
  /** The longest time in which no byte moves, in milliseconds. */
  idleMs: number
  /** Is told whenever bytes have moved. */
  onProgress?: () => void
  /** Asked once all has come; a body that lacks its end goes no further when it rejects, and the pump with it. */
  beforeEnd?: () => Promise<void>
}

/**
 * Moves a body from one stream to another at the pace of the slower one, and holds no more of it than one chunk beyond
 * the buffers of the two. Ends the sink with the source; on a fault it throws `PumpFault` and leaves both to the caller.
 */
export function pump(source: Readable, sink: Writable, options: PumpOptions): Promise<void> {
  const { maxBytes, exactBytes = null, idleMs, onProgress, beforeEnd } = options
  return new Promise((resolve, reject) => {
    let bytes = 0
    let last: Buffer | null = null
    const timer = setTimeout(() => settle(new PumpFault('idle')), idleMs)
    const moved = () => {
      timer.refresh()
      onProgress?.()
    }
    const take = (chunk: Buffer) => {
      bytes += chunk.length
      if (maxBytes !== null && bytes > maxBytes) return settle(new PumpFault('too-large'))
      if (exactBytes !== null && bytes > exactBytes) return settle(new PumpFault('source'))
      moved()
      countPassedBytes(chunk.length)
      // With the last byte of a length that was told the other side has all it waits for.
      if (beforeEnd && bytes === exactBytes) last = chunk
      else if (!sink.write(chunk)) source.pause()
    }
    const goOn = () => {
      moved()
      source.resume()
    }
    const finish = () => {
      if (exactBytes !== null && bytes !== exactBytes) return settle(new PumpFault('source'))
      if (!beforeEnd) return void sink.end()
      beforeEnd().then(() => sink.end(last ?? undefined), settle)
    }
    const done = () => settle(null)
    const breakSource = (error?: Error) => {
      if (!source.readableEnded || error) settle(new PumpFault('source', error))
    }
    const breakSink = (error?: Error) => {
      if (!sink.writableFinished || error) settle(new PumpFault('sink', error))
    }
    const settle = (fault: Error | null) => {
      clearTimeout(timer)
      source.off('data', take).off('end', finish).off('error', breakSource).off('close', breakSource)
      sink.off('drain', goOn).off('finish', done).off('error', breakSink).off('close', breakSink)
      // Nobody else listens from here on, and an error without a listener would end the process.
      source.on('error', ignore)
      sink.on('error', ignore)
      if (fault) {
        source.pause()
        reject(fault)
      } else resolve()
    }
    source.on('end', finish).on('error', breakSource).on('close', breakSource)
    sink.on('drain', goOn).on('finish', done).on('error', breakSink).on('close', breakSink)
    if (sink.destroyed) return breakSink()
    if (source.destroyed && !source.readableEnded) return breakSource()
    source.on('data', take)
  })
}

function ignore(): void {}
