import type { Buffer } from 'node:buffer';
import { realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { FileReport } from '../core/verify-report.ts';
import { type ChecksumEntry, nameBytes, nameText } from '../signatures/checksums/line.ts';
import { placeOf } from '../signatures/checksums/place.ts';
import { ChecksumReader } from '../signatures/checksums/reader.ts';
import type { DigestReader } from './digests.ts';
import { inOrder } from './in-order.ts';
import { judgeFile } from './judge-file.ts';
import type { ReadList } from './list.ts';
import { keyOf } from './repeated-names.ts';
import { openFile, type OpenedSource, whyUnread } from './source.ts';
import type { Spool } from './spool.ts';

/** Entries of names that come more than once, which have to be kept; more of them are no list but a flood. */
const REPEATED_LIMIT = 10_000;

export interface WalkOptions {
  readonly list: ReadList;
  /** The very bytes that were judged. */
  readonly spool: Spool;
  /** The folder of the list without links, one character for each byte. */
  readonly folder: string;
  /** Keys of paths that may come more than once. */
  readonly repeated: ReadonlySet<number>;
  readonly options: { readonly reader: DigestReader; readonly at: Date; readonly allowOutside: boolean };
}

/** One file with all that the list says of it. */
interface Named {
  readonly path: string;
  readonly entries: readonly ChecksumEntry[];
}

/** The path that a name stands for: `a` and `./a` are one file. */
export function entryPath(name: string): string {
  const place = placeOf(name);
  return place.kind === 'inside' ? place.name : name;
}

/** Goes through a list a second time, when it's known what it is worth, and looks at the files. */
export class ListWalk {
  readonly #walk: WalkOptions;
  readonly #repeated = new Map<string, ChecksumEntry[]>();
  #repeatedEntries = 0;

  constructor(walk: WalkOptions) {
    this.#walk = walk;
  }

  /** `first`: what is to be told before all files. */
  async *reports(first: readonly FileReport[]): AsyncGenerator<FileReport> {
    const { list, spool } = this.#walk;
    try {
      yield* first;
      yield* inOrder(this.#named(), (named) => this.#judge(named));
      const flood = this.#repeatedEntries - REPEATED_LIMIT;
      if (flood <= 0) return;
      const reason = `${flood} entries of names that come more than once were not looked at`;
      yield { kind: 'unread', path: list.path, reason };
    } finally {
      await spool.close();
    }
  }

  /** What is named once as it comes; then what is named more often, with all that is said of it. */
  async *#named(): AsyncGenerator<Named> {
    for await (const entry of this.#entries()) {
      const path = entryPath(entry.name);
      if (this.#walk.repeated.has(keyOf(path))) this.#remember(path, entry);
      else yield { path, entries: [entry] };
    }
    for (const [path, entries] of this.#repeated) yield { path, entries };
  }

  #remember(path: string, entry: ChecksumEntry): void {
    this.#repeatedEntries += 1;
    if (this.#repeatedEntries > REPEATED_LIMIT) return;
    const entries = this.#repeated.get(path) ?? [];
    entries.push(entry);
    this.#repeated.set(path, entries);
  }

  async *#entries(): AsyncGenerator<ChecksumEntry> {
    const { list, spool } = this.#walk;
    const reader = new ChecksumReader(list.form);
    for await (const piece of spool.pieces()) {
      for (const line of reader.push(piece)) if (line.kind === 'entry') yield line.entry;
    }
    for (const line of reader.end()) if (line.kind === 'entry') yield line.entry;
  }

  async #judge({ path, entries }: Named): Promise<FileReport> {
    const { list, options } = this.#walk;
    const shown = path.startsWith('/') ? nameText(path) : join(dirname(list.path), nameText(path));
    const opened = await this.#open(path);
    if (opened.kind !== 'open') return { kind: 'unread', path: shown, reason: opened.reason };
    const listings = entries.map((entry) => ({ entry, list }));
    return judgeFile(opened.source, { path: shown, signatures: [], listings, hints: [] }, options);
  }

  async #open(path: string): Promise<OpenedSource> {
    const { folder, options } = this.#walk;
    const place = placeOf(path);
    if (place.kind === 'outside' && !options.allowOutside) return outside(place.reason);
    const name = nameBytes(path.startsWith('/') ? path : `${folder}/${path}`);
    const opened = await openFile(name);
    if (opened.kind !== 'open' || options.allowOutside) return opened;
    const reason = await this.#whyOutside(name, opened.source);
    if (reason === undefined) return opened;
    await opened.source.close();
    return outside(reason);
  }

  /** Links may lead anywhere; held against the file that is open, so that none can be put in its place meanwhile. */
  async #whyOutside(
    name: Buffer,
    source: Extract<OpenedSource, { kind: 'open' }>['source'],
  ): Promise<string | undefined> {
    try {
      const real = await realpath(name, 'latin1');
      const { folder } = this.#walk;
      const root = folder.endsWith('/') ? folder : `${folder}/`;
      if (!real.startsWith(root)) return 'a link leads out of the folder of the list';
      const isSame = source.isSame(await stat(nameBytes(real), { bigint: true }));
      return isSame ? undefined : 'it was put in the place of another while it was opened';
    } catch (error) {
      return whyUnread(error);
    }
  }
}

function outside(reason: string): OpenedSource {
  return { kind: 'unread', reason: `not looked at: ${reason}` };
}
