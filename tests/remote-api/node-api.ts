import { join } from 'node:path'
import { startApiProgram } from './api-program.ts'

/** The resource server on `jose`, which believes access tokens of `issuer`. The issuer may start later. */
export function startNodeApi(port: number, issuer: string): Promise<{ stop(): Promise<void> }> {
  return startApiProgram(port, issuer, process.execPath, [join(import.meta.dirname, 'node.js')])
}
