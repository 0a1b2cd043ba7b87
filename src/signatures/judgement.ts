/** What one look at a file can end with, worst first: one tampered byte outweighs everything else. */
export const VERDICTS = ['tampered', 'untrusted', 'unverifiable', 'verified'] as const;

/**
 * `tampered`: the bytes are not what a pinned key signed, or not what a verified list says. `untrusted`: somebody signed
 * them, but nobody who is pinned, or with a key or a method that doesn't count (any more). `unverifiable`: there is nothing
 * that could be judged. `verified`: a pinned key signed these very bytes.
 */
export type Verdict = (typeof VERDICTS)[number];

export const SIGNATURE_SCHEMES = ['openpgp', 'minisign', 'signify', 'ssh', 'sigstore', 'in-toto'] as const;

export type SignatureScheme = (typeof SIGNATURE_SCHEMES)[number];

/** Who signed, as far as the signature says so; only where the verdict is `verified` is it proved. */
export interface Signer {
  readonly scheme: SignatureScheme;
  /** OpenPGP: the fingerprint of the primary key, upper-case hexadecimal, or the key id where that is all it says; minisign and signify: the key id; ssh: `SHA256:…`; Sigstore: the identity of the certificate. */
  readonly id: string;
  /** What the blueprint calls the pinned key. */
  readonly name?: string;
}

/** What became of one signature. */
export interface SignatureJudgement {
  readonly verdict: Verdict;
  /** One sentence for a person that says why. */
  readonly reason: string;
  readonly signer?: Signer;
  /** When it says that it was made: UTC, ISO 8601. */
  readonly signedAt?: string;
}

/** One digest that must be known of the signed bytes before a signature can be judged. */
export interface DigestRequest {
  /** As node:crypto names it: `sha256`, `sha384`, `sha512`, `blake2b512` … */
  readonly algorithm: string;
  /** Goes in before the bytes: the salt of an OpenPGP signature of version 6. */
  readonly prefix?: Uint8Array;
  /** Goes in after them: the trailer of an OpenPGP signature. */
  readonly suffix?: Uint8Array;
  /** Whether line ends count as CR LF, as RFC 9580 section 5.2.1.2 wants it for signatures of text; default false. */
  readonly isText?: boolean;
}

/** What a signature needs of the signed bytes: digests, or the bytes themselves where a scheme signs nothing shorter. */
export type Needs =
  | { readonly kind: 'digests'; readonly digests: readonly DigestRequest[] }
  /** More bytes than `limitBytes` can't be judged. */
  | { readonly kind: 'content'; readonly limitBytes: number };

/** What was needed, in the same order. */
export type Answer =
  | { readonly kind: 'digests'; readonly digests: readonly Uint8Array[] }
  | { readonly kind: 'content'; readonly bytes: Uint8Array };

/** Signatures over bytes that are elsewhere, once read; the bytes are read once for all of them. */
export interface DetachedSignatures {
  readonly scheme: SignatureScheme;
  readonly needs: Needs;
  /** One judgement for each signature. `at`: the moment that expiry is judged at. Never throws for what a file can hold. */
  judge(answer: Answer, at: Date): Promise<readonly SignatureJudgement[]>;
}

/** A signature file read, or why it is none. */
export type ReadSignatures =
  | { readonly kind: 'signatures'; readonly signatures: DetachedSignatures }
  | { readonly kind: 'malformed'; readonly reason: string };
