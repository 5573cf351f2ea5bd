import { check, type Exhibit, observe } from '../check.ts'
import { readLock } from '../stage/packages.ts'

const permissive = new Set([
  ...[
    'MIT',
    'MIT-0',
    'ISC',
    'Apache-2.0',
    'BSD-2-Clause',
    'BSD-3-Clause',
    '0BSD',
    'Unlicense',
    'CC0-1.0',
    'BlueOak-1.0.0',
    'Python-2.0',
  ],
  ...[
    '(MIT OR CC0-1.0)',
    '(MIT OR Apache-2.0)',
    'MIT OR Apache-2.0',
    '(BSD-2-Clause OR MIT OR Apache-2.0)',
    '(MIT AND Zlib)',
    '(Apache-2.0 AND MIT)',
    '(Unlicense OR Apache-2.0)',
    'MIT AND ISC',
    'CC-BY-3.0',
    'CC-BY-4.0',
  ],
])
/** Weak copyleft is fine for tools that nobody ships. */
const forTools = new Set(['MPL-2.0', 'LGPL-3.0-or-later', 'MPL-2.0 OR Apache-2.0'])

export default check({
  id: 'supply-licences',
  area: 'supply',
  title: 'What is shipped is permissively licensed',
  rules: ['ASVS 15.1.2'],
  run() {
    const { packages } = readLock()
    const counts = new Map<string, number>()
    for (const { licence } of packages) counts.set(licence, (counts.get(licence) ?? 0) + 1)
    const other = packages.filter(
      ({ licence, isTool }) =>
        !permissive.has(licence) && !(isTool && (forTools.has(licence) || licence === 'unknown')),
    )
    const table: Exhibit = {
      kind: 'table',
      title: 'Licences',
      head: ['licence', 'packages'],
      rows: [...counts].sort(([, a], [, b]) => b - a).map(([licence, count]) => [licence, String(count)]),
    }
    return [
      observe(
        `${packages.length} packages`,
        other.length === 0,
        'permissive, or a tool under MPL or LGPL',
        other.map(({ name, licence }) => `${name}: ${licence}`).join(', ') || 'all',
      ),
      table,
    ]
  },
})
