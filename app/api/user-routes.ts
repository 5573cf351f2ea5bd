import type { Me, VerifiedAccess } from '../contract/index.ts'
import { wholeJson } from '../http/index.server.ts'
import { now } from '../kernel/index.ts'
import { invalidToken } from './bearer.ts'
import type { Resource } from './shell.ts'
import type { UserStore } from './user-store.ts'

/**
 * `/users/me`: the caller's own account as it stands now, not as it stood when the access token was minted.
 * `/users/me/access`: what that access token said, once it was verified.
 */
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
          return wholeJson({ id, email, name, roles, createdAt } satisfies Me)
        },
      },
    },
    {
      // For pages that show a person what goes on: whom the access token is meant for may say what it says.
      path: '/users/me/access',
      access: 'user',
      handlers: {
        get: async ({ caller }) => {
          const { alg, kid, claims } = caller.verified
          return wholeJson({ alg, kid: kid ?? null, claims, verifiedAt: now() } satisfies VerifiedAccess)
        },
      },
    },
  ]
}
