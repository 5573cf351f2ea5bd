/** The most particular first: many browsers name others besides themselves. */
const browsers: readonly [pattern: RegExp, name: string][] = [
  [/\bEdg(?:e|A|iOS)?\/(\d+)/, 'Edge'],
  [/\b(?:OPR|OPT|Opera)\/(\d+)/, 'Opera'],
  [/\bVivaldi\/(\d+)/, 'Vivaldi'],
  [/\bYaBrowser\/(\d+)/, 'Yandex Browser'],
  [/\bSamsungBrowser\/(\d+)/, 'Samsung Internet'],
  [/\b(?:DuckDuckGo|Ddg)\/(\d+)/, 'DuckDuckGo'],
  [/\b(?:Firefox|FxiOS)\/(\d+)/, 'Firefox'],
  [/\bHeadlessChrome\/(\d+)/, 'Headless Chrome'],
  [/\b(?:Chrome|Chromium|CriOS)\/(\d+)/, 'Chrome'],
  [/\bVersion\/(\d+)[\d.]* (?:Mobile\/\S+ )?Safari\//, 'Safari'],
  [/\bSafari\//, 'Safari'],
  [/\bw3m\b/, 'w3m'],
  [/\bLynx\b/, 'Lynx'],
  [/\be?links\b/i, 'Links'],
  [/\bcurl\/(\d+)/, 'curl'],
  // What our own commands write.
  [/^command line$/, 'The command line'],
]

const systems: readonly [pattern: RegExp, name: string][] = [
  [/\biPad\b/, 'iPadOS'],
  [/\b(?:iPhone|iPod)\b/, 'iOS'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b|\bMacintosh\b/, 'macOS'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b|\bX11\b/, 'Linux'],
]

const unknown = 'An unknown browser'
const anyOf = (list: readonly [RegExp, string][]) => list.map(([, name]) => name).join('|')
const ownWords = new RegExp(`^(?:${anyOf(browsers)}|${unknown})(?: \\d{1,4})?(?: on (?:${anyOf(systems)}))?$`)

/**
 * A `User-Agent` in words, such as "Firefox 150 on Windows". Made of names that stand here and of digits, so that it can
 * go into a mail. A guess, good enough to recognise one's own browser by; browsers themselves freeze and round what
 * they send. What it returned before it returns again: sessions keep the name alone, older ones the whole text.
 */
export function agentName(agent: string): string {
  if (ownWords.test(agent)) return agent
  const browser = findBrowser(agent) ?? unknown
  const system = systems.find(([pattern]) => pattern.test(agent))?.[1]
  return system ? `${browser} on ${system}` : browser
}

function findBrowser(agent: string): string | null {
  for (const [pattern, name] of browsers) {
    const match = pattern.exec(agent)
    if (match) return match[1] === undefined ? name : `${name} ${match[1].slice(0, 4)}`
  }
  return null
}
