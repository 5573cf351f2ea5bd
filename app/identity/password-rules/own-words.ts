import { fold } from './folded-text.ts'

/** Whose password it is to be. */
export type PasswordOwner = { readonly name: string; readonly email: string }

/**
 * The words that somebody who knows the person and the site tries first: parts of the name and of the address, the
 * name of the site and of its host; each also backwards. Very short ones are left out: they occur in any sentence.
 */
export function ownWordsOf(owner: PasswordOwner, site: readonly string[]): ReadonlySet<string> {
  const [local = '', domain = ''] = fold(owner.email).split('@')
  const words = [fold(owner.name), local, domain, fold(owner.email), ...site.map(fold)].flatMap(partsOf)
  return new Set(words.filter(isTelling).flatMap((word) => [word, [...word].reverse().join('')]))
}

function partsOf(words: string): string[] {
  const parts = words.split(/[^\p{L}\p{N}\p{M}]+/u)
  return [words, parts.join(''), ...parts, ...words.split(/[^\p{L}\p{M}]+/u)]
}

/** Three letters, or two of a script that says more in one. */
function isTelling(word: string): boolean {
  return [...word].length >= (/[^\p{Script=Latin}\p{N}\s]/u.test(word) ? 2 : 3)
}
