import type { Exhibit } from '../check.ts'
import { areaTitles, type CheckReport, type Report } from './model.ts'
import { escapeText as text } from './plots.ts'
import { style } from './style.ts'

/** The whole report as one page that loads nothing. */
export function htmlOf(report: Report): string {
  const sections = [
    ['answers', 'The four questions', answers(report)],
    ['findings', 'What falls short', findings(report)],
    ['checks', 'Every check', everyCheck(report)],
    ['asvs', 'ASVS 5.0, requirement by requirement', requirements(report)],
  ]
  const nav = sections.map(([id, title]) => `<a href="#${id}">${title}</a>`).join('')
  const body = sections.map(([id, title, html]) => `<section id="${id}"><h2>${title}</h2>${html}</section>`).join('\n')
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"><title>Cloakroom: security audit</title>
<style>${style}</style></head><body><header><h1>Cloakroom: what the audit saw</h1>${head(report)}<nav>${nav}</nav></header>
${body}</body></html>\n`
}

function head({ about, summary }: Report): string {
  const isBad = summary.fallShort > 0
  const verdict = isBad
    ? `${summary.findings} findings in ${summary.fallShort} checks fall short.`
    : 'Nothing that was looked at falls short.'
  return `<p class="quiet">${text(about.startedAt.slice(0, 16).replace('T', ' '))} UTC, ${about.tookSeconds} s, Node ${text(about.node)} on ${text(about.platform)}; looked at: ${text(about.what)} (${text(about.origin)}).</p>
<p class="verdict${isBad ? ' bad' : ''}"><strong>${verdict}</strong> ${summary.checks} checks made ${summary.observations.toLocaleString('en')} observations on ${summary.exchanges.toLocaleString('en')} exchanges; ${summary.notRun} checks could not run here. Requirements of ASVS that are knowingly not met are listed below with their reason; they are not counted as findings.</p>`
}

function answers(report: Report): string {
  const session = exhibitOf(report, 'session-ends', 'How sessions end')
  return `<h3>Which cookies exist, and why?</h3>${table(
    ['cookie', 'why', 'attributes'],
    report.cookies.map(({ name, purpose, attributes }) => [name, purpose, attributes]),
  )}
<p>${isSoundIn(report, 'cookie-attributes') ? 'No other cookie was seen on any answer' : 'What was seen besides, or otherwise, stands below'} (<a href="#cookie-attributes">cookie-attributes</a>). Everything that reached a browser was searched for tickets outside their cookie, JWTs, keys and passwords (<a href="#leaks-answers">leaks-answers</a>, <a href="#leaks-in-chromium">leaks-in-chromium</a>); the searches found canaries that were planted for them.</p>
<h3>What can an attacker do?</h3>${table(['with', 'can', 'cannot', 'shown by'], attackers)}
<h3>How do sessions end?</h3>${session}<p>Besides: a ticket that falls behind its successor by more than the grace (30 s) ends the session for whoever holds a copy (<a href="#theft-drill">theft-drill</a>). Sensitive changes ask for a proof again after ten minutes (<a href="#step-up">step-up</a>).</p>
<h3>Who may call what?</h3>${routeTable(report)}<p>Declared by each route's guard, observed by every method and kind of request: <a href="#access-matrix">access-matrix</a>. A person's own projects, sessions and factors are found by owner and id together: <a href="#access-ids">access-ids</a>, <a href="#access-effects">access-effects</a>.</p>`
}

const attackers = [
  [
    'a copy of the cookie',
    'act as its owner until the session ends, or until owner and thief have both used it past a replacement: then it ends for both',
    'use it after sign-out, disabling, a change of password or the absolute end; do what is sensitive without a fresh proof; read an access token',
    'theft-drill, session-ends, step-up',
  ],
  [
    'the database',
    'read accounts, projects, events, session ids, password hashes (Argon2id)',
    'make a ticket (its key is not there), sign an access token (private keys are encrypted), read a password',
    'leaks-store, attacker-tickets',
  ],
  [
    'APP_SECRETS alone',
    'make tickets for session ids they would have to guess: 128 random bits',
    'sign access tokens (the encrypted keys are in the database); read anything',
    'attacker-tickets, cookie-entropy',
  ],
  [
    'database and APP_SECRETS',
    'everything, until secrets and signing keys are rotated and sessions ended (npm run keys)',
    '',
    '',
  ],
  [
    'another site in the same browser',
    'make it send GETs with the ticket',
    'change anything, read or frame an answer, sign in or out',
    'csrf-matrix, csrf-in-chromium, header-cors',
  ],
  [
    'script in an open page',
    'act through the page while it is open',
    'take the ticket or a token away',
    'cookies-in-chromium, leaks-in-chromium, csp-evaluator',
  ],
]

function routeTable({ routes, checks }: Report): string {
  const matrix = checks.find(({ id }) => id === 'access-matrix')?.exhibits.find((each) => each.kind === 'table')
  const observed = (id: string, role: string) =>
    (matrix?.kind === 'table' ? matrix.rows.find((row) => row[1] === id && row[2] === role)?.[4] : '') ?? ''
  const roles = ['anonymous', 'user', 'disabled', 'admin']
  const rows = routes.map(({ path, id, access }) => [
    path,
    Object.entries(access)
      .map((each) => each.join(': '))
      .join(', '),
    ...roles.map((role) => observed(id, role)),
  ])
  return table(['path', 'declared', ...roles], rows)
}

function exhibitOf({ checks }: Report, id: string, title: string): string {
  const found = checks
    .find((each) => each.id === id)
    ?.exhibits.find((each) => each.kind === 'table' && each.title === title)
  return found ? exhibit(found) : '<p>The drill could not run here.</p>'
}

function isSoundIn({ checks }: Report, id: string): boolean {
  return checks.find((each) => each.id === id)?.result === 'sound'
}

function findings({ checks }: Report): string {
  const bad = checks.filter(({ result }) => result === 'falls short')
  if (bad.length === 0) return '<p class="sound">Nothing.</p>'
  const note =
    '<p class="quiet">For the commands set CSRF to what <code>GET /bff/csrf</code> answers, and …_COOKIES to the cookies of a browser that is signed in as that person.</p>'
  return (
    note +
    bad
      .map(
        (check) =>
          `<h3><a href="#${check.id}">${check.id}</a>: ${text(check.title)}</h3>${check.why ? `<p class="short">It broke off: ${text(check.why)}</p>` : ''}${check.findings.map(finding).join('')}${check.findingCount > check.findings.length ? `<p>and ${check.findingCount - check.findings.length} more</p>` : ''}`,
      )
      .join('')
  )
}

function finding({ subject, expected, observed, shown }: CheckReport['findings'][number]): string {
  const exchange = shown
    ? `<p>Sent</p><pre>${text(shown.sent)}</pre><p>Came back</p><pre>${text(shown.received)}</pre><p>Again</p><pre>${text(shown.curl)}</pre>`
    : ''
  return `<details><summary><span class="short">${text(subject)}</span>: ${text(observed)} instead of ${text(expected)}</summary>${exchange}</details>`
}

function everyCheck({ checks }: Report): string {
  const groups = Object.entries(areaTitles).map(
    ([area, title]) => [title, checks.filter((check) => check.area === area)] as const,
  )
  return groups
    .map(([title, members]) => (members.length > 0 ? `<h3>${title}</h3>${members.map(oneCheck).join('')}` : ''))
    .join('')
}

function oneCheck(check: CheckReport): string {
  const mark = { sound: 'sound', 'falls short': 'short', 'not run': 'not-run' }[check.result]
  const samples = check.samples.map(({ subject, expected, observed }) => [subject, expected, observed])
  return `<details id="${check.id}"><summary><span class="${mark}">${check.result}</span> ${text(check.title)} <span class="quiet">(${check.looked} observations)</span></summary>
<p class="quiet">${check.id}; ${text(check.rules.join('; '))}${check.why ? `; ${text(check.why)}` : ''}; ${(check.tookMs / 1_000).toFixed(1)} s</p>${check.exhibits.map(exhibit).join('')}${samples.length > 0 ? table(['for example', 'expected', 'observed'], samples) : ''}</details>`
}

function exhibit(each: Exhibit): string {
  if (each.kind === 'note') return `<p>${text(each.text)}</p>`
  if (each.kind === 'document') return `<p>${text(each.title)}: in report.json.</p>`
  if (each.kind === 'figure')
    return `<figure><figcaption>${text(each.title)}</figcaption>${each.svg}<p class="quiet">${text(each.text)}</p></figure>`
  return `<p>${text(each.title)}</p>${table(each.head, each.rows)}`
}

function requirements({ requirements: all }: Report): string {
  const counts = ['met', 'partly', 'not met', 'deployment', 'does not apply'].map(
    (status) => `${all.filter((each) => each.status === status).length} ${status}`,
  )
  const rows = all.map(({ id, level, about, status, shownBy, why, fallsShort }) => {
    const shown = fallsShort
      ? '<span class="short">falls short today</span>'
      : `<span class="${status.replace(' ', '-')}">${status}</span>`
    const evidence = shownBy
      .map((one) => (one.startsWith('check:') ? `<a href="#${one.slice(6)}">${one.slice(6)}</a>` : text(one)))
      .join(', ')
    return `<tr><td class="number">${id}</td><td>${level}</td><td>${text(about)}</td><td>${shown}</td><td>${[why === '' ? '' : text(why), evidence].filter(Boolean).join('; ')}</td></tr>`
  })
  return `<p>${counts.join(', ')}. Numbers are those of OWASP ASVS 5.0.0, words are our own.</p><div class="scroll"><table><tr><th>id</th><th>level</th><th>about</th><th>status</th><th>why, or what shows it</th></tr>${rows.join('')}</table></div>`
}

function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = (row: readonly string[], tag: string) =>
    `<tr>${row.map((cell) => `<${tag}>${text(cell)}</${tag}>`).join('')}</tr>`
  return `<div class="scroll"><table>${cells(columns, 'th')}${rows.map((row) => cells(row, 'td')).join('')}</table></div>`
}
