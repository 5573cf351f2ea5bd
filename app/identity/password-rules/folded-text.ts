/** Longest text that is looked into. What is longer than this came of characters that unfold into whole phrases. */
const maxLength = 160

const substitutes: ReadonlyMap<string, string> = new Map(
  Object.entries({ '@': 'a', '4': 'a', '8': 'b', '3': 'e', '6': 'g', '!': 'i', '0': 'o', $: 's', '5': 's', '7': 't' }),
)

/** A text as somebody who guesses sees it: compatible forms made one (NFKC), no case, no accents on Latin letters. */
export function fold(text: string): string {
  const bare = text
    .normalize('NFKC')
    .toLowerCase()
    .normalize('NFD')
    .replaceAll(/[\u0300-\u036f]/g, '')
  return bare.normalize('NFC').slice(0, maxLength)
}

/** The same text with digits and signs read as the letters that they often stand for; `1` is either of two. */
export function readSubstitutes(folded: string): string[] {
  const read = (one: string) =>
    folded.replaceAll(/./gsu, (sign) => (sign === '1' ? one : (substitutes.get(sign) ?? sign)))
  return [...new Set([read('i'), read('l')])].filter((reading) => reading !== folded)
}
