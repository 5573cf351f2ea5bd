import { createSessionStore } from '../../../app/identity/sessions/session-store.ts'
import { openStore } from '../../../db/index.ts'

// Looks sessions up by their id in one store, as an authenticated request does, and nothing else; or rotates each once.

export type LookupTask = { ids?: string[]; count?: number; rotates?: boolean }

const [, , url = ''] = process.argv
const store = createSessionStore(await openStore({ url }))
let ids: string[] = []

const random = () => ids[Math.floor(Math.random() * ids.length)] ?? ''

async function lookUp(): Promise<void> {
  if (!(await store.find(random()))) throw new Error('a session is missing')
}

process.on('message', async (task: LookupTask) => {
  if (task.ids) ids = task.ids
  const count = task.count ?? ids.length
  const begin = process.cpuUsage()
  const start = performance.now()
  for (let index = 0; index < count; index++) {
    if (task.rotates) await store.rotate({ id: ids[index] ?? '', generation: 0 }, 'a', Date.now(), Date.now())
    else await lookUp()
  }
  const { user, system } = process.cpuUsage(begin)
  process.send?.({ cpuMicros: (user + system) / count, micros: ((performance.now() - start) * 1_000) / count })
})
