import { writeFileSync } from 'node:fs'
import { generatedDocuments } from './documents.ts'

// npm run docs: writes the parts of README.md and .env.example that follow from the code.
for (const { file, text } of generatedDocuments()) writeFileSync(file, text)
