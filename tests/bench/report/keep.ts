import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { reportFolder } from '../stage/folders.ts'
import { judge } from './goals.ts'
import { reportMarkdown } from './markdown.ts'
import { plotsOf } from './plots.ts'
import { writeDocuments } from './readme.ts'
import type { Report } from './report.ts'
import { goalTable } from './tables.ts'

const longMemoryFile = join(reportFolder, 'memory.json')

/**
 * Writes a report for people and for programs, and its plots. A full one also goes into the project's documents; a quick
 * one stands apart, since its figures are not to be quoted.
 */
export function keepReport(found: Report): void {
  const text = JSON.stringify(found, rounded, 1)
  // Everything is made from what is kept, so that it can be made again.
  const report = JSON.parse(text) as Report
  const goals = judge(report)
  const folder = report.isQuick ? join(reportFolder, 'quick') : reportFolder
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'report.json'), `${text}\n`)
  writeFileSync(join(folder, 'report.md'), reportMarkdown(report, goals))
  for (const [file, picture] of Object.entries(plotsOf(report, goals))) writeFileSync(join(folder, file), picture)
  if (!report.isQuick) writeDocuments(report)
  console.log(`\n${goalTable(goals)}\n`)
}

/** Six digits are more than any of these figures is good for. */
const rounded = (_key: string, value: unknown) => (typeof value === 'number' ? Number(value.toPrecision(6)) : value)

export function readReport(): Report | null {
  const file = join(reportFolder, 'report.json')
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Report) : null
}

export function readLongMemory(): Report['longMemory'] {
  return existsSync(longMemoryFile) ? (JSON.parse(readFileSync(longMemoryFile, 'utf8')) as Report['longMemory']) : null
}

/** Keeps what ten minutes of load did to the memory, and writes the last report anew with it. */
export function keepLongMemory(longMemory: NonNullable<Report['longMemory']>): void {
  mkdirSync(reportFolder, { recursive: true })
  writeFileSync(longMemoryFile, `${JSON.stringify(longMemory, rounded, 1)}\n`)
  const report = readReport()
  if (report) keepReport({ ...report, longMemory })
}
