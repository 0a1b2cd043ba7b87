import { Buffer } from 'node:buffer';
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

const RAW_KEY_BYTES = 32;
/** `untrusted comment`, algorithm, key id and signature: https://jedisct1.github.io/minisign/#signature-format */
const KEY_ALGORITHM = 'Ed';
const PREHASHED = 'ED';

/** A key of minisign, made and used here: these tests are about what is done with verdicts and need no program for them. */
export class MinisignKey {
  /** As it is pinned. */
  readonly public: string;
  readonly #id: Buffer;
  readonly #private: KeyObject;

  constructor(id: string) {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-RAW_KEY_BYTES);
    this.#private = privateKey;
    this.#id = Buffer.from(id.padEnd(8).slice(0, 8));
    this.public = Buffer.concat([Buffer.from(KEY_ALGORITHM), this.#id, raw]).toString('base64');
  }

  get pin(): string {
    return `minisign:${this.public}`;
  }

  /** What `minisign -S` writes. */
  sign(content: Uint8Array | string): string {
    const digest = createHash('blake2b512').update(content).digest();
    const signature = sign(null, digest, this.#private);
    const comment = 'timestamp:1767225600\tfile:x\thashed';
    const global = sign(null, Buffer.concat([signature, Buffer.from(comment)]), this.#private);
    const line = Buffer.concat([Buffer.from(PREHASHED), this.#id, signature]).toString('base64');
    return `untrusted comment: made by a test\n${line}\ntrusted comment: ${comment}\n${global.toString('base64')}\n`;
  }

  /** What `signify -S -e` writes: the content follows its signature. */
  signWithin(content: string, comment = 'verify with test.pub'): string {
    const signature = sign(null, Buffer.from(content), this.#private);
    const line = Buffer.concat([Buffer.from(KEY_ALGORITHM), this.#id, signature]).toString('base64');
    return `untrusted comment: ${comment}\n${line}\n${content}`;
  }
}
