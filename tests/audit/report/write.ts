import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { searchSecrets } from '../stage/secret-search.ts'
import { htmlOf } from './html.ts'
import { modelOf, type Ran } from './model.ts'
import { sarifOf } from './sarif.ts'

/** Writes the three reports. Throws when one would hold a secret: the audit must not be the leak. */
export function writeReports(folder: string, ran: Ran): { summary: string; fallsShort: boolean } {
  const report = modelOf(ran)
  const files = {
    'report.html': htmlOf(report),
    'report.json': `${JSON.stringify(report, null, 1)}\n`,
    'report.sarif': `${JSON.stringify(sarifOf(report), null, 1)}\n`,
  }
  for (const [name, text] of Object.entries(files)) {
    const { found } = searchSecrets([{ where: name, text }], ran.context.transcript.secrets)
    if (found.length > 0) throw new Error(`${name} would have held ${found.map(({ what }) => what).join(', ')}`)
    writeFileSync(join(folder, name), text)
  }
  const { checks, fallShort, notRun, observations, findings } = report.summary
  const summary = `${checks} checks, ${observations} observations: ${findings} findings in ${fallShort} checks; ${notRun} checks could not run here.`
  return { summary, fallsShort: fallShort > 0 }
}
