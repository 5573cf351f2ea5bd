import { RemixBrowser } from '@remix-run/react'
import { StrictMode, startTransition } from 'react'
import { hydrateRoot } from 'react-dom/client'
import { type Language, readWordsFrom } from './i18n/index.ts'

/** Fetches the words of the document's language; rejects when they do not come. English needs none. */
async function loadWords(path: string): Promise<void> {
  const response = await fetch(path)
  if (!response.ok) throw new Error(`no words at ${path}`)
  const texts = (await response.json()) as Record<string, string>
  const wording = { language: document.documentElement.lang as Language, texts, path }
  readWordsFrom(() => wording)
}

/**
 * Resolves once Remix (2.17) has decoded the page's data, for which its component throws a promise when it is first called.
 * Were that left to React 18.3, a letter typed meanwhile would end the hydration for good ("Root did not complete", error
 * 345): nothing may suspend above the document.
 */
async function decodeData(): Promise<void> {
  try {
    RemixBrowser({})
  } catch (decoding) {
    await decoding
  }
}

function hydrate(): void {
  startTransition(() => {
    hydrateRoot(
      document,
      <StrictMode>
        <RemixBrowser />
      </StrictMode>,
    )
  })
}

const path = document.getElementById('words')?.getAttribute('href')
// Without its words the page is left as it came, and works as it does without scripts.
Promise.all([path ? loadWords(path) : null, decodeData()]).then(hydrate, () => {})
