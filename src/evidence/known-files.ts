import { canonicalJson } from '../core/canonical-json.ts';
import { renderEnvelope } from '../signatures/dsse/envelope.ts';
import { preAuthenticationEncoding } from '../signatures/dsse/pre-authentication.ts';
import { PREDICATE_BASE } from '../signatures/in-toto/own-predicates.ts';
import { PAYLOAD_TYPE, STATEMENT_TYPE } from '../signatures/in-toto/statement.ts';
import type { LedgerSigner } from './ledger/repair.ts';

const PREDICATE_TYPE = `${PREDICATE_BASE}/known-files/v1`;
/** So many subjects are read again at most. */
export const KNOWN_FILES_LIMIT = 10_000;

/** A file as it was found. */
export interface KnownFile {
  readonly name: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  /** What was known of it then: `verified`, `unverifiable` … */
  readonly verdict: string;
  readonly reason: string;
}

export interface KnownFiles {
  readonly files: readonly KnownFile[];
  /** Of Freehold. */
  readonly version: string;
  /** UTC, ISO 8601. */
  readonly recordedAt: string;
}

/** A list of files that its signer says are as they should be: a statement of in-toto in a signed envelope, one line. */
export async function signKnownFiles(
  { files, version, recordedAt }: KnownFiles,
  signer: LedgerSigner,
): Promise<string> {
  const sorted = files.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const statement = {
    _type: STATEMENT_TYPE,
    subject: sorted.map(({ name, sha256 }) => ({ name, digest: { sha256 } })),
    predicateType: PREDICATE_TYPE,
    predicate: {
      recordedAt,
      tool: { name: 'freehold', version },
      files: sorted.map(({ name, sizeBytes, verdict, reason }) => ({ name, sizeBytes, verdict, reason })),
    },
  };
  const payload = Buffer.from(canonicalJson(statement));
  const bytes = await signer.sign(preAuthenticationEncoding(PAYLOAD_TYPE, payload));
  return renderEnvelope({ payloadType: PAYLOAD_TYPE, payload, signatures: [{ keyId: signer.key.id, bytes }] });
}
