import type { TabWatch } from '../session/tab-watch.ts'

/**
 * The text of the script that every page begins with, in its head and in the document itself: on a slow line people read,
 * type and go back long before the page's other scripts are there, and sometimes those never come. Uses no more of a page
 * than `data-person` of its own element.
 */
export const firstScriptText = `(${watchPage})()`.replaceAll(/\n\s*/g, '\n')

/** Runs in the browser, as its own text: nothing outside of it can be used here, and no comment comes along. */
function watchPage(): void {
  const root = document.documentElement
  /** How the tabs of one browser tell each other that somebody signed in or out. The message itself says nothing. */
  const channel = new BroadcastChannel('cloakroom-session')
  /** The form that the browser itself is sending, until somebody goes on typing. */
  let sent: EventTarget | null = null

  /** Notes whether somebody is signed in on this page of the tab, never who. Null: the tab is new, or may store nothing. */
  function mark(isSignedIn: boolean): boolean | null {
    try {
      const before = sessionStorage.getItem('cloakroom-signed-in')
      sessionStorage.setItem('cloakroom-signed-in', isSignedIn ? '1' : '0')
      return before === null ? null : before === '1'
    } catch {
      return null
    }
  }

  const currentPath = () => location.pathname + location.search

  /** Loads `path` in place of this page and shows nothing of it any more, however long that takes. */
  function leave(path: string) {
    root.style.visibility = 'hidden'
    location.replace(path)
  }

  /** What the server says of who is signed in; null when it, or the network, has a fault. */
  async function look() {
    try {
      const answer = await fetch('/bff/user', { headers: { Accept: 'application/json' }, cache: 'no-store' })
      if (answer.status !== 401 && !answer.ok) return null
      const said = await answer.json()
      return { isSignedIn: answer.ok, userId: said.user?.id, why: said.why }
    } catch {
      return null
    }
  }

  /**
   * Shows nothing of the page until it is known whether another tab's new cookie was only late: that tab may have changed
   * the password at this moment.
   */
  async function lookOnceMore() {
    root.style.visibility = 'hidden'
    await new Promise((later) => setTimeout(later, 1_000))
    const seen = await look()
    if (seen?.isSignedIn) root.style.visibility = ''
    return seen
  }

  const tab: TabWatch = {
    personId: document.currentScript?.dataset.person ?? '',
    refresh: null,
    hasHeard: false,
    wasLookedAt: false,
    announce(isSignedIn) {
      const before = mark(isSignedIn)
      if (before !== null && before !== isSignedIn) channel.postMessage('changed')
    },
    async ask(why) {
      const { personId } = tab
      const first = await look()
      const seen = first?.isSignedIn === false ? ((await lookOnceMore()) ?? first) : first
      // Another person's page has taken this one's place meanwhile, or nothing is known.
      if (tab.personId !== personId || seen === null) return
      if (!seen.isSignedIn) {
        mark(false)
        leave(`/login?${new URLSearchParams({ redirectTo: currentPath(), why: seen.why ?? why })}`)
      } else if (seen.userId !== personId) leave(currentPath())
    },
    hasUnsaved(form) {
      const kind = 'input:not([type=hidden]), textarea'
      const controls = form?.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>(kind) ?? []
      return [...controls].some(({ value, defaultValue }) => value !== defaultValue)
    },
  }
  window.cloakroomTab = tab

  function hear() {
    if (tab.personId !== '') void tab.ask('revoked')
    else if (tab.refresh) tab.refresh()
    else tab.hasHeard = true
  }
  function askBeforeLeaving(event: BeforeUnloadEvent) {
    // A page that hides itself does so because its person is gone; nobody is to be asked then.
    if (root.style.visibility === 'hidden') return
    const forms = [...document.querySelectorAll('form[data-asks]')]
    if (forms.some((form) => form !== sent && tab.hasUnsaved(form))) event.preventDefault()
  }
  /** Only where there is something to lose: a browser keeps no page for the way back that wants to be asked. */
  function guardForms() {
    if (document.querySelector('form[data-asks]')) addEventListener('beforeunload', askBeforeLeaving)
  }
  function noteLook() {
    tab.wasLookedAt ||= tab.refresh === null && document.visibilityState === 'visible'
  }

  addEventListener('pageshow', ({ persisted }) => {
    // Brought back as it was left: it may be somebody's who has signed out.
    if (persisted) leave(currentPath())
    else guardForms()
  })
  addEventListener('input', () => {
    sent = null
    guardForms()
  })
  addEventListener('submit', ({ target, defaultPrevented }) => {
    if (!defaultPrevented) sent = target
  })
  addEventListener('focus', noteLook)
  document.addEventListener('visibilitychange', noteLook)
  channel.addEventListener('message', hear)
  tab.announce(tab.personId !== '')
}
