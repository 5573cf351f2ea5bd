/**
 * What a terminal obeys or nobody sees: control characters (C0, DEL, C1), line and paragraph separators, halves of surrogate
 * pairs, and what Unicode has for turning text around or showing nothing (UAX #9 and #44: bidirectional controls, zero-width,
 * Default_Ignorable_Code_Point).
 */
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu
/** The same without C0: what a line of JSON still holds as it is. */
const unseenInJson = /[\x7f-\x9f\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu
const plain = /^[\x20-\x7e\n]*$/

/**
 * A text whose unseen characters stand there by their numbers, such as `\u202e`: nothing is lost, and nothing turns what is
 * around it. Line breaks too, unless `keepsLines` says that they are the text's own.
 */
export function visibleText(text: string, { keepsLines = false } = {}): string {
  return text.replace(unseen, (character) => (keepsLines && character === '\n' ? character : escapeUnits(character)))
}

/** A line of JSON with the same characters escaped within its texts and names; it still says what it said (RFC 8259, 7). */
export function visibleJson(line: string): string {
  return plain.test(line) ? line : line.replace(unseenInJson, escapeUnits)
}

function escapeUnits(character: string): string {
  return Array.from(
    { length: character.length },
    (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`,
  ).join('')
}
