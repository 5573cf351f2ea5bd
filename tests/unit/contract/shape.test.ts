import { describe, expect, test } from 'vitest'
import { pageOf, project, projectPageShape } from '../../../app/contract/index.ts'

const one = { id: 'a', ownerId: 'b', name: 'c', description: '', archivedAt: null, createdAt: 1, updatedAt: 2 }
const page = { items: [one, { ...one, archivedAt: 5 }], page: 1, limit: 20, total: 2 }
const schema = pageOf(project)

describe('the small shape of a page of projects', () => {
  test('reads what the schema reads, and leaves out what it does not know', () => {
    const given = { ...page, items: page.items.map((item) => ({ ...item, more: 1 })), extra: true }
    expect(projectPageShape.parse(given)).toEqual(page)
    expect(projectPageShape.parse(given)).toEqual(schema.parse(given))
  })

  const members = [
    ...Object.keys(one).map((name) => ['item', name]),
    ...Object.keys(page).map((name) => ['page', name]),
  ]
  test.each(members)('refuses, as the schema does, a wrong %s.%s', (where, name) => {
    for (const wrong of [undefined, true, {}, Number.NaN]) {
      const broken =
        where === 'page' ? { ...page, [name ?? '']: wrong } : { ...page, items: [{ ...one, [name ?? '']: wrong }] }
      expect(schema.safeParse(broken).success).toBe(false)
      expect(() => projectPageShape.parse(broken)).toThrow(TypeError)
    }
  })

  test.each([null, [], 'text', 7])('refuses %o', (value) => {
    expect(() => projectPageShape.parse(value)).toThrow(TypeError)
  })
})
