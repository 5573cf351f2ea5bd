import { useBlocker } from '@remix-run/react'
import { useEffect } from 'react'
import { t } from '../words/index.ts'

/** Asks before what was typed into this form, and not sent, is left behind. For forms with more than a line to lose. */
export function UnsavedNotice({ formId }: { formId: string }) {
  // What is sent goes to the page itself, and the redirect that answers it is not asked about.
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) => currentLocation.pathname !== nextLocation.pathname && hasUnsaved(formId),
  )

  useEffect(() => {
    if (blocker.state !== 'blocked') return
    if (window.confirm(t('Leave this page? What you typed is not saved.'))) blocker.proceed()
    else blocker.reset()
  }, [blocker])

  useEffect(() => {
    function askBeforeLeaving(event: BeforeUnloadEvent) {
      // A page that hides itself does so because its person is gone; nobody is to be asked then.
      const isTakenAway = document.documentElement.style.visibility === 'hidden'
      if (!isTakenAway && hasUnsaved(formId)) event.preventDefault()
    }
    window.addEventListener('beforeunload', askBeforeLeaving)
    return () => window.removeEventListener('beforeunload', askBeforeLeaving)
  }, [formId])
  return null
}

function hasUnsaved(formId: string): boolean {
  const form = document.getElementById(formId)
  const controls = form?.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>('input:not([type=hidden]), textarea')
  return [...(controls ?? [])].some(({ value, defaultValue }) => value !== defaultValue)
}
