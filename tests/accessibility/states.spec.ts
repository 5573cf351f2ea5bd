import { expect, type Page, test } from '@playwright/test'
import { findViolations, overflowOf } from '../support/axe.ts'
import { type Seen, startTourServer, takeTour } from '../support/page-tour.ts'
import { readRouteTable } from '../support/route-table.ts'
import type { TestServer } from '../support/server.ts'

// Every page and state of the tour as the server sent it, with its styles and without its scripts, at the narrowest width
// that WCAG 2.2 (1.4.10) asks for. tests/integration/html.test.ts sees to it that the tour leaves no page out.

test.use({ viewport: { width: 320, height: 700 } })

let server: TestServer
let seen: Seen[]
test.beforeAll(async () => {
  test.setTimeout(120_000)
  server = await startTourServer()
  seen = await takeTour(server, await readRouteTable())
})
test.afterAll(() => server?.stop())

/** Shows a page that was sent before; only styles and pictures still come from the server. */
async function show(page: Page, { answer }: Seen): Promise<void> {
  await page.unrouteAll()
  await page.route('**/*', (route) => {
    const type = route.request().resourceType()
    if (type === 'document') return route.fulfill({ body: answer.body, contentType: 'text/html; charset=utf-8' })
    return type === 'stylesheet' || type === 'image' ? route.continue() : route.abort()
  })
  await page.goto(server.origin + answer.path.replace(/#.*/, ''))
  // What is folded away is part of the page too.
  await page.evaluate(() => {
    for (const details of document.querySelectorAll('details')) details.open = true
  })
}

// In parts, so that none takes long and each says how far it came.
const parts = 6
for (let part = 0; part < parts; part++) {
  test(`axe finds nothing in any state, light or dark, at 320 px: part ${part + 1} of ${parts}`, async ({ page }) => {
    test.setTimeout(180_000)
    const faults: string[] = []
    for (const state of seen.filter((_, index) => index % parts === part)) {
      await show(page, state)
      for (const found of await findViolations(page)) faults.push(`${state.what}: ${found}`)
      const overflow = await overflowOf(page)
      if (overflow > 0) faults.push(`${state.what}: ${overflow} px too wide`)
    }
    expect(faults).toEqual([])
  })
}
