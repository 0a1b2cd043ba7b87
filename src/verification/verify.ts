import { basename, dirname, relative, resolve } from 'node:path';
import type { FileReport, ListReport } from '../core/verify-report.ts';
import { type ChecksumEntry, nameOf } from '../signatures/checksums/line.ts';
import { placeOf } from '../signatures/checksums/place.ts';
import type { Trust } from '../signatures/trust.ts';
import { CompanionFinder, type Companions } from './companions.ts';
import type { ByteSink, DigestReader } from './digests.ts';
import { type Case, judgeFile, type Listing } from './judge-file.ts';
import { type ListOutcome, readList } from './list.ts';
import { inOrder } from './in-order.ts';
import { listReport } from './report-parts.ts';
import { type ByteSource, type FileSource, openFile } from './source.ts';

export interface VerifyOptions {
  readonly reader: DigestReader;
  readonly trust: Trust;
  readonly at: Date;
  /** Judged by this signature instead of what lies beside the file; with `checksums` it signs the list. */
  readonly signature?: string;
  /** Judged by this list instead of what lies beside the file. */
  readonly checksums?: string;
}

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

/** A list with what it says of the files that are asked for. */
interface AskedList {
  readonly path: string;
  readonly outcome: ListOutcome;
  readonly found: ReadonlyMap<string, readonly ChecksumEntry[]>;
  /** Where it has one entry alone, whatever its name. */
  readonly only: ChecksumEntry | undefined;
}

export interface Verification {
  /** In the order of the subjects. */
  readonly files: AsyncIterable<FileReport>;
  /** The lists that say something of one of them, or were named; sorted. */
  readonly lists: readonly ListReport[];
}

export interface OpenedCase {
  readonly file: Case;
  readonly source: FileSource | ByteSource;
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
  const file = await judgeFile(opened.source, only.file, { ...options, sinks: [sink] });
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
      .flatMap(({ subject }) => namesIn(path, subject));
    asked.set(path, await ask(path, new Set(names), { finder, ...options }));
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

async function ask(
  path: string,
  names: ReadonlySet<string>,
  options: VerifyOptions & { readonly finder: CompanionFinder },
): Promise<AskedList> {
  const { finder, signature, checksums } = options;
  const isNamed = path === checksums && signature !== undefined;
  const signatures = isNamed ? await finder.named(signature) : await finder.besideList(path);
  const found = new Map<string, ChecksumEntry[]>();
  let first: ChecksumEntry | undefined;
  const outcome = await readList(path, {
    ...options,
    signatures,
    take(line) {
      if (line.kind !== 'entry') return;
      first ??= line.entry;
      const place = placeOf(line.entry.name);
      const name = place.kind === 'inside' ? place.name : undefined;
      if (name === undefined || !names.has(name)) return;
      const entries = found.get(name) ?? [];
      found.set(name, entries);
      if (entries.length < ENTRIES_LIMIT) entries.push(line.entry);
    },
  });
  const isAlone = outcome.kind === 'list' && outcome.list.entries === 1;
  return { path, outcome, found, only: isAlone ? first : undefined };
}

/** A list that names one file more often than this is a flood; each entry has to hold. */
const ENTRIES_LIMIT = 1000;

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
    const entries = entriesFor(subject, one);
    listings.push(...entries.map((entry) => ({ list, entry })));
    // Of a message whose signature doesn't hold nothing is used, so nobody knows whether it names the file.
    if (list.entries === 0 && list.signatures.length > 0)
      hints.push(`${path} counts for nothing: ${list.judgement.reason}`);
    else if (entries.length === 0) hints.push(`${path} does not name it`);
  }
  return { path: shownPath(subject), signatures: companions.signatures, listings, hints };
}

function entriesFor(subject: Subject, list: AskedList): readonly ChecksumEntry[] {
  const named = namesIn(list.path, subject).flatMap((name) => list.found.get(name) ?? []);
  if (named.length > 0 || subject.kind === 'file') return named;
  // What comes through a pipe has no name of its own.
  return subject.name === undefined && list.only !== undefined ? [list.only] : [];
}

/** What a list may call a file: its name, or its path from the folder of the list on. */
function namesIn(list: string, subject: Subject): readonly string[] {
  if (subject.kind === 'stream') return subject.name === undefined ? [] : [nameOf(subject.name)];
  const path = relative(dirname(resolve(list)), resolve(subject.path));
  return [...new Set([basename(subject.path), path])].map(nameOf);
}

async function verifyOne(subject: Subject, file: Case, options: VerifyOptions): Promise<FileReport> {
  const opened = await openSubject(subject);
  if (opened.kind !== 'open') return unread(subject, opened.reason);
  return judgeFile(opened.source, file, options);
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

function shownPath(subject: Subject): string {
  return subject.kind === 'file' ? subject.path : STREAM_NAME;
}
