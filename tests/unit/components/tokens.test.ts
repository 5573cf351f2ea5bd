import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

/** The values of the custom properties in `css`, white space evened out. */
function tokensOf(css: string): Map<string, string> {
  const found = css.matchAll(/(--[\w-]+):([^;]+);/g)
  return new Map([...found].map(([, name = '', value = '']) => [name, value.trim().replace(/\s+/g, ' ')]))
}

test('browsers without light-dark() get the light colours, all of them', () => {
  const [plain = '', both = ''] = readFileSync('app/styles/tokens.css', 'utf8').split('@supports')
  expect(plain).not.toContain('light-dark(')
  const lightOnly = tokensOf(plain)
  const colours = [...tokensOf(both)].filter(([, value]) => value.includes('light-dark('))
  expect(colours.length).toBeGreaterThan(15)
  for (const [name, value] of colours) {
    const light = value.replace(/light-dark\((#\w+|rgb\([^)]*\)), (#\w+|rgb\([^)]*\))\)/g, '$1')
    expect(lightOnly.get(name), name).toBe(light)
  }
})
