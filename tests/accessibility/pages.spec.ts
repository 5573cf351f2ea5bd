import { expect, type Page, test } from '@playwright/test'
import { createProject, registerIn, someone } from '../e2e/people.ts'
import { findViolations, overflowOf } from '../support/axe.ts'
import { makeAdmin, rowsOf } from '../support/fixtures.ts'
import { declaredPath, pagesAmong, type RouteRow, readRouteTable } from '../support/route-table.ts'
import { startServer, type TestServer } from '../support/server.ts'

// Every page that the table of routes names, at work: with its scripts, in light and dark, at the narrowest width that
// WCAG 2.2 (1.4.10) asks for. states.spec.ts looks at what pages get into.

test.use({ viewport: { width: 320, height: 700 } })

let server: TestServer
let table: RouteRow[]
test.beforeAll(async () => {
  server = await startServer()
  table = await readRouteTable()
})
test.afterAll(() => server?.stop())

/** Opens every page that the person may see and says what is wrong, and where it arrived. */
async function lookAtEverything(page: Page, ids: Record<string, string> = {}) {
  const arrived = new Set<string>()
  const faults: string[] = []
  for (const { path } of pagesAmong(table)) {
    const concrete = path.replace('*', 'nothing-here').replace(/:\w+/, ids[path] ?? 'none')
    await page.goto(server.origin + concrete)
    const address = declaredPath(table, new URL(page.url()).pathname)
    if (arrived.has(address)) continue
    arrived.add(address)
    const title = await page.title()
    if (title === '') faults.push(`${address} has no title`)
    faults.push(...(await findViolations(page)).map((found) => `${address}: ${found}`))
    if ((await overflowOf(page)) > 0) faults.push(`${address} is too wide`)
  }
  return { arrived, faults }
}

test('no page has a fault for somebody who is not signed in', async ({ page }) => {
  test.setTimeout(240_000)
  const { arrived, faults } = await lookAtEverything(page)
  expect(faults).toEqual([])
  const open = pagesAmong(table).filter(({ access }) => access.GET === 'optional' || access.GET === 'public')
  // These lead elsewhere for who comes by the address alone.
  const leadElsewhere = ['/login/verify', '/login/with/:provider', '/logout']
  expect(open.map(({ path }) => path).filter((path) => !arrived.has(path))).toEqual(leadElsewhere)
})

test('no page has a fault for an admin, who sees them all', async ({ page }) => {
  test.setTimeout(240_000)
  const person = someone()
  await registerIn(page, server.origin, person)
  await createProject(page, 'Hats')
  makeAdmin(server, person.email)
  const { user, projects } = rowsOf(server, person.email)
  const ids = { '/projects/:id': projects[0]?.id ?? '', '/admin/users/:id': user?.id ?? '' }
  const { arrived, faults } = await lookAtEverything(page, ids)
  expect(faults).toEqual([])
  const guarded = pagesAmong(table).filter(({ access }) => access.GET === 'user' || access.GET === 'admin')
  // Without a second factor it leads to a mail.
  expect(guarded.map(({ path }) => path).filter((path) => !arrived.has(path))).toEqual(['/account/password/new'])
})
