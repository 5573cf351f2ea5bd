/** What must never reach a browser or a log: JWTs, JWE, private keys as PEM or JWK, password hashes. */
const secretShapes: Record<string, RegExp> = {
  'a JWT': /eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/,
  'a private key': /PRIVATE KEY-----/,
  'a private JWK': /"d"\s*:\s*"[A-Za-z0-9_-]{20,}"/,
  'a password hash': /\$argon2(id|i|d)\$/,
}

/** Names the secrets that a text holds; empty when it is clean. */
export function findSecrets(text: string): string[] {
  const decoded = [text, decodeEscapes(text)]
  return Object.entries(secretShapes).flatMap(([name, shape]) =>
    decoded.some((each) => shape.test(each)) ? [name] : [],
  )
}

/** Text in scripts and JSON may be escaped. */
function decodeEscapes(text: string): string {
  return text.replaceAll(/\\u([0-9a-f]{4})/gi, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}
