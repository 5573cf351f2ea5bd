declare module 'express-session' {
  type Done = (error?: unknown, content?: SessionData | null) => void
  export type SessionData = Record<string, unknown>
  class Store {
    get(id: string, done: Done): void
    set(id: string, content: SessionData, done?: Done): void
    destroy(id: string, done?: Done): void
  }
  type Options = { store: Store; secret: string; resave: boolean; saveUninitialized: boolean }
  const session: ((options: Options) => unknown) & { Store: typeof Store }
  export default session
}
