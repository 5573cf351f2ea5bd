/** `echoes[distance][at]`: how many characters from `at` on equal those `distance` before them. Quadratic, up to 160. */
export type Echoes = readonly (readonly number[])[]

export function findEchoes(text: ArrayLike<string>): Echoes {
  return Array.from({ length: text.length }, (_, distance) => echoesAt(text, distance))
}

function echoesAt(text: ArrayLike<string>, distance: number): number[] {
  const lengths = new Array<number>(text.length + 1).fill(0)
  if (distance === 0) return lengths
  for (let at = text.length - 1; at >= distance; at--) {
    lengths[at] = text[at] === text[at - distance] ? (lengths[at + 1] ?? 0) + 1 : 0
  }
  return lengths
}

/** Whether a text is one block of fewer than `minLength` characters over and over, give or take two at the end. */
export function isRepeatedBlock(text: ArrayLike<string>, echoes: Echoes, minLength: number): boolean {
  const longest = Math.min(minLength - 1, Math.floor(text.length / 2))
  for (let block = 1; block <= longest; block++) {
    if ((echoes[block]?.[block] ?? 0) >= text.length - block - 2) return true
  }
  return false
}
