import { createHash, type Hash } from 'node:crypto';
import { damaged, refusal } from '../refusal.ts';

/** OCI Image Format Specification, "Descriptor", "Digests": the two registered algorithms. */
const DIGEST = /^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;

export interface Digest {
  readonly algorithm: 'sha256' | 'sha512';
  readonly hex: string;
}

export function parseDigest(text: string, what: string): Digest {
  if (!DIGEST.test(text)) {
    throw refusal(
      'hostile',
      `the digest of ${what} is ${JSON.stringify(text)}`,
      'Freehold takes sha256: and sha512: digests, in lower case.',
    );
  }
  const [algorithm, hex = ''] = text.split(':');
  return { algorithm: algorithm === 'sha512' ? 'sha512' : 'sha256', hex };
}

/** Where a layout keeps the blob (OCI Image Layout Specification, "Blobs"). */
export function blobPath({ algorithm, hex }: Digest): string {
  return `/blobs/${algorithm}/${hex}`;
}

/** Sums up bytes as they go by. */
export class Summed {
  readonly #hash: Hash;
  readonly #digest: Digest;
  readonly #what: string;

  constructor(digest: Digest, what: string) {
    this.#digest = digest;
    this.#what = what;
    this.#hash = createHash(digest.algorithm);
  }

  add(bytes: Uint8Array): void {
    this.#hash.update(bytes);
  }

  async *through(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, undefined> {
    for await (const chunk of chunks) {
      this.#hash.update(chunk);
      yield chunk;
    }
  }

  /** Throws unless everything that was summed up is what the digest was made of. */
  check(): void {
    const found = this.#hash.digest('hex');
    if (found === this.#digest.hex) return;
    const { algorithm, hex } = this.#digest;
    throw damaged(
      `${this.#what} is not what its digest says: it is ${algorithm}:${found}, and should be ${algorithm}:${hex}`,
    );
  }
}
