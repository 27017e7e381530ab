import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/** Keeps secrets that have to be read again, so that who reads the database has none of them. */
export interface Seal {
  /** @param about what it belongs to, without which it does not open. */
  close(text: string, about: string): string;
  /** Null for what none of our secrets has closed, or that belongs elsewhere. */
  open(sealed: string, about: string): string | null;
}

const ivBytes = 12;
const tagBytes = 16;

/**
 * AES-256-GCM, with keys that HKDF makes of the session secrets: the newest closes, every one opens.
 *
 * @param purpose keeps the keys of one use from those of another.
 */
export function createSeal(secrets: readonly string[], purpose: string): Seal {
  const keyOf = (secret: string) => Buffer.from(hkdfSync('sha256', secret, '', purpose, 32));
  const keys = secrets.map(keyOf);

  function openWith(key: Buffer, sealed: Buffer, about: string): string | null {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, ivBytes), {
      authTagLength: tagBytes,
    });
    decipher.setAAD(Buffer.from(about));
    decipher.setAuthTag(sealed.subarray(ivBytes, ivBytes + tagBytes));
    try {
      return decipher.update(sealed.subarray(ivBytes + tagBytes), undefined, 'utf8') + decipher.final('utf8');
    } catch {
      return null;
    }
  }

  return {
    close: (text, about) => {
      const [key] = keys;
      if (!key) throw new Error('there is no session secret');
      const iv = randomBytes(ivBytes);
      const cipher = createCipheriv('aes-256-gcm', key, iv);
      cipher.setAAD(Buffer.from(about));
      const encrypted = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([iv, cipher.getAuthTag(), encrypted]).toString('base64url');
    },
    open: (sealed, about) => {
      const bytes = Buffer.from(sealed, 'base64url');
      if (bytes.length < ivBytes + tagBytes) return null;
      for (const key of keys) {
        const text = openWith(key, bytes, about);
        if (text !== null) return text;
      }
      return null;
    },
  };
}
