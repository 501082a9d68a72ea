import { randomBytes, scryptSync } from 'node:crypto'

const base64 = (bytes: Buffer) => bytes.toString('base64').replaceAll('=', '')

/** A stored secret as `hashSecret` makes them, at a thousandth of its cost, which stands in it. */
export function cheapHash (secret: string): string {
  const salt = randomBytes(16)
  return `$scrypt$ln=5,r=8,p=1$${base64(salt)}$${base64(scryptSync(secret, salt, 32, { N: 2 ** 5, r: 8, p: 1 }))}`
}
