import { Buffer } from 'node:buffer';
import type { FileReport } from '../core/verify-report.ts';
import type { ChecksumEntry } from '../signatures/checksums/line.ts';
import { combineJudgements } from '../signatures/combine.ts';
import type { SignatureJudgement } from '../signatures/judgement.ts';
import type { ByteSink, DigestReader } from './digests.ts';
import { judgeSource, type SignatureFile } from './judge-source.ts';
import { canDigest } from './lane.ts';
import { judgeEntry, type ReadList } from './list.ts';
import { type ListedEntry, listedReport } from './report-parts.ts';
import { signatureReport } from './signature-report.ts';
import type { ByteSource } from './source.ts';

/** What a list says of the file. */
export interface Listing {
  readonly list: ReadList;
  readonly entry: ChecksumEntry;
}

/** All that a file is judged by. */
export interface Case {
  /** As reports name it. */
  readonly path: string;
  readonly signatures: readonly SignatureFile[];
  readonly listings: readonly Listing[];
  /** What is said where nothing was found that it could be judged by. */
  readonly hints: readonly string[];
}

export interface JudgeFileOptions {
  readonly reader: DigestReader;
  readonly at: Date;
  readonly sinks?: readonly ByteSink[];
}

const REPORTED_DIGEST = 'sha256';

/** Reads a file once and says what its signatures and lists make of it. Closes the source. */
export async function judgeFile(source: ByteSource, file: Case, options: JudgeFileOptions): Promise<FileReport> {
  const hashes = file.listings.map(({ entry }) => entry.algorithm.hash);
  const algorithms = [...new Set([REPORTED_DIGEST, ...hashes.filter((hash) => hash !== undefined)])].filter(canDigest);
  const digests = algorithms.map((algorithm) => ({ algorithm }));
  const judged = await judgeSource(source, { ...options, signatures: file.signatures, digests });
  if (judged.kind === 'unread') return { ...judged, path: file.path };
  const digestOf = new Map(algorithms.map((algorithm, index) => [algorithm, judged.digests[index]]));
  const listed = file.listings.map(({ entry, list }): ListedEntry => {
    const digest = digestOf.get(entry.algorithm.hash ?? '');
    return { entry, list, judgement: judgeEntry(entry, digest, list) };
  });
  const judgements = [...judged.judgements, ...listed].map(({ judgement }) => judgement);
  const { verdict, reason } = judgements.length === 0 ? nothing(file.hints) : combineJudgements(judgements);
  return {
    kind: 'judged',
    path: file.path,
    sizeBytes: judged.sizeBytes,
    verdict,
    reason,
    digests: { sha256: Buffer.from(digestOf.get(REPORTED_DIGEST) ?? []).toString('hex') },
    signatures: judged.judgements.map(signatureReport),
    listed: listed.map(listedReport),
  };
}

function nothing(hints: readonly string[]): SignatureJudgement {
  const reason = hints.length === 0 ? 'no signature of it and no list that names it lies beside it' : hints.join('; ');
  return { verdict: 'unverifiable', reason };
}
