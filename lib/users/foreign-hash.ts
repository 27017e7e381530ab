/** The scheme of a hash that another system has made of a password as it was typed. */
export const foreignScheme = 'bcrypt';

const bcryptHash = /^\$2[aby]\$(0[4-9]|[12]\d|3[01])\$[./0-9A-Za-z]{53}$/;

/** True for a hash of bcrypt, of any cost. */
export function isBcryptHash(hash: string): boolean {
  return bcryptHash.test(hash);
}

/** A hash of another system in the form in which hashes are stored: it is replaced at the first sign-in. */
export function foreignHash(hash: string): string {
  return `${foreignScheme}::${hash}`;
}
