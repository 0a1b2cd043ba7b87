import { hash } from 'node:crypto';
import { combineJudgements } from '../../../signatures/combine.ts';
import { readInTotoAttestations } from '../../../signatures/in-toto/in-toto.ts';
import { BASELINE_PREDICATE_TYPE } from '../../../signatures/in-toto/own-predicates.ts';
import type { SignatureJudgement } from '../../../signatures/judgement.ts';
import type { Trust, TrustPolicy } from '../../../signatures/trust.ts';

/** What stands behind the name of a baseline in the name of its signature. */
export const SIGNATURE_ENDING = '.intoto.jsonl';

export interface SignedBaseline {
  readonly bytes: Uint8Array;
  /** The file beside it; `undefined` where there is none. */
  readonly signature: Uint8Array | undefined;
}

/** Whether a pinned key signed these bytes. Whoever is root on the machine can write any baseline there, and sign none. */
export async function judgeBaselineSignature(
  { bytes, signature }: SignedBaseline,
  policy: TrustPolicy,
  now: Date,
): Promise<SignatureJudgement> {
  if (policy.attestations.length === 0)
    return { verdict: 'unverifiable', reason: 'The blueprint pins no key for it (integrity.trust.attestations).' };
  if (signature === undefined) return { verdict: 'unverifiable', reason: 'There is no signature beside it.' };
  const trust: Trust = { policy, openpgpKeys: [], sigstoreRoots: [], problems: [] };
  const read = await readInTotoAttestations(signature, trust, BASELINE_PREDICATE_TYPE);
  if (read.kind === 'malformed') {
    return { verdict: 'unverifiable', reason: `Its signature can't be read: ${read.reason}.` };
  }
  const { needs } = read.signatures;
  const digests = needs.kind === 'digests' ? needs.digests : [];
  const answers = digests.map(({ algorithm }) => new Uint8Array(hash(algorithm, bytes, 'buffer')));
  return combineJudgements(await read.signatures.judge({ kind: 'digests', digests: answers }, now));
}
