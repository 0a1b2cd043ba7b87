import { nameMatches } from '../glob.ts';
import type { LoaderFiles, TextFile } from './state.ts';

/** An entry of the Boot Loader Specification, type 1. */
export interface LoaderEntry {
  /** The file's name without `.conf`. */
  readonly id: string;
  readonly path: string;
  /** All `options` lines, joined with a blank. */
  readonly options: string;
  /** The first of them. */
  readonly line: number;
  readonly fields: ReadonlyMap<string, string>;
}

function parseLoaderEntry({ path, content }: TextFile): LoaderEntry | undefined {
  if (content.kind !== 'text') return undefined;
  const fields = new Map<string, string>();
  const options: string[] = [];
  let line = 0;
  for (const [index, raw] of content.text.split('\n').entries()) {
    const [, key, value] = /^\s*([A-Za-z-]+)\s+(.*?)\s*$/.exec(raw.slice(0, LINE_LIMIT_CHARACTERS)) ?? [];
    if (key === undefined || value === undefined) continue;
    if (key === 'options') {
      options.push(value);
      line ||= index + 1;
    } else if (!fields.has(key)) fields.set(key, value);
  }
  const id = path.slice(path.lastIndexOf('/') + 1).replace(/\.conf$/, '');
  return { id, path, options: options.join(' '), line: line || 1, fields };
}

/** The kernel takes no longer command line on any architecture. */
const LINE_LIMIT_CHARACTERS = 64 * 1024;

/**
 * The entry systemd-boot starts by itself: the first, in the order of the specification, that `default` of loader.conf
 * matches, otherwise the first of all (loader.conf(5); Boot Loader Specification, "Sorting").
 */
export function defaultLoaderEntry(loader: LoaderFiles): LoaderEntry | undefined {
  const entries = loader.entries.flatMap((file) => parseLoaderEntry(file) ?? []).sort(byPreference);
  const pattern = defaultPattern(loader.config);
  const chosen = entries.find(
    ({ id }) => pattern !== undefined && (nameMatches(pattern, `${id}.conf`) || nameMatches(pattern, id)),
  );
  return chosen ?? entries[0];
}

export function defaultPattern({ content }: TextFile): string | undefined {
  if (content.kind !== 'text') return undefined;
  const match = /^[ \t]*default[ \t]+(\S+)/m.exec(content.text);
  return match?.[1];
}

/** Entries with a sort key come first, by key, then the newest version; the others by their ids, the newest first. */
function byPreference(a: LoaderEntry, b: LoaderEntry): number {
  const [keyA, keyB] = [a.fields.get('sort-key'), b.fields.get('sort-key')];
  if ((keyA === undefined) !== (keyB === undefined)) return keyA === undefined ? 1 : -1;
  if (keyA !== undefined && keyB !== undefined) {
    const order =
      compareText(keyA, keyB) ||
      compareText(a.fields.get('machine-id') ?? '', b.fields.get('machine-id') ?? '') ||
      compareVersions(b.fields.get('version') ?? '', a.fields.get('version') ?? '');
    if (order !== 0) return order;
  }
  return compareVersions(b.id, a.id);
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Runs of digits count as numbers, all else as text: what the specification's version order gives for kernel versions. */
function compareVersions(a: string, b: string): number {
  const [partsA, partsB] = [versionParts(a), versionParts(b)];
  for (let index = 0; index < Math.max(partsA.length, partsB.length); index += 1) {
    const [partA = '', partB = ''] = [partsA[index], partsB[index]];
    const areNumbers = /^\d/.test(partA) && /^\d/.test(partB);
    const order = areNumbers ? compareNumbers(partA, partB) : compareText(partA, partB);
    if (order !== 0) return order;
  }
  return 0;
}

function versionParts(text: string): readonly string[] {
  return text.match(/\d+|\D+/g) ?? [];
}

function compareNumbers(a: string, b: string): number {
  const difference = BigInt(a) - BigInt(b);
  if (difference === 0n) return 0;
  return difference < 0n ? -1 : 1;
}
