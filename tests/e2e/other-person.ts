import { expect, type Page } from '@playwright/test'
import { createProject, fillSignIn, registerIn, signOutIn, someone } from './people.ts'

/**
 * One tab of a browser belongs to a person; in another they sign out, while the network fails, and somebody else signs in. The
 * first tab has to become wholly the other person's. `releaseScripts` lets its scripts come only after that.
 */
export async function expectOtherPersonAsAWhole(
  page: Page,
  origin: string,
  openTab: () => Promise<{ tab: Page; releaseScripts?: () => void }>,
): Promise<void> {
  const [first, other] = [someone('First'), someone('Second')]
  await registerIn(page, origin, other)
  await createProject(page, "The second one's")
  await signOutIn(page)
  await registerIn(page, origin, first)
  await createProject(page, "The first one's")
  const { tab, releaseScripts } = await openTab()
  await expect(tab.getByRole('heading', { name: "The first one's" })).toBeVisible()

  // The network fails just as the first person signs out.
  await tab.route('**/bff/user', (route) => route.abort())
  const asked = tab.waitForRequest('**/bff/user')
  await signOutIn(page)
  await asked
  await tab.unroute('**/bff/user')
  await fillSignIn(page, other)

  await expect(tab.getByRole('heading', { name: "The second one's" })).toBeVisible()
  releaseScripts?.()
  expect(await tab.content()).not.toContain("The first one's")
}
