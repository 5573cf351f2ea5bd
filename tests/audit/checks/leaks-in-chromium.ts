import { check, observe } from '../check.ts'
import { inChromium, signInWithPage } from '../stage/chromium-stage.ts'
import { searchSecrets } from '../stage/secret-search.ts'

const pages = ['/dashboard', '/account', '/account/sessions', '/account/security', '/account/privacy', '/']

/** Everything that scripts can reach in a browser: storages, caches, databases, the document, what it was told to keep. */
const readAll = `(async () => {
  const parts = { local: JSON.stringify(localStorage), session: JSON.stringify(sessionStorage) }
  parts.document = document.documentElement.outerHTML
  parts.history = JSON.stringify(history.state)
  parts.globals = JSON.stringify(window.__remixContext ?? null)
  parts.caches = ''
  for (const name of await caches.keys()) {
    const cache = await caches.open(name)
    for (const request of await cache.keys()) parts.caches += request.url + await (await cache.match(request)).text()
  }
  parts.databases = ''
  for (const { name } of await indexedDB.databases()) {
    const database = await new Promise((done, fail) => { const open = indexedDB.open(name); open.onsuccess = () => done(open.result); open.onerror = fail })
    for (const store of database.objectStoreNames) {
      const all = database.transaction(store).objectStore(store).getAll()
      parts.databases += await new Promise((done) => { all.onsuccess = () => done(JSON.stringify(all.result)) })
    }
    database.close()
  }
  parts.workers = JSON.stringify((await navigator.serviceWorker?.getRegistrations())?.map((each) => each.scope) ?? [])
  return parts
})()`

const plant = `(async (canary) => {
  localStorage.setItem('c', canary); sessionStorage.setItem('c', canary)
  await (await caches.open('c')).put('/c', new Response(canary))
  const database = await new Promise((done) => { const open = indexedDB.open('c'); open.onupgradeneeded = () => open.result.createObjectStore('c'); open.onsuccess = () => done(open.result) })
  await new Promise((done) => { const change = database.transaction('c', 'readwrite'); change.objectStore('c').put(canary, 'c'); change.oncomplete = done })
  database.close()
})`

export default check({
  id: 'leaks-in-chromium',
  area: 'leaks',
  title: 'Nothing in Chromium holds a secret: answers, documents, storages, caches, databases',
  rules: ['ASVS 14.3.3', 'ASVS 14.3.1', 'ASVS 10.1.1', 'RFC 10017, 6.1'],
  needs: ['chromium'],
  async *run(context) {
    const { person } = await context.people.newcomer()
    const canary = `canary ${crypto.randomUUID()}`
    const result = await inChromium(async ({ context: browser, page, received }) => {
      await signInWithPage(page, context.origin, person)
      const places: { where: string; text: string }[] = []
      const collect = async (at: string) => {
        const parts = (await page.evaluate(readAll)) as Record<string, string>
        for (const [name, text] of Object.entries(parts)) places.push({ where: `${name} of ${at}`, text })
      }
      for (const path of pages) {
        await page.goto(context.origin + path)
        await collect(path)
      }
      for (const { value } of await browser.cookies(context.origin)) context.transcript.keepSecret(value, 'a cookie')
      const databases = places
        .filter(({ where }) => where.startsWith('databases'))
        .map(({ text }) => text)
        .join('')
      await page.evaluate(`${plant}(${JSON.stringify(canary)})`)
      const planted = (await page.evaluate(readAll)) as Record<string, string>
      const seen = ['local', 'session', 'caches', 'databases'].filter((name) => planted[name]?.includes(canary))
      await page.evaluate(
        '(async () => { localStorage.clear(); sessionStorage.clear(); await caches.delete("c"); indexedDB.deleteDatabase("c") })()',
      )
      await page.goto(`${context.origin}/account`)
      await Promise.all([page.waitForURL(/\/login/), page.click('header form[action="/logout"] button')])
      const after = (await page.evaluate(readAll)) as Record<string, string>
      return { places: [...places, ...received], seen, databases, after: JSON.stringify(after) }
    })
    const { found, bytes } = searchSecrets(result.places, context.transcript.secrets)
    yield observe(`${result.places.length} places, ${bytes} bytes`, found.length === 0, 'no secret', found.slice(0, 20))
    yield observe('a canary in each storage', result.seen.length === 4, 'four are found', result.seen.join(', '))
    yield observe('databases', result.databases === '', 'there are none', result.databases === '' ? 'none' : 'some')
    const left = result.after.includes(person.email)
    yield observe(
      'after signing out',
      !left,
      'nothing of the person is left',
      left ? 'the address is left' : 'nothing is left',
    )
    yield {
      kind: 'note',
      text: `${bytes.toLocaleString('en')} bytes in ${result.places.length} places of Chromium were searched.`,
    }
  },
})
