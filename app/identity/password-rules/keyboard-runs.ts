/** What fingers run along: rows and columns of keyboards, the alphabet, digits. Each goes on at its start again. */
const tracks = [
  'abcdefghijklmnopqrstuvwxyz',
  '0123456789',
  'qwertyuiopasdfghjklzxcvbnm',
  'qwertzuiopasdfghjklyxcvbnm',
  'azertyuiopqsdfghjklmwxcvbn',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p',
  'qazwsxedcrfvtgbyhnujmikolp',
  '1q2w3e4r5t6y7u8i9o0p',
  'йцукенгшщзхъфывапролджэячсмитьбю',
  'абвгдежзийклмнопрстуфхцчшщъыьэюя',
]

/** How many characters from `start` on follow one track, forwards or backwards. At least 1 within the text. */
export function runLength(folded: string, start: number): number {
  let longest = 1
  for (const track of tracks) {
    const at = track.indexOf(folded.charAt(start))
    if (at < 0) continue
    for (const step of [1, -1]) longest = Math.max(longest, followed(folded, start, track, at, step))
  }
  return longest
}

function followed(folded: string, start: number, track: string, at: number, step: number): number {
  let length = 1
  while (
    start + length < folded.length &&
    folded[start + length] === track[(at + step * length + track.length * length) % track.length]
  ) {
    length++
  }
  return length
}
