import { type ByteText, compareBytes } from '../../../core/byte-text.ts';
import type { FileType, Walked } from './walked.ts';
import { ENTRIES_MAX, type Walk } from './walk.ts';

const FORMAT = '%f %u %g %s %i %d %y|%z|%n';

/**
 * Where find(1) can't print what stat(2) says: for as many paths as fit into one command, all that `stat` says of them, NUL,
 * and the names, each ended by NUL, with an empty one at the end. Names may hold line ends, and then only the list tells them.
 */
export const STAT_SCRIPT = String.raw`stat -c '${FORMAT}' -- "$@"; printf '\0'; printf '%s\0' "$@"; printf '\0'`;

/** Names and targets of links, each ended by NUL. */
export const LINK_SCRIPT = String.raw`for link; do printf '%s\0' "$link"; readlink -n -- "$link"; printf '\0'; done`;

/** With a time zone of UTC. */
const FIELDS =
  /([0-9a-f]{1,8}) ([0-9]{1,10}) ([0-9]{1,10}) ([0-9]{1,19}) ([0-9]{1,20}) ([0-9]{1,20}) ([0-9 :.+-]{19,40})\|([0-9 :.+-]{19,40})\|/y;
const TIME = /^([0-9]{4}-[0-9]{2}-[0-9]{2}) ([0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.([0-9]{9}))? \+0000$/;
const MS_PER_SECOND = 1000;
/** S_IFMT and its kinds (inode(7)). */
const TYPE_MASK = 0o170000;
const TYPES: ReadonlyMap<number, FileType> = new Map([
  [0o100000, 'file'],
  [0o040000, 'directory'],
  [0o120000, 'symlink'],
  [0o010000, 'fifo'],
  [0o140000, 'socket'],
  [0o020000, 'character-device'],
  [0o060000, 'block-device'],
]);
const MODE_MASK = 0o7777;
const HEXADECIMAL = 16;

/** Reads what {@link STAT_SCRIPT} and {@link LINK_SCRIPT} printed; `undefined` where that is not whole, or says something else. */
export function readStatOutput(entries: Uint8Array, links: Uint8Array): Walk | undefined {
  const targets = readLinks(latin1(links));
  if (targets === undefined) return undefined;
  const walked = new Map<ByteText, Walked>();
  const output = latin1(entries);
  for (let start = 0; start < output.length;) {
    const batch = readBatch(output, start);
    if (batch === undefined || walked.size > ENTRIES_MAX) return undefined;
    for (const one of batch.walked) {
      const target = targets.get(one.path);
      // A link that went away between the two has no target any more.
      if (one.type === 'symlink' && target === undefined) continue;
      walked.set(one.path, one.type === 'symlink' && target !== undefined ? { ...one, target } : one);
    }
    start = batch.end;
  }
  const sorted = [...walked.values()].sort((a, b) => compareBytes(a.path, b.path));
  return walkOf(sorted);
}

/** A walk of entries that are in memory, sorted. */
export function walkOf(sorted: readonly Walked[]): Walk {
  return {
    paths: sorted.map(({ path }) => path),
    at: (index) => {
      const one = sorted[index];
      if (one === undefined) throw new Error(`a walk has no entry ${String(index)}`);
      return one;
    },
  };
}

interface Batch {
  readonly walked: readonly Walked[];
  readonly end: number;
}

function readBatch(output: string, start: number): Batch | undefined {
  const saidEnd = output.indexOf('\0', start);
  if (saidEnd < 0) return undefined;
  const said = output.slice(start, saidEnd);
  const walked: Walked[] = [];
  let position = 0;
  let at = saidEnd + 1;
  for (;;) {
    const nameEnd = output.indexOf('\0', at);
    if (nameEnd < 0) return undefined;
    const path = output.slice(at, nameEnd);
    at = nameEnd + 1;
    if (path === '') break;
    const one = readOne(said, position, path);
    // What went away meanwhile has no line.
    if (one === undefined) continue;
    if (one.walked === undefined) return undefined;
    walked.push(one.walked);
    position = one.end;
  }
  return position === said.length ? { walked, end: at } : undefined;
}

function readOne(
  said: string,
  position: number,
  path: ByteText,
): { readonly walked: Walked | undefined; readonly end: number } | undefined {
  FIELDS.lastIndex = position;
  const fields = FIELDS.exec(said);
  if (fields === null) return undefined;
  const nameAt = FIELDS.lastIndex;
  if (!said.startsWith(`${path}\n`, nameAt)) return undefined;
  const [, raw = '', uid, gid, size, inode = '', device = '', modified = '', changed = ''] = fields;
  const bits = Number.parseInt(raw, HEXADECIMAL);
  const times = [timeOf(modified), timeOf(changed)] as const;
  const end = nameAt + path.length + 1;
  if (times[0] === undefined || times[1] === undefined) return { walked: undefined, end };
  const walked = {
    path,
    type: TYPES.get(bits & TYPE_MASK) ?? 'other',
    mode: bits & MODE_MASK,
    uid: Number(uid),
    gid: Number(gid),
    sizeBytes: Number(size),
    identity: { modified: times[0], changed: times[1], inode, device },
  } as const;
  return { walked, end };
}

/** Seconds since 1970, as GNU find prints them. */
function timeOf(text: string): string | undefined {
  const [, day, time, nanoseconds = '000000000'] = TIME.exec(text) ?? [];
  if (day === undefined || time === undefined) return undefined;
  const seconds = Date.parse(`${day}T${time}Z`) / MS_PER_SECOND;
  return Number.isFinite(seconds) ? `${String(seconds)}.${nanoseconds}` : undefined;
}

function readLinks(output: string): ReadonlyMap<ByteText, ByteText> | undefined {
  const parts = output.split('\0');
  if (parts.pop() !== '' || parts.length % 2 !== 0) return undefined;
  const links = new Map<ByteText, ByteText>();
  for (let index = 0; index < parts.length; index += 2) links.set(parts[index] ?? '', parts[index + 1] ?? '');
  return links;
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}
