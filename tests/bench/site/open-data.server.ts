import type { RootData } from './components/current-user.ts'

type OpenData = { me: { id: string; email: string; name: string; roles: ('user' | 'admin')[]; createdAt: number } }

const { me }: OpenData = JSON.parse(process.env.BENCH_DATA ?? '{"me":{}}')

/** What the account page shows, word for word, but of nobody in particular: no session is looked up for it. */
export const openPerson = () => me

export const openAccount = () => ({
  me,
  roles: ['User'],
  session: {
    createdAt: me.createdAt,
    expiresAt: me.createdAt + 604_800_000,
    remaining: '7 days',
    persistent: true,
    browser: 'an unknown browser',
    address: '127.0.0.1',
  },
})

export const openRoot = (): RootData => ({
  user: { id: me.id, email: me.email, name: me.name, roles: me.roles },
  expiresInSeconds: 604_800,
  csrf: 'a'.repeat(64),
  preferences: { theme: null, language: null },
  notice: null,
})
