import { useLoaderData } from '@remix-run/react'
import { createElement, type ReactNode } from 'react'
import { type Element, samePage } from '../same-page.server.ts'

// The elements stay on the server: only the data goes along, as with any page.
export const loader = () => samePage().page

export default function Page() {
  useLoaderData<typeof loader>()
  return <>{samePage().elements.map(render)}</>
}

const renamed: Record<string, string> = {
  class: 'className',
  for: 'htmlFor',
  tabindex: 'tabIndex',
  datetime: 'dateTime',
  autocomplete: 'autoComplete',
  maxlength: 'maxLength',
  minlength: 'minLength',
}

function render(node: Element | string, index: number): ReactNode {
  if (typeof node === 'string') return node
  const attributes = Object.entries(node.attributes).map(([name, value]) => [renamed[name] ?? name, value])
  const children = node.children.length > 0 ? node.children.map(render) : undefined
  return createElement(node.tag, { ...Object.fromEntries(attributes), key: index }, children)
}
