import type { ListedReport, ListReport } from '../core/verify-report.ts';
import type { ChecksumEntry } from '../signatures/checksums/line.ts';
import type { SignatureJudgement } from '../signatures/judgement.ts';
import type { ReadList } from './list.ts';
import { signatureReport } from './signature-report.ts';

export interface ListedEntry {
  readonly list: ReadList;
  readonly entry: ChecksumEntry;
  readonly judgement: SignatureJudgement;
}

export function listedReport({ list, entry, judgement }: ListedEntry): ListedReport {
  const { line, algorithm } = entry;
  return { ...signatureReport({ path: list.path, judgement }), line, algorithm: algorithm.title };
}

export function listReport({ path, judgement, signatures, entries, malformedLines }: ReadList): ListReport {
  const { verdict, reason } = judgement;
  return { path, verdict, reason, signatures: signatures.map(signatureReport), entries, malformedLines };
}
