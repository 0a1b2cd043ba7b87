/** What the program says of a signature file, with what it asks for answered from the content. */
import { createHash } from 'node:crypto';
import type { Answer, Needs, ReadSignatures, SignatureJudgement } from '../../src/signatures/judgement.ts';
import { type Trust, trustPolicy } from '../../src/signatures/trust.ts';

export type Reader = (bytes: Uint8Array, trust: Trust) => Promise<ReadSignatures>;

export const NOW: Date = new Date('2026-06-01T12:00:00Z');

/** `malformed` beside the verdicts: such a file is no signature at all. */
export type Judged = SignatureJudgement | { readonly verdict: 'malformed'; readonly reason: string };

export function trustOf(policy: Parameters<typeof trustPolicy.parse>[0], roots: Trust['sigstoreRoots'] = []): Trust {
  return { policy: trustPolicy.parse(policy), openpgpKeys: [], sigstoreRoots: roots, problems: [] };
}

export interface Question {
  readonly signature: Uint8Array;
  readonly content: Uint8Array;
  readonly trust: Trust;
  readonly at?: Date;
}

export async function judged(reader: Reader, { signature, content, trust, at = NOW }: Question): Promise<Judged> {
  const read = await reader(signature, trust);
  if (read.kind === 'malformed') return { verdict: 'malformed', reason: read.reason };
  const judgements = await read.signatures.judge(answerTo(read.signatures.needs, content), at);
  const [first] = judgements;
  if (first === undefined || judgements.length > 1) throw new Error('one judgement was expected');
  return first;
}

export function answerTo(needs: Needs, content: Uint8Array): Answer {
  if (needs.kind === 'content') return { kind: 'content', bytes: content };
  const digests = needs.digests.map(({ algorithm }) => createHash(algorithm).update(content).digest());
  return { kind: 'digests', digests };
}
