import { readReport } from './report/keep.ts'
import { writeDocuments } from './report/readme.ts'

// Part of npm run docs: what the documents say of the last full report, written anew without measuring.

const report = readReport()
if (report) writeDocuments(report)
