import { plural } from '../core/describe.ts';
import type { SignatureJudgement } from './judgement.ts';

/**
 * What the signatures of one file come to. A bad one that names a pinned key makes the file tampered, whoever else signed it;
 * otherwise one good signature is enough, and what became of the others is said.
 */
export function combineJudgements(judgements: readonly SignatureJudgement[]): SignatureJudgement {
  const tampered = judgements.find(({ verdict }) => verdict === 'tampered');
  if (tampered !== undefined) return tampered;
  const verified = judgements.filter(({ verdict }) => verdict === 'verified');
  const others = judgements.filter(({ verdict }) => verdict !== 'verified');
  const [best] = verified;
  if (best !== undefined) return { ...best, reason: [...reasons(verified), ...ignored(others)].join('; ') };
  const untrusted = others.find(({ verdict }) => verdict === 'untrusted');
  const worst = untrusted ?? others[0];
  if (worst === undefined) return { verdict: 'unverifiable', reason: 'there is no signature' };
  return { ...worst, reason: reasons([worst, ...others.filter((one) => one !== worst)]).join('; ') };
}

function ignored(others: readonly SignatureJudgement[]): readonly string[] {
  if (others.length === 0) return [];
  const noun = plural(others.length, 'other signature');
  return [`${noun} ${others.length === 1 ? 'is' : 'are'} not counted: ${reasons(others).join('; ')}`];
}

function reasons(judgements: readonly SignatureJudgement[]): readonly string[] {
  return [...new Set(judgements.map(({ reason }) => reason))];
}
