import { readFileSync } from 'node:fs'
import { type SettingDescription, settingsTable } from '../kernel/index.server.ts'

/** Files whose parts are written from the code, with what they should hold. A test keeps them equal. */
export function generatedDocuments(): { file: string; text: string }[] {
  const settings = settingsTable()
  return [
    { file: '.env.example', text: environmentExample(settings) },
    { file: 'README.md', text: withPart(readFileSync('README.md', 'utf8'), 'settings', settingsMarkdown(settings)) },
  ]
}

function environmentExample(settings: SettingDescription[]): string {
  const head =
    '# Copy to .env. Every setting is optional on localhost; a name that is not listed here stops the start.\n'
  const parts = settings.map(({ name, fallback, isDerived, meaning }) =>
    isDerived ? `# ${meaning} (unset: ${fallback})\n# ${name}=\n` : `# ${meaning}\n# ${name}=${fallback}\n`,
  )
  return [head, ...parts].join('\n')
}

function settingsMarkdown(settings: SettingDescription[]): string {
  const rows = settings.map(
    ({ name, fallback, isDerived, meaning }) =>
      `| \`${name}\` | ${isDerived ? fallback : `\`${fallback}\``} | ${meaning} |`,
  )
  return ['| setting | default | meaning |', '| --- | --- | --- |', ...rows].join('\n')
}

function withPart(document: string, name: string, part: string): string {
  const [start, end] = [`<!-- ${name}: written by npm run docs -->`, `<!-- end of ${name} -->`]
  const [head, rest] = document.split(start)
  const tail = rest?.split(end)[1]
  if (head === undefined || tail === undefined) throw new Error(`the document has no part "${name}"`)
  return `${head}${start}\n${part}\n${end}${tail}`
}
