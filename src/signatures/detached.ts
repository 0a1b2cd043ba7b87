import type { Answer, Needs, ReadSignatures, SignatureJudgement, SignatureScheme, Signer } from './judgement.ts';

const BYTES_PER_MEBIBYTE = 2 ** 20;

/** Content that a scheme signs whole stands in memory once; larger files have schemes that sign a digest. */
const WHOLE_CONTENT_LIMIT_BYTES = 256 * BYTES_PER_MEBIBYTE;

/** Nothing: the verdict doesn't depend on the bytes. */
export const NEEDS_NOTHING: Needs = { kind: 'digests', digests: [] };

export const NEEDS_CONTENT: Needs = { kind: 'content', limitBytes: WHOLE_CONTENT_LIMIT_BYTES };

/** A file with one signature in it. */
export interface OneSignature {
  readonly scheme: SignatureScheme;
  readonly needs: Needs;
  readonly judge: (answer: Answer, at: Date) => SignatureJudgement;
}

export function oneSignature({ scheme, needs, judge }: OneSignature): ReadSignatures {
  return {
    kind: 'signatures',
    signatures: { scheme, needs, judge: (answer, at) => Promise.resolve([judge(answer, at)]) },
  };
}

/** A signature whose verdict is known before the bytes are. */
export function foregone(scheme: SignatureScheme, judgement: SignatureJudgement): ReadSignatures {
  return oneSignature({ scheme, needs: NEEDS_NOTHING, judge: () => judgement });
}

export function malformed(reason: string): ReadSignatures {
  return { kind: 'malformed', reason };
}

export function contentOf(answer: Answer): Uint8Array {
  if (answer.kind !== 'content') throw new Error('the content was asked for, and digests came');
  return answer.bytes;
}

export function digestOf(answer: Answer): Uint8Array {
  const digest = answer.kind === 'digests' ? answer.digests[0] : undefined;
  if (digest === undefined) throw new Error('a digest was asked for, and none came');
  return digest;
}

/** The signer with the name that the blueprint has for it, if any. */
export function named(signer: Omit<Signer, 'name'>, name: string | undefined): Signer {
  return name === undefined ? signer : { ...signer, name };
}
