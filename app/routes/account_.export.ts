import { collectOwnData, guardLoader } from '../bff/index.server.ts'

/** One's own data as a file. A link in a mail cannot do more than start a download that stays on the person's own disk. */
export const loader = /* @__PURE__ */ guardLoader(
  { access: 'user', fresh: true, proofPage: () => '/account/privacy' },
  async ({ principal, api }) => {
    const data = await collectOwnData(principal, api)
    return new Response(`${JSON.stringify(data, null, 2)}\n`, {
      headers: {
        'Content-Type': 'application/json; charset=utf-8',
        'Content-Disposition': 'attachment; filename="cloakroom-export.json"',
        'Cache-Control': 'private, no-store',
      },
    })
  },
)
