import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from '@playwright/test'
import { startServer, type TestServer } from '../support/server.ts'
import { registerIn, someone } from './people.ts'

// Another program on another port of the same host: to a browser its cookies are ours as well.

let server: TestServer
let planter: Server
let lines: string[] = []
test.beforeAll(async () => {
  server = await startServer()
  planter = createServer((_request, response) => {
    response.setHeader('Set-Cookie', lines).setHeader('Content-Type', 'text/html')
    response.end('<p>planted</p>')
  })
  await new Promise<void>((resolve) => planter.listen(0, 'localhost', resolve))
})
test.afterAll(async () => {
  planter.close()
  await server.stop()
})

const fillings = {
  'many small cookies': Array.from({ length: 120 }, (_, index) => `small${index}=x; Path=/`),
  'few large cookies': Array.from({ length: 10 }, (_, index) => `large${index}=${'x'.repeat(4_000)}; Path=/`),
  'cookies for one folder alone': Array.from(
    { length: 6 },
    (_, index) => `folder${index}=${'x'.repeat(3_000)}; Path=/account`,
  ),
}

for (const [name, planted] of Object.entries(fillings)) {
  test(`${name} from another port are removed by the page that they cause, and one stays signed in`, async ({
    page,
  }) => {
    await registerIn(page, server.origin, someone())
    lines = planted
    await page.goto(`http://localhost:${(planter.address() as AddressInfo).port}/`)
    const refused = await page.goto(`${server.origin}/account`)
    expect(refused?.status()).toBe(431)
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('The request carried too much with it')
    await expect(page.getByText('have just been removed by name')).toBeVisible()
    expect((await page.reload())?.status()).toBe(200)
    await expect(page).toHaveURL(`${server.origin}/account`)
    const left = (await page.context().cookies()).filter((cookie) => !cookie.name.includes('cloakroom'))
    expect(left).toEqual([])
  })
}
