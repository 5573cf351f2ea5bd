/** Finds the pattern of the route that an address belongs to: a name out of a short list, whatever a visitor asks for. */
export type FindPattern = (path: string) => string

/** Prepares the patterns of all routes. An address that none fits but the last resort is `/*`. */
export function createPatternFinder(patterns: readonly string[]): FindPattern {
  const fixed = new Set(patterns.filter((pattern) => !/[:*]/.test(pattern)))
  const open = patterns
    .filter((pattern) => /[:*]/.test(pattern) && pattern !== '/*')
    // Longer ones first, so that `/bff/api/*` is asked before `/bff/*`.
    .sort((one, other) => weight(other) - weight(one))
    .map((pattern) => ({ pattern, expression: toExpression(pattern) }))
  return (path) => {
    const own = path.length > 1 ? path.replace(/(\.data|\/)$/, '') : path
    if (own.startsWith('/build/')) return '/build/*'
    if (fixed.has(own)) return own
    return open.find(({ expression }) => expression.test(own))?.pattern ?? '/*'
  }
}

function weight(pattern: string): number {
  return pattern.split('/').length * 2 - (pattern.endsWith('*') ? 1 : 0)
}

function toExpression(pattern: string): RegExp {
  const parts = pattern.split('/').map((part) => {
    if (part === '*') return '.*'
    return part.startsWith(':') ? '[^/]+' : part.replace(/[.$^+?()[\]{}|\\]/g, '\\$&')
  })
  return new RegExp(`^${parts.join('/')}$`)
}
