import type { FileReport, ListReport } from '../core/verify-report.ts';
import { askList, type AskedList, entriesFor, namesIn, type Wanted } from './asked-list.ts';
import { CompanionFinder, type Companions } from './companions.ts';
import type { ByteSink } from './digests.ts';
import { type Case, judgeFile, type JudgeFileOptions, type Listing } from './judge-file.ts';
import { HEAD_BYTES, judgeMessageFile, messageFormOf } from './message.ts';
import { inOrder } from './in-order.ts';
import type { VerifyOptions } from './options.ts';
import { listReport } from './report-parts.ts';
import { type ByteSource, FileSource, openFile } from './source.ts';

/** A file by its path, or bytes that come from elsewhere with the name that lists may have for them. */
export type Subject =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'stream'; readonly source: ByteSource; readonly name: string | undefined };

export const STREAM_NAME = '-';

/** A file made ready: everything is read that it will be judged by. */
interface Prepared {
  readonly subject: Subject;
  readonly companions: Companions;
}

export interface Verification {
  /** In the order of the subjects. */
  readonly files: AsyncIterable<FileReport>;
  /** The lists that say something of one of them, or were named; sorted. */
  readonly lists: readonly ListReport[];
}

/** Finds what each file can be judged by, reads each list once for all files, and then each file once. */
export async function verifyFiles(subjects: readonly Subject[], options: VerifyOptions): Promise<Verification> {
  const { cases, lists } = await prepare(subjects, options);
  return { files: inOrder(cases, ({ subject, file }) => verifyOne(subject, file, options)), lists };
}

/** The same for one, whose bytes go to a sink as they are judged. `mode`: permission bits of a file that was read. */
export async function verifyInto(
  subject: Subject,
  sink: ByteSink,
  options: VerifyOptions,
): Promise<{ readonly file: FileReport; readonly lists: readonly ListReport[]; readonly mode: number | undefined }> {
  const { cases, lists } = await prepare([subject], options);
  const [only] = cases;
  if (only === undefined) throw new Error('a subject has a case');
  const opened = await openSubject(subject);
  if (opened.kind !== 'open') return { file: unread(subject, opened.reason), lists, mode: undefined };
  const file = await judgeOpened(opened.source, only.file, { ...options, sinks: [sink] });
  return { file, lists, mode: 'mode' in opened.source ? opened.source.mode : undefined };
}

interface PreparedCase {
  readonly subject: Subject;
  readonly file: Case;
}

interface PreparedCases {
  readonly cases: readonly PreparedCase[];
  readonly lists: readonly ListReport[];
}

async function prepare(subjects: readonly Subject[], options: VerifyOptions): Promise<PreparedCases> {
  const finder = new CompanionFinder(options.reader, options.trust);
  const prepared: Prepared[] = [];
  for (const subject of subjects) {
    prepared.push({ subject, companions: await companionsOf(subject, finder, options) });
  }
  const asked = new Map<string, AskedList>();
  const paths = [...new Set(prepared.flatMap(({ companions }) => companions.lists))].sort();
  for (const path of paths) {
    const names = prepared
      .filter(({ companions }) => companions.lists.includes(path))
      .flatMap(({ subject }) => namesIn(path, wantedOf(subject)));
    asked.set(path, await askList(path, new Set(names), { finder, ...options }));
  }
  const cases = prepared.map(({ subject, companions }) => ({ subject, file: caseOf(subject, companions, asked) }));
  const spoke = new Set(cases.flatMap(({ file }) => file.listings.map(({ list }) => list)));
  const lists = [...asked.values()].flatMap(({ path, outcome }) =>
    outcome.kind === 'list' && (spoke.has(outcome.list) || path === options.checksums) ? [outcome.list] : [],
  );
  return { cases, lists: lists.map(listReport) };
}

async function companionsOf(
  subject: Subject,
  finder: CompanionFinder,
  { signature, checksums }: VerifyOptions,
): Promise<Companions> {
  if (checksums !== undefined) return { signatures: [], lists: [checksums], hints: [] };
  if (signature !== undefined) return { signatures: await finder.named(signature), lists: [], hints: [] };
  if (subject.kind === 'file') return finder.beside(subject.path);
  return { signatures: [], lists: [], hints: ['nothing was named that it could be judged by'] };
}

function caseOf(subject: Subject, companions: Companions, asked: ReadonlyMap<string, AskedList>): Case {
  const listings: Listing[] = [];
  const hints = [...companions.hints];
  for (const path of companions.lists) {
    const one = asked.get(path);
    if (one === undefined) continue;
    if (one.outcome.kind === 'unread') {
      hints.push(`${path} can't be read: ${one.outcome.reason}`);
      continue;
    }
    const { list } = one.outcome;
    const entries = entriesFor(wantedOf(subject), one);
    listings.push(...entries.map((entry) => ({ list, entry })));
    // Of a message whose signature doesn't hold nothing is used, so nobody knows whether it names the file.
    if (list.entries === 0 && list.signatures.length > 0)
      hints.push(`${path} counts for nothing: ${list.judgement.reason}`);
    else if (entries.length === 0) hints.push(`${path} does not name it`);
  }
  return { path: shownPath(subject), signatures: companions.signatures, listings, hints };
}

async function verifyOne(subject: Subject, file: Case, options: VerifyOptions): Promise<FileReport> {
  const opened = await openSubject(subject);
  if (opened.kind !== 'open') return unread(subject, opened.reason);
  return judgeOpened(opened.source, file, options);
}

/** By what was found; a file that nothing was found for may hold its own signature, unless somebody named what it is judged by. */
async function judgeOpened(
  source: ByteSource,
  file: Case,
  options: JudgeFileOptions & VerifyOptions,
): Promise<FileReport> {
  const isLeftToUs = options.signature === undefined && options.checksums === undefined;
  const isAlone = isLeftToUs && file.signatures.length === 0 && file.listings.length === 0;
  const form = isAlone && source instanceof FileSource ? messageFormOf(await source.peek(0, HEAD_BYTES)) : undefined;
  return form === undefined
    ? judgeFile(source, file, options)
    : judgeMessageFile(source, { ...options, form, path: file.path });
}

type OpenedSubject =
  | { readonly kind: 'open'; readonly source: FileSource | ByteSource }
  | { readonly kind: 'missing' | 'unread'; readonly reason: string };

async function openSubject(subject: Subject): Promise<OpenedSubject> {
  return subject.kind === 'file' ? openFile(subject.path) : { kind: 'open', source: subject.source };
}

function unread(subject: Subject, reason: string): FileReport {
  return { kind: 'unread', path: shownPath(subject), reason };
}

function wantedOf(subject: Subject): Wanted {
  return subject.kind === 'file' ? { path: subject.path } : { name: subject.name };
}

function shownPath(subject: Subject): string {
  return subject.kind === 'file' ? subject.path : STREAM_NAME;
}
