/** The one person that every peer signs in. */
export const person = {
  email: 'ada.lovelace@bench.example.com',
  name: 'Ada Lovelace',
  password: 'a window over the harbour',
}

type Known = { id: string; email: string; name: string; createdAt: number | Date }

/** What every JSON answer holds: the shape of Cloakroom's `GET /users/me`. */
export function answerFor({ id, email, name, createdAt }: Known) {
  return { id, email, name, roles: ['user'], createdAt: Number(createdAt) }
}
