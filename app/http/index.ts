export { problemHeaders, problemResponse, toProblemDocument } from './problem-response.ts'
export { safePath } from './safe-path.ts'
