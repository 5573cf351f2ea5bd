import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { judge } from '../bench/report/goals.ts'
import { readReport } from '../bench/report/keep.ts'
import { documentsFrom } from '../bench/report/readme.ts'
import { root } from './sources.ts'

test('what the documents say of the speed stands in a report that was really made, and whole', () => {
  const report = readReport()
  for (const { file, text } of documentsFrom(report)) expect(readFileSync(join(root, file), 'utf8')).toBe(text)
  expect(report?.isQuick ?? false).toBe(false)
})

test('and no goal and no figure of theirs was left out of it', () => {
  const report = readReport()
  expect(report && judge(report).flatMap(({ what, values }) => (values.length === 0 ? [what] : []))).toEqual([])
  for (const { text } of documentsFrom(report)) expect(text).not.toContain('not measured')
})
