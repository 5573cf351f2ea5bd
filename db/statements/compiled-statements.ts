import { Column, fillPlaceholders, is, Param, Placeholder, SQL } from 'drizzle-orm'
import type { SQLiteSession } from 'drizzle-orm/sqlite-core'

// Drizzle goes through the parameters and columns of a statement anew at every run and asks of each what it is: 20 µs for
// the session of a request, of which SQLite takes 5. What a parameter and a column are does not change, so here it is
// asked once for each statement, and both stores run with the answers.

export type Params = readonly unknown[]
export type Fields = Parameters<SQLiteSession<'sync', unknown, never, never>['prepareQuery']>[1]
export type Row = Record<string, unknown>

type Convert = (value: unknown) => unknown

/** The values of one run in the order of the statement's parameters. Throws when one has no value, as Drizzle does. */
export type Bind = (values: Row) => unknown[]

type Slot = { name: string | null; constant: unknown; convert: Convert | null }

/** Finds once where the value of each parameter comes from. */
export function compileBinding(params: Params): Bind {
  const slots = params.map(toSlot)
  // What is unknown here is left to Drizzle.
  if (slots.includes(null)) return (values) => fillPlaceholders([...params], values)
  return (values) => {
    const bound = new Array<unknown>(slots.length)
    for (let index = 0; index < slots.length; index++) bound[index] = valueFor(slots[index] as Slot, values)
    return bound
  }
}

function valueFor({ name, constant, convert }: Slot, values: Row): unknown {
  if (name === null) return constant
  const value = values[name]
  if (value === undefined && !(name in values)) throw new Error(`No value for placeholder "${name}" was provided`)
  return convert ? convert(value) : value
}

function toSlot(param: unknown): Slot | null {
  if (is(param, Placeholder)) return { name: param.name, constant: null, convert: null }
  if (!is(param, Param)) return { name: null, constant: param, convert: null }
  if (!is(param.value, Placeholder)) return null
  const { encoder } = param
  const isPlain = is(encoder, Column) && encoder.mapToDriverValue === Column.prototype.mapToDriverValue
  return {
    name: param.value.name,
    constant: null,
    convert: isPlain ? null : (value) => encoder.mapToDriverValue(value),
  }
}

/** Finds once what becomes of each column. Null for rows with rows inside, which Drizzle itself has to put together. */
export function compileRow(fields: Fields): ((row: readonly unknown[]) => Row) | null {
  const columns = fields?.map(toColumn) ?? [null]
  if (columns.includes(null)) return null
  const known = columns as { name: string; convert: Convert | null }[]
  return (row) => {
    const object: Row = {}
    for (let index = 0; index < known.length; index++) {
      const { name, convert } = known[index] as (typeof known)[number]
      const value = row[index]
      object[name] = convert && value !== null ? convert(value) : value
    }
    return object
  }
}

type Field = NonNullable<Fields>[number]
type Decoder = { mapFromDriverValue: Convert }

function toColumn({ path, field }: Field): { name: string; convert: Convert | null } | null {
  const decoder = decoderOf(field)
  const [name, ...inner] = path
  if (!decoder || name === undefined || inner.length > 0) return null
  const isPlain = decoder.mapFromDriverValue === Column.prototype.mapFromDriverValue
  return { name, convert: isPlain ? null : (value) => decoder.mapFromDriverValue(value) }
}

function decoderOf(field: Field['field']): Decoder | undefined {
  if (is(field, Column)) return field
  // Drizzle's own part of an expression; where there is none, Drizzle reads the row.
  const expression = is(field, SQL.Aliased) ? field.sql : field
  return is(expression, SQL) ? (expression as { decoder?: Decoder }).decoder : undefined
}
