import { withDatabase } from './fixtures.ts'
import type { TestServer } from './server.ts'

/** What is in the store at a moment, as far as a request could change it. Two of them compare with `toEqual`. */
export function pictureOf(server: TestServer) {
  return withDatabase(server, (database) => {
    const all = (sql: string) => database.prepare(sql).all()
    return {
      users: all('select id, email, email_key, name, role, disabled_at, password_hash from users order by id'),
      sessions: all('select id, user_number, expires_at, revoked_at, revoked_reason from sessions order by id'),
      projects: all('select id, owner_id, name, description, archived_at from projects order by id'),
    }
  })
}
