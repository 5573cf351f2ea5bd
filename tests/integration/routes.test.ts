import { expect, test } from 'vitest'
import { runProgram } from '../support/process.ts'

test('the table of routes is what was reviewed', async () => {
  const { code, stdout, stderr } = await runProgram('app/cli/routes.ts')
  expect(stderr).toBe('')
  expect(code).toBe(0)
  expect(`\n${stdout}`).toMatchInlineSnapshot(`
    "
    path                                     methods   access    route
    /                                        GET HEAD  optional  root
    /                                        GET HEAD  optional  routes/_index
    /*                                       GET HEAD  optional  routes/$
    /.well-known/jwks.json                   GET HEAD  public    routes/[.]well-known.jwks[.]json
    /.well-known/oauth-authorization-server  GET HEAD  public    routes/[.]well-known.oauth-authorization-server
    /account                                 GET HEAD  user      routes/account
    /admin/projects                          GET HEAD  admin     routes/admin.projects
    /admin/users                             GET HEAD  admin     routes/admin.users
    /admin/users                             POST      admin     routes/admin.users
    /bff/*                                   GET HEAD  public    routes/bff.$
    /bff/csp-report                          POST      public    routes/bff.csp-report
    /bff/csrf                                GET HEAD  optional  routes/bff.csrf
    /bff/login                               POST      public    routes/bff.login
    /bff/logout                              POST      optional  routes/bff.logout
    /bff/refresh                             POST      user      routes/bff.refresh
    /bff/register                            POST      public    routes/bff.register
    /bff/user                                GET HEAD  user      routes/bff.user
    /dashboard                               GET HEAD  user      routes/dashboard
    /dashboard                               POST      user      routes/dashboard
    /dev/mail                                GET HEAD  public    routes/dev.mail
    /login                                   GET HEAD  optional  routes/login
    /login                                   POST      optional  routes/login
    /logout                                  GET HEAD  optional  routes/logout
    /logout                                  POST      optional  routes/logout
    /projects/:id                            GET HEAD  user      routes/projects.$id
    /projects/:id                            POST      user      routes/projects.$id
    /reauthenticate                          GET HEAD  user      routes/reauthenticate
    /reauthenticate                          POST      user      routes/reauthenticate
    /register                                GET HEAD  optional  routes/register
    /register                                POST      optional  routes/register
    "
  `)
})
