import { readFileSync } from 'node:fs'

/** An element of Cloakroom's page, as the benchmark read it from there. */
export type Element = { tag: string; attributes: Record<string, string>; children: (Element | string)[] }
type SamePage = { elements: Element[]; root: unknown; page: unknown; person: Record<string, unknown> }

let page: SamePage | undefined

/** What Cloakroom's page holds, so that a bare one renders the same elements and sends the same data along. */
export function samePage(): SamePage {
  page ??= JSON.parse(readFileSync(process.env.SAME_PAGE ?? '', 'utf8')) as SamePage
  return page
}

export const rootData = () => samePage().root
