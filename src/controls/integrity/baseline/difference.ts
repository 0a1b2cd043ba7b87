import type { Json } from '../../../core/json.ts';
import { type ByteText, shown } from '../../../core/byte-text.ts';
import type { Attributes } from '../walk/walked.ts';
import type { Entry } from './entry.ts';
import type { Compared } from './policy.ts';

export interface AttributeDifference {
  readonly name: Compared | 'type';
  readonly before: Json;
  readonly now: Json;
}

/** One path that is not as the baseline has it. */
export interface Difference {
  readonly kind: 'added' | 'removed' | 'changed';
  readonly path: ByteText;
  /** As it is now; of what was removed, as it was. */
  readonly entry: Entry;
  /** What of it changed; empty for what was added or removed. */
  readonly attributes: readonly AttributeDifference[];
}

const CAPABILITIES = 'security.capability';

/** What of one path differs, in the order of {@link Compared}. Content counts only where both could be read. */
export function differencesOf(
  before: Entry,
  now: Entry,
  compared: readonly Compared[],
): readonly AttributeDifference[] {
  if (before.type !== now.type) return [{ name: 'type', before: before.type, now: now.type }];
  return compared.flatMap((name) => {
    const [one, other] = [valueOf(before, name), valueOf(now, name)];
    return one === undefined || other === undefined || one === other ? [] : [{ name, before: one, now: other }];
  });
}

/** What an entry is, for a finding about one that came or went. */
export function describeEntry(entry: Entry): Readonly<Record<string, Json>> {
  const { type, mode, uid, gid, sizeBytes, target, sha256 } = entry;
  return {
    type,
    mode: octal(mode),
    owner: uid,
    group: gid,
    ...(type === 'file' && { size: sizeBytes }),
    ...(target !== undefined && { target: shown(target) }),
    ...(sha256 !== undefined && { sha256 }),
  };
}

/** `undefined` where a path has nothing of the kind, or nobody could tell. */
function valueOf(entry: Entry, name: Compared): string | number | undefined {
  switch (name) {
    case 'content':
      return entry.sha256;
    case 'mode':
      return octal(entry.mode);
    case 'owner':
      return entry.uid;
    case 'group':
      return entry.gid;
    case 'size':
      // Of a folder it depends on the file system, and on what was in it once.
      return entry.type === 'file' ? entry.sizeBytes : undefined;
    case 'target':
      return entry.target === undefined ? undefined : shown(entry.target);
    case 'attributes':
      return entry.attributes && described(entry.attributes, (one) => one !== CAPABILITIES);
    case 'capabilities':
      return entry.attributes && described(entry.attributes, (one) => one === CAPABILITIES);
    case 'modified':
      return entry.identity?.modified;
  }
}

function described(attributes: Attributes, isMeant: (name: string) => boolean): string {
  return Object.entries(attributes)
    .filter(([name]) => isMeant(name))
    .map(([name, value]) => `${shown(name)}=${value}`)
    .sort()
    .join(' ');
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}
