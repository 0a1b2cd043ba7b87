/** What `freehold verify` can end with for one file, worst first; what each means: `Verdict` of the signatures. */
export type FileVerdict = 'tampered' | 'untrusted' | 'unverifiable' | 'verified';

export interface SignerReport {
  readonly scheme: string;
  readonly id: string;
  readonly name?: string;
}

/** What became of one signature. */
export interface SignatureReport {
  /** The file that it stands in. */
  readonly path: string;
  readonly verdict: FileVerdict;
  readonly reason: string;
  readonly signer?: SignerReport;
  /** When it says that it was made: UTC, ISO 8601. */
  readonly signedAt?: string;
}

/** What a list says of one file. */
export interface ListedReport extends SignatureReport {
  readonly line: number;
  /** `SHA-256`. */
  readonly algorithm: string;
}

export interface JudgedFile {
  readonly kind: 'judged';
  readonly path: string;
  readonly sizeBytes: number;
  readonly verdict: FileVerdict;
  readonly reason: string;
  /** Of the very bytes that were judged. */
  readonly digests: { readonly sha256: string };
  readonly signatures: readonly SignatureReport[];
  readonly listed: readonly ListedReport[];
}

/** A file that could not be looked at, so nothing is said of it. */
export interface UnreadFile {
  readonly kind: 'unread';
  readonly path: string;
  readonly reason: string;
}

export type FileReport = JudgedFile | UnreadFile;

/** A list that was asked, and whether somebody vouches for it. */
export interface ListReport {
  readonly path: string;
  readonly verdict: FileVerdict;
  readonly reason: string;
  readonly signatures: readonly SignatureReport[];
  readonly entries: number;
  readonly malformedLines: number;
}

export interface VerifySummary {
  readonly tampered: number;
  readonly untrusted: number;
  readonly unverifiable: number;
  readonly verified: number;
  readonly unread: number;
}

export interface VerifyReport {
  readonly format: 'freehold.verify/1';
  readonly tool: { readonly name: 'freehold'; readonly version: string };
  /** The moment that expiry was judged at: UTC, ISO 8601. */
  readonly at: string;
  readonly files: readonly FileReport[];
  readonly lists: readonly ListReport[];
  readonly summary: VerifySummary;
}
