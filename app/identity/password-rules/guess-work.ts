import type { PasswordRanks } from './common-passwords.ts'
import { type Echoes, findEchoes } from './echoes.ts'
import { readSubstitutes } from './folded-text.ts'
import { runLength } from './keyboard-runs.ts'

/** What makes a piece of a password easy to guess; `none` when it is guessed letter by letter. */
export type Weakness = 'common' | 'sequence' | 'repetition' | 'own-words' | 'none'

export type GuessWork = {
  /** Binary logarithm of about how many guesses somebody needs who knows lists, patterns and the person. */
  readonly bits: number
  /** How many characters each weakness covers. */
  readonly covered: ReadonlyMap<Weakness, number>
}

export type Knowledge = { readonly ranks: PasswordRanks; readonly ownWords: ReadonlySet<string> }

type Piece = { readonly end: number; readonly bits: number; readonly weakness: Weakness }
type Path = { bits: number; from: number; weakness: Weakness }
type View = { readonly text: string; readonly readings: readonly string[]; readonly echoes: Echoes }

const longestWord = 40
const ownWordBits = 1
const runBits = 6
const yearBits = 7
const substituteBits = 1

/** The cheapest way to put a folded text together from known words, runs, repetitions and single letters. */
export function estimateGuessWork(text: string, knowledge: Knowledge): GuessWork {
  const view: View = { text, readings: [text, ...readSubstitutes(text)], echoes: findEchoes(text) }
  const paths: Path[] = [{ bits: 0, from: 0, weakness: 'none' }]
  for (let start = 0; start < text.length; start++) {
    const soFar = paths[start]?.bits ?? 0
    for (const { end, bits, weakness } of piecesAt(view, start, knowledge)) {
      const known = paths[end]
      if (!known || soFar + bits < known.bits) paths[end] = { bits: soFar + bits, from: start, weakness }
    }
  }
  return { bits: paths[text.length]?.bits ?? 0, covered: coverage(paths, text.length) }
}

function coverage(paths: readonly Path[], length: number): ReadonlyMap<Weakness, number> {
  const covered = new Map<Weakness, number>()
  for (let end = length; end > 0; ) {
    const path = paths[end]
    if (!path) break
    covered.set(path.weakness, (covered.get(path.weakness) ?? 0) + end - path.from)
    end = path.from
  }
  return covered
}

function* piecesAt(view: View, start: number, knowledge: Knowledge): Generator<Piece> {
  yield { end: start + 1, bits: letterBits(view.text.charAt(start)), weakness: 'none' }
  yield* wordsAt(view, start, knowledge)
  const run = runLength(view.text, start)
  if (run >= 3) yield { end: start + run, bits: runBits, weakness: 'sequence' }
  if (/^(19|20)\d\d/.test(view.text.slice(start, start + 4))) yield { end: start + 4, bits: yearBits, weakness: 'none' }
  yield* echoesAt(view, start)
}

function* wordsAt({ readings, text }: View, start: number, { ranks, ownWords }: Knowledge): Generator<Piece> {
  const last = Math.min(text.length, start + longestWord)
  for (const [index, reading] of readings.entries()) {
    const extra = index === 0 ? 0 : substituteBits
    for (let end = start + 2; end <= last; end++) {
      const word = reading.slice(start, end)
      if (ownWords.has(word)) yield { end, bits: ownWordBits + extra, weakness: 'own-words' }
      const rank = ranks.get(word)
      if (rank !== undefined) yield { end, bits: Math.log2(rank + 2) + extra, weakness: 'common' }
    }
  }
}

function* echoesAt({ echoes }: View, start: number): Generator<Piece> {
  for (let distance = 1; distance <= start; distance++) {
    const length = echoes[distance]?.[start] ?? 0
    if (length < (distance === 1 ? 2 : 3)) continue
    yield { end: start + length, bits: 1 + Math.log2(distance) + Math.log2(length), weakness: 'repetition' }
  }
}

function letterBits(letter: string): number {
  if (/\s/.test(letter)) return 1
  if (/\d/.test(letter)) return 3.3
  if (/[a-z]/.test(letter)) return 4.7
  return /[!-~]/.test(letter) ? 4 : 5.5
}
