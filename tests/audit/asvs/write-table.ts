import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { securityDocument } from './document.ts'

// npm run docs: writes the table of ASVS requirements in SECURITY.md from its source.
writeFileSync(join(resolve(import.meta.dirname, '../../..'), 'SECURITY.md'), securityDocument())
