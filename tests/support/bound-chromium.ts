import { type Browser, type BrowserContext, type CDPSession, chromium, type Page } from '@playwright/test'
import { chromiumArguments, findWholeChromium } from './chromium.ts'

/** What Playwright turns on itself: of two lists of features a browser reads only the last. */
const featuresOfPlaywright = ['CDPScreenshotNewSurface', 'SkipListAccountsWithoutGaiaCookies']
const features = [
  'DeviceBoundSessions:RequireOriginTrialTokens/false/RefreshQuota/false',
  // Debian's machines have no security chip, nor has CI.
  'EnableBoundSessionCredentialsSoftwareKeysForManualTesting',
]

/** A whole Chromium that binds sessions for the site with this certificate; null where there is none. */
export async function launchBoundChromium(fingerprint: string): Promise<Browser | null> {
  const executablePath = findWholeChromium()
  if (executablePath === null) return null
  return chromium.launch({
    executablePath,
    args: [
      ...chromiumArguments,
      `--enable-features=${[...featuresOfPlaywright, ...features].join(',')}`,
      // `--ignore-certificate-errors` would do for pages, but bound sessions are ignored with it.
      `--ignore-certificate-errors-spki-list=${fingerprint}`,
    ],
  })
}

/** What Chromium tells of bound sessions (CDP, Network.deviceBoundSessionEventOccurred). */
export type BoundEvent = {
  succeeded: boolean
  sessionId?: string
  creationEventDetails?: { fetchResult: string }
  refreshEventDetails?: { refreshResult: string; fetchResult?: string }
  terminationEventDetails?: { deletionReason: string }
}

/** The bound sessions of a browser as it tells of them, from the moment of asking. */
export class BoundSessions {
  readonly events: BoundEvent[] = []

  private constructor(session: CDPSession) {
    const seen = session as unknown as { on(name: string, listener: (event: BoundEvent) => void): void }
    seen.on('Network.deviceBoundSessionEventOccurred', (event) => this.events.push(event))
  }

  /** Null for a Chromium that knows nothing of them. */
  static async watch(context: BrowserContext, page: Page): Promise<BoundSessions | null> {
    const session = await context.newCDPSession(page)
    await session.send('Network.enable')
    const watched = new BoundSessions(session)
    try {
      await session.send('Network.enableDeviceBoundSessions' as 'Network.enable', { enable: true } as never)
    } catch {
      return null
    }
    return watched
  }

  get created(): string[] {
    return this.events.flatMap((event) =>
      event.creationEventDetails && event.succeeded ? [event.sessionId ?? ''] : [],
    )
  }

  get refreshed(): string[] {
    return this.events.flatMap((event) => (event.refreshEventDetails && event.succeeded ? [event.sessionId ?? ''] : []))
  }
}
