import { type CookieDescriptor, cookies } from '../../../app/bff/cookies/cookies.server.ts'
import { parseSetCookie } from '../../support/cookie-jar.ts'

/** What a descriptor may say beyond the attributes that every cookie has. */
type Described = Omit<CookieDescriptor, 'name'> & { readonly name: string; readonly httpOnly?: boolean }

/** Every cookie that the app declares. */
export const declaredCookies: readonly Described[] = Object.values(cookies)

export const findDeclared = (name: string) => declaredCookies.find((cookie) => cookie.name === name) ?? null

/** What is wrong with a `Set-Cookie` line, judged against its descriptor and RFC 6265bis; empty when nothing is. */
export function faultsOf(line: string): string[] {
  const { name, value, attributes } = parseSetCookie(line)
  const declared = findDeclared(name)
  const faults: string[] = []
  if (!declared) faults.push('is not declared in cookies.server.ts')
  if (!name.startsWith('__Host-')) faults.push('has no __Host- prefix')
  if (attributes.secure !== true) faults.push('is not Secure')
  if (attributes.path !== '/') faults.push('is not for Path=/')
  if (attributes.domain !== undefined) faults.push('names a Domain')
  if (attributes.httponly !== true && declared?.httpOnly !== false) faults.push('is not HttpOnly')
  const sameSite = declared?.sameSite ?? 'Lax or Strict'
  if (!sameSite.split(' or ').includes(String(attributes.samesite))) faults.push(`is not SameSite=${sameSite}`)
  if (attributes['max-age'] !== '0' && declared && !declared.pattern.test(value)) faults.push('has another form')
  if (Number(attributes['max-age'] ?? 0) > 400 * 86_400) faults.push('lives longer than 400 days')
  if (name.length + value.length > 4_096) faults.push('is larger than 4,096 bytes')
  return faults
}
