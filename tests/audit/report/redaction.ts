import type { Answer } from '../../support/answer.ts'
import type { Transcript } from '../transcript.ts'

const longest = 400

/** Text without anything that was a secret in this audit. */
export function redact(text: string, secrets: ReadonlyMap<string, string>): string {
  return text
    .replaceAll(/(__Host-[\w-]+)=[^;\s"',)]*/g, '$1=…')
    .replaceAll(/eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g, '(a JWT)')
    .replaceAll(/\$argon2\w+\$[^\s"']*/g, '(a password hash)')
    .replaceAll(/("d"\s*:\s*)"[\w-]{20,}"/g, '$1"…"')
    .replaceAll(/velvet[ +%20]+[\w-]+[ +%20]+lantern/g, '(a password)')
    .replaceAll(/[A-Za-z0-9_-]{64}/g, '(a form value)')
    .replaceAll(/[A-Za-z0-9+/._-]{20,}={0,2}/g, (token) => (secrets.has(token) ? `(${secrets.get(token)})` : token))
}

export type Shown = { sent: string; received: string; curl: string }

/** What was sent and what came back, and how to do it again; without secrets. Null for what was no exchange of ours. */
export function showExchange(answer: Answer | undefined, transcript: Transcript, origin: string): Shown | null {
  const sent = answer && transcript.sentFor(answer)
  if (!answer || !sent) return null
  const clean = (text: string) => redact(text, transcript.secrets)
  const headers = Object.entries(sent.headers).filter(([name]) => name !== 'user-agent')
  const head = headers.map(([name, value]) => `${name}: ${clean(name === 'x-csrf-token' ? '$CSRF' : value)}`)
  const body = clean(sent.body.replace(/(^|&)csrf=[^&]*/, '$1csrf=$CSRF').slice(0, longest))
  const received = Object.entries(answer.headers).map(([name, value]) => `${name}: ${clean(String(value))}`)
  return {
    sent: [`${sent.method} ${clean(sent.path)}`, ...head, '', body].join('\n').trim(),
    received: [String(answer.status), ...received, '', clean(answer.body.slice(0, longest))].join('\n').trim(),
    curl: curlFor(sent.method, clean(origin + sent.path), head, body, sent.who),
  }
}

function curlFor(method: string, url: string, head: string[], body: string, who: string): string {
  const quote = (text: string) => `"${text.replaceAll(/["\\`]/g, '\\$&')}"`
  const own = head.filter((line) => !line.startsWith('cookie:')).map((line) => `-H ${quote(line)}`)
  const cookies = head.length > own.length ? [`-b "$${who.replaceAll(/\W+/g, '_').toUpperCase()}_COOKIES"`] : []
  return [
    'curl -i --path-as-is',
    `-X ${method}`,
    ...cookies,
    ...own,
    ...(body ? [`--data-raw ${quote(body)}`] : []),
    quote(url),
  ].join(' ')
}
