import { expect, test } from 'vitest'
import { runProgram } from '../support/process.ts'

test('the table of routes is what was reviewed', async () => {
  const { code, stdout, stderr } = await runProgram('app/cli/routes.ts')
  expect(stderr).toBe('')
  expect(code).toBe(0)
  expect(`\n${stdout}`).toMatchInlineSnapshot(`
    "
    path                                     methods                access    route
    /                                        GET HEAD               optional  root
    /                                        GET HEAD               optional  routes/_index
    /*                                       GET HEAD               optional  routes/$
    /.well-known/change-password             GET HEAD               public    routes/[.]well-known.change-password
    /.well-known/jwks.json                   GET HEAD               public    routes/[.]well-known.jwks[.]json
    /.well-known/oauth-authorization-server  GET HEAD               public    routes/[.]well-known.oauth-authorization-server
    /.well-known/passkey-endpoints           GET HEAD               public    routes/[.]well-known.passkey-endpoints
    /.well-known/security.txt                GET HEAD               public    routes/[.]well-known.security[.]txt
    /account                                 GET HEAD               user      routes/account
    /account/activity                        GET HEAD               user      routes/account_.activity
    /account/activity                        POST                   user      routes/account_.activity
    /account/address                         GET HEAD               user      routes/account_.address
    /account/address                         POST                   user      routes/account_.address
    /account/delete                          GET HEAD               user      routes/account_.delete
    /account/delete                          POST                   user      routes/account_.delete
    /account/export                          GET HEAD               user      routes/account_.export
    /account/password                        GET HEAD               user      routes/account_.password
    /account/password                        POST                   user      routes/account_.password
    /account/password/new                    GET HEAD               user      routes/account_.password_.new
    /account/password/new                    POST                   user      routes/account_.password_.new
    /account/privacy                         GET HEAD               user      routes/account_.privacy
    /account/security                        GET HEAD               user      routes/account_.security
    /account/security                        POST                   user      routes/account_.security
    /account/security/app                    GET HEAD               user      routes/account_.security_.app
    /account/security/app                    POST                   user      routes/account_.security_.app
    /account/security/passkeys               GET HEAD               user      routes/account_.security_.passkeys
    /account/security/passkeys               POST                   user      routes/account_.security_.passkeys
    /account/security/recovery-codes         GET HEAD               user      routes/account_.security_.recovery-codes
    /account/security/recovery-codes         POST                   user      routes/account_.security_.recovery-codes
    /account/sessions                        GET HEAD               user      routes/account_.sessions
    /account/sessions                        POST                   user      routes/account_.sessions
    /admin                                   GET HEAD               admin     routes/admin._index
    /admin/events                            GET HEAD               admin     routes/admin.events
    /admin/events/export                     GET HEAD               admin     routes/admin.events_.export
    /admin/projects                          GET HEAD               admin     routes/admin.projects
    /admin/users                             GET HEAD               admin     routes/admin.users
    /admin/users                             POST                   admin     routes/admin.users
    /admin/users/:id                         GET HEAD               admin     routes/admin.users_.$id
    /admin/users/:id                         POST                   admin     routes/admin.users_.$id
    /bff/*                                   GET HEAD               public    routes/bff.$
    /bff/api/*                               GET HEAD               user      routes/bff.api.$
    /bff/api/*                               POST PUT PATCH DELETE  user      routes/bff.api.$
    /bff/backchannel-logout/:provider        POST                   public    routes/bff.backchannel-logout.$provider
    /bff/csp-report                          POST                   public    routes/bff.csp-report
    /bff/csrf                                GET HEAD               optional  routes/bff.csrf
    /bff/device/refresh                      POST                   public    routes/bff.device.refresh
    /bff/device/register                     POST                   public    routes/bff.device.register
    /bff/login                               POST                   public    routes/bff.login
    /bff/login/verify                        POST                   public    routes/bff.login_.verify
    /bff/logout                              POST                   optional  routes/bff.logout
    /bff/passkeys/proof-options              POST                   user      routes/bff.passkeys.proof-options
    /bff/passkeys/reset-options              POST                   public    routes/bff.passkeys.reset-options
    /bff/passkeys/sign-in                    POST                   public    routes/bff.passkeys.sign-in
    /bff/passkeys/sign-in-options            POST                   public    routes/bff.passkeys.sign-in-options
    /bff/passkeys/verify-options             POST                   public    routes/bff.passkeys.verify-options
    /bff/refresh                             POST                   user      routes/bff.refresh
    /bff/register                            POST                   public    routes/bff.register
    /bff/upstreams/*                         GET HEAD               user      routes/bff.upstreams.$
    /bff/upstreams/*                         POST PUT PATCH DELETE  user      routes/bff.upstreams.$
    /bff/user                                GET HEAD               user      routes/bff.user
    /dashboard                               GET HEAD               user      routes/dashboard
    /dashboard                               POST                   user      routes/dashboard
    /dev/mail                                GET HEAD               public    routes/dev.mail
    /farewell                                GET HEAD               optional  routes/farewell
    /forgot                                  GET HEAD               optional  routes/forgot
    /forgot                                  POST                   optional  routes/forgot
    /healthz                                 GET HEAD               public    routes/healthz
    /inspect                                 GET HEAD               user      routes/inspect
    /inspect                                 POST                   user      routes/inspect
    /inspect/timeline                        GET HEAD               user      routes/inspect_.timeline
    /login                                   GET HEAD               optional  routes/login
    /login                                   POST                   optional  routes/login
    /login/callback/:provider                GET HEAD               optional  routes/login_.callback.$provider
    /login/verify                            GET HEAD               optional  routes/login_.verify
    /login/verify                            POST                   optional  routes/login_.verify
    /login/with/:provider                    GET HEAD               optional  routes/login_.with.$provider
    /login/with/:provider                    POST                   optional  routes/login_.with.$provider
    /logout                                  GET HEAD               optional  routes/logout
    /logout                                  POST                   optional  routes/logout
    /metrics                                 GET HEAD               public    routes/metrics
    /preferences                             GET HEAD               optional  routes/preferences
    /preferences                             POST                   optional  routes/preferences
    /projects/:id                            GET HEAD               user      routes/projects.$id
    /projects/:id                            POST                   user      routes/projects.$id
    /readyz                                  GET HEAD               public    routes/readyz
    /reauthenticate                          GET HEAD               user      routes/reauthenticate
    /reauthenticate                          POST                   user      routes/reauthenticate
    /register                                GET HEAD               optional  routes/register
    /register                                POST                   optional  routes/register
    /reset                                   GET HEAD               optional  routes/reset
    /reset                                   POST                   optional  routes/reset
    /undo                                    GET HEAD               optional  routes/undo
    /undo                                    POST                   optional  routes/undo
    /verify                                  GET HEAD               optional  routes/verify
    /verify                                  POST                   optional  routes/verify
    /words/:language                         GET HEAD               public    routes/words.$language
    "
  `)
})
