import type { ByteText } from '../../../core/byte-text.ts';
import { NO_MATCH } from '../automaton.ts';
import {
  CLASS,
  DBUS_BITS,
  IO_URING_BITS,
  MOUNT_BITS,
  NAMESPACE_BITS,
  NETWORK_BITS,
  PTRACE_BITS,
  QUEUE_BITS,
  SIGNAL_BITS,
} from '../classes.ts';
import { PERMISSION, permissionsAt, type RuleAutomaton } from '../permissions.ts';
import { bytesOf, bytesOf16 } from '../walk.ts';
import type { Grant } from './beyond.ts';
import { ADDRESS_FAMILIES, SOCKET_TYPES } from '../names.ts';
import { meaningOf } from './meaning.ts';
import { search } from './product.ts';
import { isDeadEnd } from './sides.ts';

interface ClassKind {
  readonly name: string;
  readonly bits: Readonly<Record<string, number>>;
}

const KINDS: ReadonlyMap<number, ClassKind> = new Map([
  [CLASS.mount, { name: 'mount', bits: MOUNT_BITS }],
  [CLASS.signal, { name: 'signal', bits: SIGNAL_BITS }],
  [CLASS.networkV7, { name: 'unix', bits: NETWORK_BITS }],
  [CLASS.networkV8, { name: 'network', bits: NETWORK_BITS }],
  [CLASS.networkV9, { name: 'network', bits: NETWORK_BITS }],
  [CLASS.networkV9Packet, { name: 'network packets', bits: NETWORK_BITS }],
  [CLASS.posixQueue, { name: 'mqueue', bits: QUEUE_BITS }],
  [CLASS.systemVQueue, { name: 'mqueue', bits: QUEUE_BITS }],
  [CLASS.namespace, { name: 'userns', bits: NAMESPACE_BITS }],
  [CLASS.ioUring, { name: 'io_uring', bits: IO_URING_BITS }],
  [CLASS.dbus, { name: 'dbus', bits: DBUS_BITS }],
]);

/** The kernel asks for none above (AA_CLASS_LAST), programs by aa_query_label(2) for this one. */
const CLASS_MAX = CLASS.dbus;
/** Files are compared as such. Tracing is asked about by way of labels; its own class says only that it is mediated. */
const NOT_SEARCHED: ReadonlySet<number> = new Set([CLASS.file, CLASS.ptrace, CLASS.label]);
/** What older formats give every state (compute_perms_entry()), and a mark that is no permission. */
const NO_GRANT = PERMISSION.lock | PERMISSION.continues;

/** What A grants beyond B of everything but files; a policy without the automaton mediates none of it. */
export function classesBeyond(a: RuleAutomaton | undefined, b: RuleAutomaton | undefined): readonly Grant[] {
  if (b === undefined) return [];
  const grants: Grant[] = [];
  for (let number = 1; number <= CLASS_MAX; number++) {
    const startB = b.automaton.step(b.start, number);
    if (startB === NO_MATCH || number === CLASS.file || number === CLASS.label) continue;
    const startA = a === undefined ? NO_MATCH : a.automaton.step(a.start, number);
    const kind = KINDS.get(number) ?? { name: nameOf(number), bits: {} };
    if (a === undefined || startA === NO_MATCH) grants.push({ kind: 'unmediated', class: kind.name });
    else if (!NOT_SEARCHED.has(number)) grants.push(...classBeyond(a, b, { number, kind, starts: [startA, startB] }));
    else grants.push(...tracingBeyond(a, b));
  }
  return grants;
}

function nameOf(number: number): string {
  return number === CLASS.ptrace ? 'ptrace' : `class ${String(number)}`;
}

function tracingBeyond(a: RuleAutomaton, b: RuleAutomaton): readonly Grant[] {
  const at = ({ automaton, start }: RuleAutomaton): number =>
    automaton.step(automaton.step(start, CLASS.label), CLASS.ptrace);
  const kind = { name: 'ptrace', bits: PTRACE_BITS };
  return classBeyond(a, b, { number: CLASS.ptrace, kind, starts: [at(a), at(b)] });
}

const SIGNAL_NUMBERS = 36;
const FIRST_REAL_TIME = 128;
const REAL_TIME_SIGNALS = 33;

/** What texts of a class begin with: numbers that the kernel has, where it begins with numbers. */
function beginnings(number: number): readonly ByteText[] {
  if (number === CLASS.signal)
    return [
      ...Array.from({ length: SIGNAL_NUMBERS - 1 }, (_, index) => bytesOf(index + 1)),
      ...Array.from({ length: REAL_TIME_SIGNALS }, (_, index) => bytesOf(FIRST_REAL_TIME + index)),
    ];
  if (number !== CLASS.networkV7 && number !== CLASS.networkV8 && number !== CLASS.networkV9) return [''];
  const families = ADDRESS_FAMILIES.map((_, family) => bytesOf16(family)).slice(1);
  const types = SOCKET_TYPES.flatMap((name, type) => (name === '' ? [] : [bytesOf16(type)]));
  return families.flatMap((family) => types.map((type) => family + type));
}

interface ClassStarts {
  readonly number: number;
  readonly kind: ClassKind;
  readonly starts: readonly [a: number, b: number];
}

function classBeyond(a: RuleAutomaton, b: RuleAutomaton, { number, kind, starts }: ClassStarts): readonly Grant[] {
  const known = Object.values(kind.bits).reduce((all, bit) => all | bit, 0);
  const asked = known === 0 ? ~NO_GRANT : known;
  const found = search({
    a: a.automaton,
    b: b.automaton,
    seeds: beginnings(number).map((text) => ({
      a: a.automaton.walk(starts[0], text),
      b: b.automaton.walk(starts[1], text),
      text: () => text,
    })),
    words: 'bytes',
    isOverAtNoMatch: isDeadEnd(a),
    shows: (stateA, stateB) => permissionsAt(a, stateA).allow & ~permissionsAt(b, stateB).allow & asked,
  });
  if (found.kind === 'too-large') return [{ kind: 'unknown', what: kind.name, reason: found.reason }];
  return [...found.examples]
    .toSorted(([one], [other]) => one - other)
    .map(([bit, text]) => {
      const names = Object.entries(kind.bits).filter(([, value]) => value >>> 0 === (1 << bit) >>> 0);
      const permission = names[0]?.[0] ?? `bit ${String(bit)}`;
      return { kind: 'class', class: kind.name, permission, text, meaning: meaningOf(number, text) };
    });
}
