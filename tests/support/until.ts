/** Resolves with the first value of `look` that is not null. */
export async function until<Value>(what: string, look: () => Value | null, limitMs = 15_000): Promise<Value> {
  const end = performance.now() + limitMs
  while (performance.now() < end) {
    const found = look()
    if (found !== null) return found
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  throw new Error(`in vain: ${what}`)
}
