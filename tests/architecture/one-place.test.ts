import { beforeAll, describe, expect, test } from 'vitest'
import {
  findNodes,
  isMember,
  mentionsSetCookie,
  parse,
  readsPresentDate,
  type Source,
  sourcesBelow,
} from './sources.ts'

let sources: Source[]
beforeAll(async () => {
  sources = await sourcesBelow('app', 'db')
})

const outside = (...allowed: RegExp[]) => sources.filter(({ path }) => !allowed.some((pattern) => pattern.test(path)))
const from = (text: string): Source[] => [{ path: 'example.ts', tree: parse('example.ts', text) }]

describe('one place for each decision', () => {
  test('only the cookie file makes a Set-Cookie value', () => {
    const elsewhere = outside(/^app\/bff\/cookies\/cookies\.server\.ts$/, /^app\/kernel\/telemetry\/log\.server\.ts$/)
    expect(findNodes(elsewhere, mentionsSetCookie)).toEqual([])
    expect(
      findNodes(
        sources.filter(({ path }) => path === 'app/bff/cookies/cookies.server.ts'),
        mentionsSetCookie,
      ),
    ).not.toEqual([])
  })

  test('only the clock reads the present moment', () => {
    const elsewhere = outside(/^app\/kernel\/clock\.ts$/)
    expect(findNodes(elsewhere, (node) => isMember(node, 'Date', 'now') || readsPresentDate(node))).toEqual([])
  })

  test('only the kernel, the platform and the command line read the environment', () => {
    const elsewhere = outside(/^app\/kernel\//, /^app\/platform\//, /^app\/cli\//)
    expect(findNodes(elsewhere, (node) => isMember(node, 'process', 'env'))).toEqual([])
  })

  test('only the kernel, the platform and the store read or write files', () => {
    const elsewhere = outside(/^app\/kernel\//, /^app\/platform\//, /^app\/cli\//, /^db\//)
    expect(findNodes(elsewhere, (node) => /^'(node:)?fs(\/promises)?'$/.test(node.getText()))).toEqual([])
  })

  test('these searches see what they look for', () => {
    expect(findNodes(from("headers.append('Set-Cookie', x); createCookie('a')"), mentionsSetCookie)).toHaveLength(2)
    expect(findNodes(from('const a = new Date(); const b = Date()'), readsPresentDate)).toHaveLength(2)
    expect(findNodes(from('// Date.now\nnew Date(5)'), readsPresentDate)).toHaveLength(0)
    expect(findNodes(from('Date.now()'), (node) => isMember(node, 'Date', 'now'))).toHaveLength(1)
  })
})
