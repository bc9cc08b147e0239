// Cookies that a client cannot forge: signed with HMAC-SHA-256, or encrypted with AES-256-GCM. Both hold the name of their
// cookie, so that the value of one cannot stand in another. The first key makes new ones, all of them are accepted: put a
// new key first, and take the old one away when its cookies have expired.
import { NexureError } from '../errors/nexure-error.ts';
import { checkNames, invalidOption } from '../option-checks.ts';
import { crypto } from './node-crypto.ts';

/** Options for cookies. */
export interface CookieKeyOptions {
  /**
   * Secrets of at least 32 bytes, as text or bytes; 1-16 of them. The first signs and encrypts, all of them verify and
   * decrypt.
   */
  readonly keys: readonly (string | Uint8Array)[];
}

interface DerivedKey {
  readonly signing: Uint8Array;
  readonly encryption: Uint8Array;
}

/** NIST SP 800-107: a key shorter than the hash is the weakest part. */
const MIN_KEY_BYTES = 32;
const MAX_KEYS = 16;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const SIGNATURE_LENGTH = 43;

/** The keys of an application. */
export class CookieKeys {
  readonly #keys: readonly DerivedKey[];

  /** Throws `ERR_NEXURE_OPTION_INVALID`. */
  constructor(options: CookieKeyOptions) {
    checkNames('cookies', options, ['keys']);
    const { keys } = options;
    if (!Array.isArray(keys) || keys.length === 0 || keys.length > MAX_KEYS)
      throw invalidOption('cookies.keys', `an array of 1 to ${MAX_KEYS} secrets`, keys);
    this.#keys = keys.map((key: unknown, index) => derive(key, `cookies.keys[${index}]`));
  }

  /** The value with its signature behind a dot. */
  sign(name: string, value: string): string {
    return `${value}.${signature(this.#newest(), name, value)}`;
  }

  /** The value that was signed for a cookie of this name; `undefined` when it was not, by any of the keys. */
  verify(name: string, signed: string): string | undefined {
    const dot = signed.length - SIGNATURE_LENGTH - 1;
    if (dot < 0 || signed[dot] !== '.') return undefined;
    const value = signed.slice(0, dot);
    const given = Buffer.from(signed.slice(dot + 1));
    for (const key of this.#keys) {
      const expected = Buffer.from(signature(key, name, value));
      if (given.length === expected.length && crypto().timingSafeEqual(given, expected)) return value;
    }
    return undefined;
  }

  /** The value so that only this application can read it: nonce, ciphertext and tag in base64url. */
  encrypt(name: string, value: string): string {
    const nonce = crypto().randomBytes(NONCE_BYTES);
    const cipher = crypto().createCipheriv('aes-256-gcm', this.#newest().encryption, nonce).setAAD(Buffer.from(name));
    const content = [nonce, cipher.update(value, 'utf8'), cipher.final()];
    return Buffer.concat([...content, cipher.getAuthTag()]).toString('base64url');
  }

  /** The value that was encrypted for a cookie of this name; `undefined` when it was not, with any of the keys. */
  decrypt(name: string, encrypted: string): string | undefined {
    const bytes = Buffer.from(encrypted, 'base64url');
    // Another spelling of the same bytes was not made here.
    if (bytes.length < NONCE_BYTES + TAG_BYTES || bytes.toString('base64url') !== encrypted) return undefined;
    const nonce = bytes.subarray(0, NONCE_BYTES);
    const content = bytes.subarray(NONCE_BYTES, -TAG_BYTES);
    const tag = bytes.subarray(-TAG_BYTES);
    for (const { encryption } of this.#keys) {
      const decipher = crypto().createDecipheriv('aes-256-gcm', encryption, nonce, { authTagLength: TAG_BYTES });
      decipher.setAAD(Buffer.from(name)).setAuthTag(tag);
      try {
        return Buffer.concat([decipher.update(content), decipher.final()]).toString();
      } catch {
        // Made with another key, or by somebody else.
      }
    }
    return undefined;
  }

  #newest(): DerivedKey {
    return this.#keys[0] as DerivedKey;
  }
}

/** One secret serves two purposes by two keys that tell nothing about each other (RFC 5869). */
function derive(key: unknown, path: string): DerivedKey {
  const secret = typeof key === 'string' ? Buffer.from(key) : key;
  if (!(secret instanceof Uint8Array) || secret.byteLength < MIN_KEY_BYTES) {
    // The secret itself must not get into a message, and so into a log.
    const found = secret instanceof Uint8Array ? `one of ${secret.byteLength}` : typeof key;
    throw new NexureError(
      'ERR_NEXURE_OPTION_INVALID',
      `option ${path} must be a secret of at least ${MIN_KEY_BYTES} bytes, not ${found}`,
    );
  }
  const part = (purpose: string): Uint8Array =>
    new Uint8Array(crypto().hkdfSync('sha256', secret, new Uint8Array(0), `nexurejs cookie ${purpose}`, 32));
  return { signing: part('signing'), encryption: part('encryption') };
}

function signature({ signing }: DerivedKey, name: string, value: string): string {
  // A name has no `=`, so no two pairs of name and value are the same text.
  return crypto().createHmac('sha256', signing).update(`${name}=${value}`).digest('base64url');
}
