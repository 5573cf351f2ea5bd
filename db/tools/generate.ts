import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/**
 * `npm run db:generate -- name`: lets drizzle-kit write the migrations that the schema needs, for both stores, then says
 * what the generator cannot: every new SQLite table is STRICT, and text is ordered by its bytes in PostgreSQL as well.
 */
const name = process.argv[2] ?? 'change'
const stores = [
  { dialect: 'sqlite', schema: 'db/schema.ts', refine: makeStrict },
  { dialect: 'postgresql', schema: 'db/postgres/schema.ts', refine: orderByBytes },
]

for (const { dialect, schema, refine } of stores) {
  const out = dialect === 'sqlite' ? 'migrations/sqlite' : 'migrations/postgres'
  const options = ['--dialect', dialect, '--schema', schema, '--out', out, '--name', name]
  execFileSync('drizzle-kit', ['generate', ...options], { stdio: 'inherit' })
  const folder = fileURLToPath(new URL(`../${out}/`, import.meta.url))
  for (const file of readdirSync(folder).filter((entry) => entry.endsWith('.sql'))) {
    const before = readFileSync(folder + file, 'utf8')
    const after = refine(before)
    if (after !== before) writeFileSync(folder + file, after)
  }
}

function makeStrict(text: string): string {
  return text.replaceAll(/^\);$/gm, ') STRICT;').replaceAll(/^\)$/gm, ') STRICT')
}

/** A declared column is a name in quotes and a type: in a table's list, or after ADD COLUMN. */
function orderByBytes(text: string): string {
  return text.replaceAll(/^(\t|ALTER TABLE .* ADD COLUMN )("\w+" text)(?! COLLATE)/gm, '$1$2 COLLATE "C"')
}
