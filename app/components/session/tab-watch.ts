/**
 * What the first script of a page keeps for the scripts that come later: it began to listen before the body was there,
 * and goes on with it. `first-script.server.ts` makes it.
 */
export type TabWatch = {
  /** Whose page this is; empty while nobody is signed in. */
  personId: string
  /** What a page without a person does when another tab tells of a change; null until the page's scripts are at work. */
  refresh: (() => void) | null
  /** Whether another tab told of a change while `refresh` was null. */
  hasHeard: boolean
  /** Whether the page was looked at again before its scripts were at work. */
  wasLookedAt: boolean
  /** Tells the other tabs when somebody has signed in or out in this one since its last page. */
  announce(isSignedIn: boolean): void
  /**
   * Asks the server who is signed in, and takes the page away when it is no longer its person; a fault of the network or
   * the server changes nothing. `why` is said at the sign-in unless the server knows better.
   */
  ask(why: 'expired' | 'revoked'): Promise<void>
  /** Whether something was typed into this form that was not sent. */
  hasUnsaved(form: Element | null): boolean
}

declare global {
  interface Window {
    cloakroomTab: TabWatch
  }
}
