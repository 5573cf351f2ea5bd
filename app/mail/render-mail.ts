import { currentLanguage, t } from '../words/index.ts'
import type { Block, MailDocument } from './mail-document.ts'

export type RenderedMail = { readonly subject: string; readonly text: string; readonly html: string }

/** A document as plain text and as HTML. Links lead to `origin` and nowhere else; nothing is loaded from anywhere. */
export function renderMail({ subject, blocks }: MailDocument, origin: string): RenderedMail {
  return { subject, text: renderText(blocks, origin), html: renderHtml(subject, blocks, origin) }
}

function renderText(blocks: readonly Block[], origin: string): string {
  const parts = blocks.map((block) => {
    if (block.kind === 'paragraph') return wrap(block.text)
    if (block.kind === 'link') return `${block.label}:\n${origin}${block.path}`
    return `${block.label}:\n${codeLink(origin, block)}\n\n${t('Or open {page} and type this code:', { page: `${origin}${block.path}` })}\n${block.code}`
  })
  return `${[...parts, `-- \nCloakroom, ${origin}`].join('\n\n')}\n`
}

function renderHtml(subject: string, blocks: readonly Block[], origin: string): string {
  const parts = blocks.map((block) => {
    if (block.kind === 'paragraph') return `<p>${escapeHtml(block.text)}</p>`
    if (block.kind === 'link') return button(`${origin}${block.path}`, block.label)
    const page = escapeHtml(`${origin}${block.path}`)
    const typed = `<p>${t('Or open {page} and type this code:', { page: `<a href="${page}">${page}</a>` })}</p>`
    return `${button(codeLink(origin, block), block.label)}\n${typed}\n<p style="${codeStyle}">${escapeHtml(block.code)}</p>`
  })
  return [
    '<!DOCTYPE html>',
    `<html lang="${currentLanguage()}"><head><meta charset="utf-8"><title>${escapeHtml(subject)}</title></head>`,
    `<body style="${bodyStyle}">`,
    `<h1 style="font-size:20px">${escapeHtml(subject)}</h1>`,
    ...parts,
    `<p style="color:#645850;font-size:13px">Cloakroom, <a href="${escapeHtml(origin)}/">${escapeHtml(origin)}</a></p>`,
    '</body></html>',
    '',
  ].join('\n')
}

const bodyStyle =
  'max-width:32em;margin:0 auto;padding:24px;font:16px/1.5 system-ui,sans-serif;color:#2b2420;background:#fffcf6'
const buttonStyle =
  'display:inline-block;padding:12px 20px;border-radius:6px;background:#1d5044;color:#fffcf6;text-decoration:none;font-weight:600'
const codeStyle = 'font:600 18px/1.5 ui-monospace,monospace;letter-spacing:1px'

function button(href: string, label: string): string {
  return `<p><a href="${escapeHtml(href)}" style="${buttonStyle}">${escapeHtml(label)}</a></p>`
}

function codeLink(origin: string, { path, code }: { path: string; code: string }): string {
  return `${origin}${path}#code=${encodeURIComponent(code)}`
}

/** Lines of at most 76 characters, so that no mail program breaks them where it likes. */
function wrap(text: string): string {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > 76) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line].join('\n')
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
