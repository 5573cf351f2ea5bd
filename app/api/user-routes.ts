import type { Me } from '../contract/index.ts'
import { invalidToken } from './bearer.ts'
import type { Resource } from './shell.ts'
import type { UserStore } from './user-store.ts'

/** `/users/me`: the caller's own account as it stands now, not as it stood when the access token was minted. */
export function userResources(store: UserStore): Resource[] {
  return [
    {
      path: '/users/me',
      access: 'user',
      handlers: {
        get: async ({ caller }) => {
          const user = await store.find(caller.userId)
          if (!user || user.disabledAt !== null) throw invalidToken('The account of this access token is gone')
          const { id, email, name, role, createdAt } = user
          // An admin is a user too, here as in the claims.
          const roles: Me['roles'] = role === 'admin' ? ['user', 'admin'] : ['user']
          return Response.json({ id, email, name, roles, createdAt } satisfies Me)
        },
      },
    },
  ]
}
