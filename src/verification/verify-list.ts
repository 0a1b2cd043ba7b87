import { Buffer } from 'node:buffer';
import { realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { FileReport, ListReport } from '../core/verify-report.ts';
import { CompanionFinder } from './companions.ts';
import type { SignatureFile } from './judge-source.ts';
import { type ReadList, readList } from './list.ts';
import { entryPath, ListWalk } from './list-walk.ts';
import { RepeatedNames } from './repeated-names.ts';
import { listReport } from './report-parts.ts';
import { signatureReport } from './signature-report.ts';
import { Spool } from './spool.ts';
import type { VerifyOptions } from './options.ts';

export interface VerifyListOptions extends Omit<VerifyOptions, 'checksums'> {
  /** Whether names may lead out of the folder of the list. */
  readonly allowOutside: boolean;
}

export interface ListVerification {
  /** In the order of the list; a file that is named more than once comes after all others. */
  readonly files: AsyncIterable<FileReport>;
  readonly lists: readonly ListReport[];
}

/** So many lines that are no checksum are told one by one. */
const MALFORMED_SHOWN = 20;

/** Verifies every file that a list names. What the list says counts as far as somebody vouches for the list. */
export async function verifyList(path: string, options: VerifyListOptions): Promise<ListVerification> {
  const finder = new CompanionFinder(options.reader, options.trust);
  const signatures = await signaturesOf(path, finder, options.signature);
  const spool = new Spool();
  const names = new RepeatedNames();
  const malformed: FileReport[] = [];
  const outcome = await readList(path, {
    ...options,
    signatures,
    sink: spool,
    take(line) {
      if (line.kind === 'entry') names.add(entryPath(line.entry.name));
      else if (malformed.length < MALFORMED_SHOWN) malformed.push(noChecksum(path, line));
    },
  });
  if (outcome.kind === 'unread') {
    await spool.close();
    return { files: rows([{ kind: 'unread', path, reason: outcome.reason }]), lists: [] };
  }
  const { list } = outcome;
  const lists = [listReport(list)];
  const why = whyNotFollowed(list);
  if (why !== undefined) {
    await spool.close();
    return { files: rows([why]), lists };
  }
  const folder = await realpath(dirname(path), 'latin1');
  const walk = new ListWalk({ list, spool, folder, repeated: names.repeated(), options });
  return { files: walk.reports([...malformed, ...uncounted(list)]), lists };
}

function signaturesOf(
  path: string,
  finder: CompanionFinder,
  signature: string | undefined,
): Promise<readonly SignatureFile[]> {
  return signature === undefined ? finder.besideList(path) : finder.named(signature);
}

// oxlint-disable-next-line typescript/require-await -- what is known at once, as what has to be waited for
async function* rows(reports: readonly FileReport[]): AsyncGenerator<FileReport> {
  yield* reports;
}

/** Names of a list that isn't what was signed lead anywhere. */
function whyNotFollowed(list: ReadList): FileReport | undefined {
  const { path, judgement, entries, signatures, sizeBytes, sha256 } = list;
  if (judgement.verdict !== 'tampered') {
    const why = signatures.length === 0 ? '' : `: ${judgement.reason}`;
    return entries === 0 ? { kind: 'unread', path, reason: `it names no file${why}` } : undefined;
  }
  const { verdict, reason } = judgement;
  const digests = { sha256: Buffer.from(sha256).toString('hex') };
  const said = { signatures: signatures.map(signatureReport), listed: [] };
  return { kind: 'judged', path, sizeBytes, verdict, reason, digests, ...said };
}

function noChecksum(path: string, { line, reason }: { readonly line: number; readonly reason: string }): FileReport {
  return { kind: 'unread', path: `${path}:${line}`, reason: `the line is no checksum: ${reason}` };
}

function uncounted({ path, malformedLines }: ReadList): readonly FileReport[] {
  const rest = malformedLines - MALFORMED_SHOWN;
  return rest > 0 ? [{ kind: 'unread', path, reason: `${rest} more of its lines are no checksum` }] : [];
}
