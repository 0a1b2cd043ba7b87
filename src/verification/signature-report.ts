import type { SignatureReport } from '../core/verify-report.ts';
import type { PlacedJudgement } from './judge-source.ts';

export function signatureReport({ path, judgement }: PlacedJudgement): SignatureReport {
  const { verdict, reason, signer, signedAt } = judgement;
  return {
    path,
    verdict,
    reason,
    ...(signer !== undefined && { signer }),
    ...(signedAt !== undefined && { signedAt }),
  };
}
