import { describe, expect, test } from 'vitest'
import { csvCell } from '../../../../app/bff/site/event-export.server.ts'

describe('a cell of the CSV of events', () => {
  test.each([
    ['=HYPERLINK("http://evil.example")', `"'=HYPERLINK(""http://evil.example"")"`],
    ['+1+1', `"'+1+1"`],
    ['-2+3', `"'-2+3"`],
    ['@SUM(A1)', `"'@SUM(A1)"`],
    ['\t=1', `"'\t=1"`],
    ['\r=1', `"'\r=1"`],
    ['  =1', `"'  =1"`],
    ['＝1', `"'＝1"`],
    ['|cmd', `"'|cmd"`],
    ['%0A=1', `"'%0A=1"`],
  ])('that a spreadsheet would calculate is made text: %j', (value, cell) => {
    expect(csvCell(value)).toBe(cell)
  })

  test.each([
    ['Mozilla/5.0 (X11)', 'Mozilla/5.0 (X11)'],
    ['a,b', '"a,b"'],
    ['say "hi"', '"say ""hi"""'],
    ['two\r\nlines', '"two\r\nlines"'],
    ['a;b', '"a;b"'],
    [null, ''],
    [undefined, ''],
    [42, '42'],
    [-42, '-42'],
  ])('holds %j as it is, quoted where it must be', (value, cell) => {
    expect(csvCell(value)).toBe(cell)
  })
})
