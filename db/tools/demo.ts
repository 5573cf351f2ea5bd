/** The accounts and projects that `npm run seed` and `npm run dev` bring along. For loopback only. */
export const demoPassword = 'a ticket for every coat'

export const demoAccounts = [
  {
    name: 'Ada Attendant',
    email: 'ada@example.com',
    role: 'admin',
    projects: ['Winter season', 'Spare tickets', 'Lost umbrellas'],
  },
  { name: 'Grace Guest', email: 'grace@example.com', role: 'user', projects: ['Opening night', 'Matinee'] },
  { name: 'Linus Latecomer', email: 'linus@example.com', role: 'user', projects: [] },
] as const
