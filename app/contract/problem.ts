import * as z from 'zod'

/** A refusal or fault as a document (RFC 9457) and as the data of an error page. */
export const problemDocument = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number(),
  code: z.string(),
  detail: z.string().optional(),
  /** Finds the line in the server's log. */
  reference: z.string().optional(),
  /** With `sign_in_required`: why the session that was presented has ended, such as `expired` or `revoked`. */
  why: z.string().optional(),
  retryAfterSeconds: z.number().optional(),
  stepUp: z
    .object({
      action: z.string(),
      encryptedForm: z.string().nullable(),
      methods: z.object({ password: z.boolean(), totp: z.boolean(), passkey: z.boolean() }),
      error: z.object({ field: z.enum(['password', 'code', 'passkey']), message: z.string() }).optional(),
    })
    .optional(),
  errors: z.record(z.string(), z.array(z.string())).optional(),
})
export type ProblemDocument = z.infer<typeof problemDocument>
