import { redirect } from '@remix-run/node'
import { guardAction, guardLoader } from '../bff/index.server.ts'

export const loader = guardLoader({ access: 'optional' }, async ({ principal }) => {
  throw redirect(principal ? '/account' : '/')
})

export const action = guardAction({ access: 'optional' }, async ({ signOut }) => {
  await signOut()
  return redirect('/login?why=signed-out')
})
