import { guardEndpoint } from '../bff/index.server.ts'
import { findWordsFile } from '../i18n/index.server.ts'
import { Problem } from '../kernel/index.ts'

/** What pages say in a language, for browsers to keep: the address holds the version of the words. */
export const { loader, action } = guardEndpoint({
  access: 'public',
  GET: async ({ params, url }) => {
    const words = findWordsFile(params.language)
    if (!words) throw new Problem('not_found')
    const isExact = url.searchParams.get('v') === words.version
    return new Response(words.texts, {
      headers: {
        'Content-Type': 'application/json; charset=utf-8',
        'Cache-Control': isExact ? 'public, max-age=31536000, immutable' : 'public, max-age=60',
      },
    })
  },
})
