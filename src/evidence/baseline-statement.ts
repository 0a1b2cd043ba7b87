import { canonicalJson } from '../core/canonical-json.ts';
import type { Json } from '../core/json.ts';
import { renderEnvelope } from '../signatures/dsse/envelope.ts';
import { preAuthenticationEncoding } from '../signatures/dsse/pre-authentication.ts';
import { BASELINE_PREDICATE_TYPE } from '../signatures/in-toto/own-predicates.ts';
import { PAYLOAD_TYPE, STATEMENT_TYPE } from '../signatures/in-toto/statement.ts';
import type { LedgerSigner } from './ledger/repair.ts';

export interface SignedList {
  /** The file's name. */
  readonly name: string;
  readonly sha256: string;
  /** What the file is about: its first line. */
  readonly about: Json;
}

/** An attestation of in-toto about a baseline of files (`.intoto.jsonl`): what lies beside it. */
export async function signBaseline({ name, sha256, about }: SignedList, signer: LedgerSigner): Promise<Buffer> {
  const payload = Buffer.from(
    canonicalJson({
      _type: STATEMENT_TYPE,
      subject: [{ name, digest: { sha256 } }],
      predicateType: BASELINE_PREDICATE_TYPE,
      predicate: about,
    }),
  );
  const bytes = await signer.sign(preAuthenticationEncoding(PAYLOAD_TYPE, payload));
  const signatures = [{ keyId: signer.key.id, bytes }];
  return Buffer.from(`${renderEnvelope({ payloadType: PAYLOAD_TYPE, payload, signatures })}\n`);
}
