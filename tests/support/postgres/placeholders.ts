/** SQL with `?` for its values, as SQLite knows it, with PostgreSQL's `$1`, `$2` … instead. */
export function numberPlaceholders(sql: string): string {
  let count = 0
  // Strings, quoted names and comments stay as they are.
  return sql.replace(/'(?:[^']|'')*'|"[^"]*"|--[^\n]*|\?/g, (piece) => {
    if (piece !== '?') return piece
    count += 1
    return `$${count}`
  })
}
