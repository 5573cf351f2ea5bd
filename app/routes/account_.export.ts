import { redirect } from '@remix-run/node'
import { collectOwnData, guardLoader, isFresh } from '../bff/index.server.ts'

/** One's own data as a file. A link in a mail cannot do more than start a download that stays on the person's own disk. */
export const loader = /* @__PURE__ */ guardLoader({ access: 'user' }, async ({ principal, api }) => {
  // The page in between, because a script cannot follow a form into a download.
  if (!isFresh(principal)) throw redirect('/reauthenticate?redirectTo=/account/privacy')
  const data = await collectOwnData(principal, api)
  return new Response(`${JSON.stringify(data, null, 2)}\n`, {
    headers: {
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Disposition': 'attachment; filename="cloakroom-export.json"',
      'Cache-Control': 'private, no-store',
    },
  })
})
