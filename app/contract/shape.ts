/** Reads a value of a known shape, or throws. Every zod schema is one; these are for browsers, at a hundredth of its size. */
export type Shape<Value> = { parse(value: unknown): Value }

function shape<Value>(what: string, is: (value: unknown) => value is Value): Shape<Value> {
  return {
    parse: (value) => {
      if (is(value)) return value
      throw new TypeError(`this is not ${what}`)
    },
  }
}

export const textShape = shape('a text', (value) => typeof value === 'string')
export const numberShape = shape(
  'a number',
  (value): value is number => typeof value === 'number' && Number.isFinite(value),
)

export function nullOr<Value>({ parse }: Shape<Value>): Shape<Value | null> {
  return { parse: (value) => (value === null ? null : parse(value)) }
}

export function listOf<Value>({ parse }: Shape<Value>): Shape<Value[]> {
  const list = shape('a list', (value) => Array.isArray(value))
  return { parse: (value) => list.parse(value).map(parse) }
}

/** An object with at least these members; others are left out of what is returned. */
export function objectOf<Value extends object>(members: { [Name in keyof Value]: Shape<Value[Name]> }): Shape<Value> {
  const names = Object.keys(members) as (keyof Value)[]
  const object = shape('an object', (value): value is Value => typeof value === 'object' && value !== null)
  return {
    parse: (value) => {
      const given = object.parse(value)
      return Object.fromEntries(names.map((name) => [name, members[name].parse(given[name])])) as Value
    },
  }
}
