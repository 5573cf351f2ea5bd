import { useBlocker } from '@remix-run/react'
import { useEffect } from 'react'
import { t } from '../../i18n/index.ts'
import '../session/tab-watch.ts'

/**
 * Asks before what was typed into this form, and not sent, is left behind for another page of ours. The form's `asks` makes
 * the page's first script ask before the document itself is left. For forms with more than a line to lose.
 */
export function UnsavedNotice({ formId }: { formId: string }) {
  // What is sent goes to the page itself, and the redirect that answers it is not asked about.
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) =>
      currentLocation.pathname !== nextLocation.pathname &&
      window.cloakroomTab.hasUnsaved(document.getElementById(formId)),
  )

  useEffect(() => {
    if (blocker.state !== 'blocked') return
    if (window.confirm(t('Leave this page? What you typed is not saved.'))) blocker.proceed()
    else blocker.reset()
  }, [blocker])

  return null
}
