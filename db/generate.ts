import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/**
 * `npm run db:generate -- name`: lets drizzle-kit write the migration that the schema needs, then makes every new
 * SQLite table STRICT, which the generator cannot say.
 */
const folder = fileURLToPath(new URL('../migrations/sqlite/', import.meta.url))

execFileSync('drizzle-kit', ['generate', '--name', process.argv[2] ?? 'change'], { stdio: 'inherit' })
for (const name of readdirSync(folder).filter((entry) => entry.endsWith('.sql'))) {
  const before = readFileSync(folder + name, 'utf8')
  const after = before.replaceAll(/^\);$/gm, ') STRICT;').replaceAll(/^\)$/gm, ') STRICT')
  if (after !== before) writeFileSync(folder + name, after)
}
