import { collectOwnData, guardLoader } from '../bff/index.server.ts'

/** One's own data as a file. A link in a mail cannot do more than start a download that stays on the person's own disk. */
export const loader = /* @__PURE__ */ guardLoader(
  { access: 'user', fresh: true, proofPage: () => '/account/privacy' },
  async ({ principal, api }) => {
    return new Response(await collectOwnData(principal, api), {
      headers: {
        'Content-Type': 'application/json; charset=utf-8',
        'Content-Disposition': 'attachment; filename="cloakroom-export.json"',
        'Cache-Control': 'private, no-store',
      },
    })
  },
)
