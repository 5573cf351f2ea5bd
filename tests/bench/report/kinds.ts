/** How the check of a session alone is done, ours first. */
export const checkedKinds = [
  'cloakroom',
  'better-auth',
  'better-auth-cached',
  'iron',
  'auth-js',
  'express-session',
] as const

/** How many sign in at once. */
export const concurrencies = [1, 2, 4, 8] as const

/** What differs between the rows beside the work that they name. */
export const scenarioTitles: Record<string, { title: string; difference: string }> = {
  'page-open': {
    title: 'Cloakroom: a page, public',
    difference: 'the account page of somebody made up; all of our headers and checks of the head',
  },
  'page-session': {
    title: 'Cloakroom: the same page, signed in',
    difference: 'session looked up in SQLite, no call of the API',
  },
  'page-token': {
    title: 'Cloakroom: the same page, signed in, one call of the API',
    difference: 'besides: access token minted, verified, account read',
  },
  'json-open': { title: 'Cloakroom: JSON, public', difference: 'as the page' },
  'json-session': { title: 'Cloakroom: JSON, signed in', difference: 'session looked up in SQLite' },
  'json-token': {
    title: 'Cloakroom: JSON, signed in, one call of the API',
    difference: 'besides: access token minted, verified, account read',
  },
  'bare-page': {
    title: 'Remix alone: the same elements',
    difference: 'no security headers, no nonce; links are plain elements; 10 routes instead of 60',
  },
  'bare-json': { title: 'Remix alone: the same JSON', difference: 'no security headers; 10 routes instead of 60' },
  'better-auth': {
    title: 'better-auth: getSession, JSON',
    difference: 'in bare Remix; session and user read from SQLite; no token, no rotation, nothing detects theft',
  },
  'better-auth-cached': {
    title: 'better-auth: getSession with its cookie cache, JSON',
    difference: 'a signed copy in a cookie; a revoked session lives on for up to five minutes',
  },
  'iron-session': {
    title: 'iron-session: unseal, JSON',
    difference: 'in bare Remix; the session is the cookie: nothing can be revoked',
  },
  'auth-js': {
    title: 'Auth.js: decode, JSON',
    difference: 'in bare Remix; the session is an encrypted JWT in the cookie: nothing can be revoked',
  },
  'express-session': {
    title: 'express-session on SQLite, JSON',
    difference: 'in front of bare Remix; one prepared read; no rotation',
  },
  'bare-proxy': { title: 'a bare streaming proxy', difference: 'no session, no token, no checks' },
  proxy: {
    title: 'Cloakroom: the same call through the proxy',
    difference: 'session, CSRF value, access token, allow-list',
  },
}
