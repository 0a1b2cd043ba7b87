import { type ByteText, compareBytes } from '../../core/byte-text.ts';
import type { AccessEvent } from './event.ts';

/** Events that differ in nothing but time and process. */
export interface EventGroup {
  /** The first of them. */
  readonly event: AccessEvent;
  /** What it was about, in one text. */
  readonly object: ByteText;
  readonly count: number;
  readonly firstMs?: number;
  readonly lastMs?: number;
}

/** A log can name any number of things; beyond so many different ones events are counted alone. */
const MAX_GROUPS = 100_000;

type Growing = { -readonly [Key in keyof EventGroup]: EventGroup[Key] };

/** Puts together the events that are alike. */
export class EventGroups {
  readonly #groups = new Map<string, Growing>();
  #ungrouped = 0;

  add(event: AccessEvent): void {
    const object = objectOf(event);
    const { verdict, profile, namespace, operation, requested, info } = event;
    const key = JSON.stringify([verdict, profile, namespace, event.class, operation, requested, object, info]);
    const group = this.#groups.get(key);
    if (group !== undefined) grow(group, event);
    else if (this.#groups.size < MAX_GROUPS) this.#groups.set(key, begin(event, object));
    else this.#ungrouped += 1;
  }

  get ungrouped(): number {
    return this.#ungrouped;
  }

  /** By profile, those of each namespace of policy together; of each the most frequent first. */
  list(): readonly EventGroup[] {
    return [...this.#groups]
      .toSorted(
        ([keyA, a], [keyB, b]) =>
          compareBytes(a.event.profile, b.event.profile) ||
          compareBytes(a.event.namespace ?? '', b.event.namespace ?? '') ||
          b.count - a.count ||
          compareBytes(keyA, keyB),
      )
      .map(([, group]) => group);
  }
}

function begin(event: AccessEvent, object: ByteText): Growing {
  const { timeMs } = event;
  return { event, object, count: 1, ...(timeMs !== undefined && { firstMs: timeMs, lastMs: timeMs }) };
}

function grow(group: Growing, { timeMs }: AccessEvent): void {
  group.count += 1;
  if (timeMs === undefined) return;
  group.firstMs = Math.min(group.firstMs ?? timeMs, timeMs);
  group.lastMs = Math.max(group.lastMs ?? timeMs, timeMs);
}

/** Fields that say what an access was about, by class, where its name alone does not. */
const OBJECT_FIELDS: readonly string[] = [
  'capname',
  'family',
  'sock_type',
  'protocol',
  'addr',
  'peer_addr',
  'signal',
  'rlimit',
  'fstype',
  'srcname',
  'flags',
  'bus',
  'path',
  'interface',
  'member',
  'method',
];

function objectOf(event: AccessEvent): ByteText {
  const { name, target, peer, fields } = event;
  const parts = [
    ...(name === undefined ? [] : [name]),
    ...OBJECT_FIELDS.flatMap((key) => fields[key] ?? []),
    ...(target === undefined || target === '' ? [] : [`-> ${target}`]),
    ...(peer === undefined ? [] : [`peer ${peer}`]),
  ];
  return parts.join(' ');
}
