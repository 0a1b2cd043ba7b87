import { basename, dirname, normalize, relative, resolve } from 'node:path';
import { type ChecksumEntry, nameOf } from '../signatures/checksums/line.ts';
import { placeOf } from '../signatures/checksums/place.ts';
import { type CompanionFinder, isOwnList } from './companions.ts';
import { type ListOutcome, readList } from './list.ts';
import type { VerifyOptions } from './options.ts';

/** A list with what it says of the files that are asked for. */
export interface AskedList {
  readonly path: string;
  readonly outcome: ListOutcome;
  readonly found: ReadonlyMap<string, readonly ChecksumEntry[]>;
  /** Where it has one entry alone, whatever its name. */
  readonly only: ChecksumEntry | undefined;
}

/** A file that is looked for in lists, or bytes from elsewhere with the name that they are given. */
export type Wanted = { readonly path: string } | { readonly name: string | undefined };

/** Of two different digests of one algorithm one is wrong already. */
const DIGESTS_PER_ALGORITHM = 2;

/** Reads a list once, and keeps of it what it says of these names. */
export async function askList(
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
      const name = place.kind === 'inside' ? place.name : line.entry.name;
      if (!names.has(name)) return;
      const entries = found.get(name) ?? [];
      found.set(name, entries);
      if (saysMore(line.entry, entries)) entries.push(line.entry);
    },
  });
  const isAlone = outcome.kind === 'list' && outcome.list.entries === 1;
  return { path, outcome, found, only: isAlone ? first : undefined };
}

/** Each entry has to hold, and a list may have a million of one file: what is kept of them decides as all of them would. */
function saysMore({ algorithm, digest }: ChecksumEntry, kept: readonly ChecksumEntry[]): boolean {
  const alike = kept.filter((one) => one.algorithm.title === algorithm.title);
  return alike.length < DIGESTS_PER_ALGORITHM && alike.every((one) => one.digest !== digest);
}

/** What a list may call a file, the surest first: its path from the root, from the list's folder, as it was typed, its name. */
export function namesIn(list: string, wanted: Wanted): readonly string[] {
  if ('name' in wanted) return wanted.name === undefined ? [] : [nameOf(basename(wanted.name))];
  const path = resolve(wanted.path);
  const names = [path, relative(dirname(resolve(list)), path), normalize(wanted.path), basename(path)];
  return [...new Set(names)].map(nameOf);
}

/** What a list says of a file. A list of one entry need not know the name: it may be a digest alone. */
export function entriesFor(wanted: Wanted, list: AskedList): readonly ChecksumEntry[] {
  for (const name of namesIn(list.path, wanted)) {
    const entries = list.found.get(name);
    if (entries !== undefined) return entries;
  }
  return list.only !== undefined && isMeant(wanted, list.only, list.path) ? [list.only] : [];
}

function isMeant(wanted: Wanted, { name }: ChecksumEntry, list: string): boolean {
  // What comes through a pipe may have no name at all.
  if ('name' in wanted) return wanted.name === undefined || name === '';
  const isOwn = isOwnList(basename(list), basename(wanted.path));
  return name === '' ? isOwn : isOwn && nameOf(basename(wanted.path)) === basename(name);
}
