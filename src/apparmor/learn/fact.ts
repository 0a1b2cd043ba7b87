import { type ByteText, compareBytes } from '../../core/byte-text.ts';
import type { AccessEvent } from '../log/event.ts';

/** One thing that was done, however often: events that differ in nothing that a rule could say. */
export interface Fact {
  /** One of its events; what the others may have otherwise (time, process, comm) is not to be read of it. */
  readonly event: AccessEvent;
  /** How often in each run, by the run's number. */
  readonly counts: ReadonlyMap<number, number>;
  readonly total: number;
  /** When it was first seen, by the log's clock. */
  readonly firstMs?: number;
  /** Whether every event was by the owner. */
  readonly isOwner: boolean;
  /** Whether the number of a process that did it stands in the name, as a number of its own. */
  readonly namesProcess: boolean;
}

/** Fields of the kernel's record that a rule can speak of; the others (fsuid, ouid, capability's number …) make no difference. */
const FIELDS = [
  'addr',
  'bus',
  'capname',
  'denied',
  'family',
  'flags',
  'fstype',
  'interface',
  'mask',
  'member',
  'path',
  'peer',
  'peer_addr',
  'peer_label',
  'peer_profile',
  'protocol',
  'rlimit',
  'signal',
  'sock_type',
  'srcname',
  'value',
] as const;

const SEPARATOR = '\0';

/** Puts facts into an order that depends on nothing but what they say; none is like another. */
export function compareFacts({ event: a }: Fact, { event: b }: Fact): number {
  return (
    compareBytes(a.profile, b.profile) ||
    compareBytes(a.class, b.class) ||
    compareBytes(kindOf(a), kindOf(b)) ||
    compareBytes(a.operation, b.operation) ||
    compareBytes(a.requested, b.requested) ||
    compareBytes(a.name ?? '', b.name ?? '') ||
    compareBytes(factKey(a), factKey(b))
  );
}

/** Tells events apart by what a rule could say of them. The separator is in no value: the kernel's strings end at NUL. */
export function factKey(event: AccessEvent): string {
  const { profile, operation, requested, name = '', target = '' } = event;
  const key = `${profile}\0${event.class}\0${kindOf(event)}\0${operation}\0${requested}\0${name}\0${target}\0${event.peer ?? ''}\0${event.namespace ?? ''}`;
  if (event.class === 'file') return key;
  const said = FIELDS.flatMap((field) => {
    const value = event.fields[field];
    return value === undefined ? [] : [`${field}=${value}`];
  });
  return [key, ...said].join(SEPARATOR);
}

function kindOf({ verdict, isDisconnected }: AccessEvent): string {
  if (verdict === 'AUDIT') return isDisconnected ? 'AD' : 'A';
  return isDisconnected ? 'D' : '';
}

/** Whether two events have one {@link factKey}, without making it; `false` says nothing of such as are not of files. */
export function isSameFact(a: AccessEvent, b: AccessEvent): boolean {
  return (
    (a.name ?? '') === (b.name ?? '') &&
    a.requested === b.requested &&
    a.operation === b.operation &&
    a.profile === b.profile &&
    a.class === b.class &&
    (a.verdict === 'AUDIT') === (b.verdict === 'AUDIT') &&
    a.isDisconnected === b.isDisconnected &&
    (a.target ?? '') === (b.target ?? '') &&
    (a.peer ?? '') === (b.peer ?? '') &&
    (a.namespace ?? '') === (b.namespace ?? '') &&
    (a.class === 'file' || a.fields === b.fields)
  );
}

interface NameAndProcess {
  readonly name: ByteText | undefined;
  readonly pid: number | undefined;
}

const DIGITS = /\d+/g;

/** Numbers below are too common in names to say anything. */
const LEAST_TELLING_PID = 100;

export function namesItsProcess({ name, pid }: NameAndProcess): boolean {
  if (name === undefined || pid === undefined || pid < LEAST_TELLING_PID) return false;
  const text = String(pid);
  if (!name.includes(text)) return false;
  for (const [digits] of name.matchAll(DIGITS)) if (digits === text) return true;
  return false;
}

/** When the first of some was seen: facts may be more than a call takes arguments. */
export function firstOf(facts: readonly Fact[]): number {
  return facts.reduce((first, { firstMs = Infinity }) => Math.min(first, firstMs), Infinity);
}
