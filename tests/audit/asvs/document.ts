import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type Chapter, chapters, type Requirement } from './index.ts'

const root = resolve(import.meta.dirname, '../../..')
const [start, end] = ['<!-- asvs: written by npm run docs -->', '<!-- end of asvs -->']

/** SECURITY.md with its table as the source has it. Throws when the file has no place for it. */
export function securityDocument(): string {
  const [head, rest] = readFileSync(join(root, 'SECURITY.md'), 'utf8').split(start)
  const tail = rest?.split(end)[1]
  if (head === undefined || tail === undefined) throw new Error('SECURITY.md has no part for the table of requirements')
  return `${head}${start}\n${tableText()}\n${end}${tail}`
}

function tableText(): string {
  const all = chapters.flatMap(({ requirements }) => requirements)
  const count = (status: Requirement['status']) => all.filter((each) => each.status === status).length
  const counts = `${count('met')} met, ${count('partly')} partly, ${count('not met')} not met, ${count('deployment')} for whoever runs the site, ${count('does not apply')} do not apply.`
  return [counts, ...chapters.map(chapterText)].join('\n\n')
}

function chapterText({ id, title, requirements }: Chapter): string {
  const rows = requirements.map(
    ({ id: number, level, about, status, shownBy, why }) =>
      `| ${number} | ${level} | ${about} | ${status} | ${[why, shownBy.map(shown).join(', ')].filter((part) => part !== '').join('; ')} |`,
  )
  return [
    `### ${id} ${title}`,
    '',
    '| id | level | about | status | why, or what shows it |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n')
}

function shown(evidence: string): string {
  if (evidence.startsWith('check:')) return `\`${evidence.slice('check:'.length)}\``
  const [file = '', title] = evidence.split('#')
  return title === undefined ? `[${file}](${file})` : `[${file}](${file}) (“${title}”)`
}
