import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { generatedDocuments } from '../../app/cli/documents.ts'

test.each(generatedDocuments())('$file says of every setting what the code says (npm run docs)', ({ file, text }) => {
  expect(readFileSync(file, 'utf8')).toBe(text)
})
