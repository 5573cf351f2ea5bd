import { redirectDocument } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { guardAction, guardLoader, listProofMethods } from '../bff/index.server.ts'
import { pageTitle } from '../components/layout/page-title.ts'
import { ProofForms } from '../components/session/step-up-form.tsx'
import { safePath } from '../http/index.server.ts'
import { t } from '../i18n/index.ts'

export { ProblemBoundary as ErrorBoundary } from '../components/layout/problem-page.tsx'

export const loader = /* @__PURE__ */ guardLoader({ access: 'user' }, async ({ url, principal }) => ({
  redirectTo: safePath(url.searchParams.get('redirectTo')),
  methods: await listProofMethods(principal),
}))

// The guard looks at the proof; a wrong one comes back as the same question. What comes next may be a file, which only a
// new document can be.
export const action = /* @__PURE__ */ guardAction({ access: 'user', fresh: true }, async ({ form }) =>
  redirectDocument(safePath(form.get('redirectTo')?.toString())),
)

export const meta = pageTitle(() => t('Confirm that it is you'))

export default function Reauthenticate() {
  const { redirectTo, methods } = useLoaderData<typeof loader>()
  return (
    <section className="narrow ticket" aria-labelledby="reauthenticate-title">
      <h1 id="reauthenticate-title">{t('Confirm that it is you')}</h1>
      <div className="stack">
        <p>{t('What comes next is sensitive, so please confirm that it is still you.')}</p>
        <ProofForms
          stepUp={{ action: '/reauthenticate', encryptedForm: null, methods }}
          carried={<input type="hidden" name="redirectTo" value={redirectTo} />}
        />
      </div>
    </section>
  )
}
