import { join } from 'node:path'
import { Child } from '../engine/child.ts'
import { type Figures, note, shuffled } from '../engine/figures.ts'
import { checkedKinds } from '../report/kinds.ts'
import { peersFolder, workFolder } from '../stage/folders.ts'

/** The check of a session alone, without HTTP, all kinds in one process. */
export async function measureChecks(rounds: number, figures: Figures): Promise<void> {
  const child = new Child<{ kind: string; milliseconds: number }, { cpuMicros: number; micros: number }>(
    join(peersFolder, 'in-process.ts'),
    [workFolder],
  )
  for (const kind of checkedKinds) await child.ask({ kind, milliseconds: 500 })
  for (let round = 0; round < rounds; round++) {
    for (const kind of shuffled(checkedKinds))
      note(figures, `check/${kind}`, await child.ask({ kind, milliseconds: 300 }))
  }
  child.end()
}
