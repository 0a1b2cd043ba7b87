import { Buffer } from 'node:buffer';
import { basename } from 'node:path';
import { familyOf } from '../signatures/checksums/algorithm.ts';
import type { ChecksumEntry, ChecksumLine } from '../signatures/checksums/line.ts';
import { ChecksumReader, type ReaderOptions } from '../signatures/checksums/reader.ts';
import { combineJudgements } from '../signatures/combine.ts';
import type { SignatureJudgement } from '../signatures/judgement.ts';
import type { Trust } from '../signatures/trust.ts';
import type { ByteSink, DigestReader } from './digests.ts';
import { judgeSource, type PlacedJudgement, type SignatureFile } from './judge-source.ts';
import { HEAD_BYTES, judgeMessage, messageFormOf } from './message.ts';
import { type FileSource, openFile } from './source.ts';

const BYTES_PER_GIB = 1024 ** 3;
/** Twenty million lines, as many as are read, with names of a hundred bytes and SHA-512 have six. */
const LIST_LIMIT_BYTES = 8 * BYTES_PER_GIB;

const NUL = 0;

/** A list as far as it concerns the one who asks, and whether somebody vouches for it. */
export interface ReadList {
  readonly path: string;
  readonly sizeBytes: number;
  readonly sha256: Uint8Array;
  /** What all its signatures come to; without any it is `unverifiable`. */
  readonly judgement: SignatureJudgement;
  readonly signatures: readonly PlacedJudgement[];
  readonly entries: number;
  readonly malformedLines: number;
  /** How its lines are read. */
  readonly form: ReaderOptions;
}

export type ListOutcome =
  { readonly kind: 'list'; readonly list: ReadList } | { readonly kind: 'unread'; readonly reason: string };

export interface ListOptions {
  readonly reader: DigestReader;
  readonly trust: Trust;
  readonly at: Date;
  /** Of the list itself, in files beside it. */
  readonly signatures: readonly SignatureFile[];
  /** Takes each line that says something, as it comes: nothing of it counts before the judgement is known. */
  readonly take: (line: Exclude<ChecksumLine, { kind: 'nothing' }>) => void;
  /** Takes the bytes that the lines are read from. */
  readonly sink?: ByteSink;
}

const NO_LIST: ListOutcome = { kind: 'unread', reason: 'it is no list: what stands in it is no text' };

/** Reads a list once: its lines, and whether a pinned key signed it. Its own text or a file beside it holds the signature. */
export async function readList(path: string, options: ListOptions): Promise<ListOutcome> {
  const opened = await openFile(path);
  if (opened.kind !== 'open') return { kind: 'unread', reason: opened.reason };
  const { source } = opened;
  // A file of holes may have more bytes than anybody can read, and would keep whoever looks at what lies beside it.
  if (source.sizeBytes > LIST_LIMIT_BYTES) {
    await source.close();
    return { kind: 'unread', reason: `it is larger than ${LIST_LIMIT_BYTES} bytes` };
  }
  const form = messageFormOf(await source.peek(0, HEAD_BYTES));
  return form === undefined ? readPlain(path, source, options) : readMessage(path, source, { ...options, form });
}

async function readPlain(path: string, source: FileSource, options: ListOptions): Promise<ListOutcome> {
  const lines = new LineSink(path, options, await separatorOf(source));
  const sinks = options.sink === undefined ? [lines] : [lines, options.sink];
  const judged = await judgeSource(source, { ...options, digests: [{ algorithm: 'sha256' }], sinks });
  if (judged.kind === 'unread') return judged;
  lines.end();
  if (lines.isBinary) return NO_LIST;
  const [sha256 = new Uint8Array()] = judged.digests;
  return { kind: 'list', list: listOf({ ...judged, path, sha256 }, lines) };
}

