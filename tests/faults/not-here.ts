/** A fault that this machine, or this user, cannot stage; its message says what is missing. */
export class NotHere extends Error {}
