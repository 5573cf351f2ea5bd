export type Random = ReturnType<typeof createRandom>

/** A seeded generator (Chris Doty-Humphrey's small fast counter, 32 bits): the same seed gives the same results anywhere. */
export function createRandom(seed: number) {
  let [a, b, c, counter] = [0x9e3779b9, seed | 0, (seed * 2654435761) | 0, 1]
  const next = (): number => {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return (sum >>> 0) / 4_294_967_296
  }
  for (let turn = 0; turn < 12; turn++) next()
  const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())
  return {
    next,
    chance: (probability: number) => next() < probability,
    between: (least: number, most: number) => least + (most - least) * next(),
    exponential: (mean: number) => -mean * Math.log(1 - next()),
    logNormal: (median: number, spread: number) => median * Math.exp(spread * normal()),
  }
}
