const browsers: readonly [RegExp, string][] = [
  [/Edg\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/SamsungBrowser\//, 'Samsung Internet'],
  [/Firefox\/|FxiOS\//, 'Firefox'],
  [/Chrom(e|ium)\/|CriOS\//, 'Chrome'],
  [/Safari\//, 'Safari'],
  [/w3m|Lynx|ELinks|Links/i, 'A text browser'],
  [/curl\//, 'curl'],
]

const systems: readonly [RegExp, string][] = [
  [/iPhone|iPad/, 'iOS'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/Mac OS X|Macintosh/, 'macOS'],
  [/CrOS/, 'ChromeOS'],
  [/Linux|X11/, 'Linux'],
]

function firstOf(agent: string, names: readonly [RegExp, string][]): string | undefined {
  return names.find(([pattern]) => pattern.test(agent))?.[1]
}

/** A `User-Agent` in words, such as "Firefox on Windows". A guess, good enough to recognise one's own browser by. */
export function agentName(agent: string): string {
  const browser = firstOf(agent, browsers) ?? 'Unknown browser'
  const system = firstOf(agent, systems)
  return system ? `${browser} on ${system}` : browser
}
