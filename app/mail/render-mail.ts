import { currentLanguage, t } from '../i18n/index.ts'
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
    const link = `<a class="link" href="${page}" style="${linkStyle}">${page}</a>`
    const typed = `<p>${t('Or open {page} and type this code:', { page: link })}</p>`
    return `${button(codeLink(origin, block), block.label)}\n${typed}\n<p class="code" style="${codeStyle}">${escapeHtml(block.code)}</p>`
  })
  const home = escapeHtml(origin)
  return [
    '<!DOCTYPE html>',
    `<html lang="${currentLanguage()}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">`,
    `<meta name="color-scheme" content="light dark"><title>${escapeHtml(subject)}</title>`,
    `<style>${darkRules}</style></head>`,
    `<body class="ground" style="${groundStyle}"><div class="paper" style="${paperStyle}">`,
    `<h1 class="heading" style="${headingStyle}">${escapeHtml(subject)}</h1>`,
    ...parts,
    `<p class="soft" style="${footStyle}">Cloakroom, <a class="soft" href="${home}/" style="color:#645850">${home}</a></p>`,
    '</div></body></html>',
    '',
  ].join('\n')
}

// Everything is said in attributes, for mail programs that drop the head; what the dark changes is said in the head.
const groundStyle = 'margin:0;padding:16px;font:16px/1.5 system-ui,sans-serif;color:#2b2420;background:#f5efe4'
const paperStyle =
  'max-width:32em;margin:0 auto;padding:24px;border:1px solid #d9cdba;border-radius:6px;background:#fffcf6;overflow-wrap:anywhere'
const headingStyle =
  'margin:0 0 20px;padding-bottom:16px;border-bottom:2px dotted #8d7f6f;font:600 24px/1.25 Palatino,Georgia,serif'
const buttonStyle =
  'display:inline-block;padding:12px 20px;border-radius:6px;background:#1d5044;color:#fffcf6;text-decoration:none;font-weight:600'
const linkStyle = 'color:#1d5044'
const codeStyle =
  'padding:12px 16px;border:1px dashed #7d5a12;border-radius:6px;background:#efe7d8;font:600 16px/1.5 ui-monospace,monospace'
const footStyle = 'margin:24px 0 0;padding-top:16px;border-top:1px solid #d9cdba;color:#645850;font-size:13px'

const darkRules = `@media (prefers-color-scheme:dark){${[
  '.ground{background:#1a1715!important;color:#f0e8dc!important}',
  '.paper{background:#25211d!important;border-color:#443c35!important}',
  '.heading{border-color:#8f8173!important}',
  '.button{background:#8fcfb8!important;color:#12241e!important}',
  '.link{color:#96d3bd!important}',
  '.code{background:#2e2924!important;border-color:#dcb869!important}',
  '.soft{color:#bcae9f!important;border-color:#443c35!important}',
].join('')}}`

function button(href: string, label: string): string {
  return `<p><a class="button" href="${escapeHtml(href)}" style="${buttonStyle}">${escapeHtml(label)}</a></p>`
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