/** The list is what the message signs: nothing that stands around it. */
async function readMessage(
  path: string,
  source: FileSource,
  options: ListOptions & { readonly form: NonNullable<ReturnType<typeof messageFormOf>> },
): Promise<ListOutcome> {
  const message = await judgeMessage(source, { ...options, path });
  if (message.kind === 'unread') return message;
  const lines = new LineSink(path, options, 'line');
  if (message.content !== undefined) {
    lines.write(message.content);
    await options.sink?.write(message.content);
  }
  lines.end();
  if (lines.isBinary) return NO_LIST;
  return { kind: 'list', list: listOf({ ...message, path }, lines) };
}

interface JudgedBytes extends Pick<ReadList, 'path' | 'sizeBytes' | 'sha256'> {
  readonly judgements: readonly PlacedJudgement[];
}

function listOf({ path, sizeBytes, sha256, judgements: signatures }: JudgedBytes, lines: LineSink): ReadList {
  const { entries, malformedLines, form } = lines;
  const judgement: SignatureJudgement =
    signatures.length === 0
      ? { verdict: 'unverifiable', reason: `nobody vouches for ${path}: no signature of it lies beside it` }
      : combineJudgements(signatures.map((one) => one.judgement));
  return { path, sizeBytes, sha256, judgement, signatures, entries, malformedLines, form };
}

/** `--zero` ends each entry with a NUL byte, which no other list holds. */
async function separatorOf(source: FileSource): Promise<'line' | 'nul'> {
  if (source.sizeBytes === 0) return 'line';
  return (await source.peek(source.sizeBytes - 1, 1))[0] === NUL ? 'nul' : 'line';
}

/**
 * Takes lines. Whoever signs an archive signs no list, though some of its bytes may look like lines of one: those of others, who may
 * be glad to see it renamed.
 */
class LineSink implements ByteSink {
  entries = 0;
  malformedLines = 0;
  readonly form: ReaderOptions;
  readonly #reader: ChecksumReader;
  readonly #take: ListOptions['take'];
  #hasNul = false;

  constructor(path: string, { take }: ListOptions, separator: 'line' | 'nul') {
    this.form = { family: familyOf(basename(path)), separator };
    this.#reader = new ChecksumReader(this.form);
    this.#take = take;
  }

  /** Whether there are NUL bytes that don't end an entry. */
  get isBinary(): boolean {
    return this.form.separator === 'nul' ? this.malformedLines > 0 : this.#hasNul;
  }

  write(bytes: Uint8Array): void {
    this.#hasNul ||= bytes.includes(NUL);
    for (const line of this.#reader.push(bytes)) this.#count(line);
  }

  end(): void {
    for (const line of this.#reader.end()) this.#count(line);
  }

  #count(line: ChecksumLine): void {
    if (line.kind === 'nothing') return;
    if (line.kind === 'entry') this.entries += 1;
    else this.malformedLines += 1;
    this.#take(line);
  }
}

/** What a list says of one file, held against the file's own digest. */
export function judgeEntry(entry: ChecksumEntry, digest: Uint8Array | undefined, list: ReadList): SignatureJudgement {
  const { algorithm, line } = entry;
  const where = `${list.path}:${line}`;
  const { verdict, reason, signer, signedAt } = list.judgement;
  const origin = { ...(signer !== undefined && { signer }), ...(signedAt !== undefined && { signedAt }) };
  if (digest === undefined) {
    return { verdict: 'unverifiable', reason: `${where} has a ${algorithm.title}, which can't be computed here` };
  }
  const found = Buffer.from(digest).toString('hex');
  if (found !== entry.digest) {
    const sentence = `its ${algorithm.title} is ${found}, and ${where} says ${entry.digest}`;
    return { verdict: 'tampered', reason: sentence, ...(verdict === 'verified' && origin) };
  }
  if (verdict === 'tampered') return { verdict, reason: `${where} names it, but ${reason}`, ...origin };
  if (algorithm.strength === 'weak') {
    const sentence = `it matches ${where}, but ${algorithm.title} proves nothing any more: files can be made that share it`;
    return { verdict: 'unverifiable', reason: sentence };
  }
  if (verdict === 'verified') return { verdict, reason: `it is what ${where} says, ${reason}`, ...origin };
  return { verdict, reason: `it matches ${where}, but ${reason}`, ...origin };
}
