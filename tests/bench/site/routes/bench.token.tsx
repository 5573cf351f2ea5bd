/** The account page itself, below a name of the benchmark's: one call of the API, with an access token of its own. */
export { default, ErrorBoundary, loader, meta } from './account.tsx'
