import type { ByteText } from '../../../core/byte-text.ts';
import { START } from '../automaton.ts';
import { ADDRESS_FAMILIES, CAPABILITIES, RESOURCES, socketTypeName } from '../names.ts';
import type { Attachments, CompiledProfile, ProfileMode } from '../profile.ts';
import type { Grant } from './beyond.ts';
import { classesBeyond } from './classes.ts';
import { filesBeyond } from './files.ts';
import { literalAttachments } from './literal.ts';
import { search } from './product.ts';

/** How much passes: more for a greater number. */
const LENIENCE: Readonly<Record<ProfileMode, number>> = { kill: 0, enforce: 0, prompt: 1, complain: 2, unconfined: 3 };

/** PATH_* of include/path.h */
const PATH_FLAGS: Readonly<Record<string, number>> = {
  attach_disconnected: 0x4,
  chroot_relative: 0x8,
  chroot_attach: 0x10,
  'attach_disconnected.ipc': 0x20,
  mediate_deleted: 0x10000,
};
/** Deleted files are looked at by their names, or not: neither is more. */
const SOCKET_TYPE_BITS = 16;
const CHILD = '//';

/** What a program in profile A may do and one in profile B may not. */
export function profileBeyond(a: CompiledProfile, b: CompiledProfile): readonly Grant[] {
  if (b.mode === 'unconfined') return [];
  const mode: readonly Grant[] = LENIENCE[a.mode] > LENIENCE[b.mode] ? [{ kind: 'mode', a: a.mode, b: b.mode }] : [];
  const attached = attachedBeyond(a, b);
  if (a.mode === 'unconfined') return [...mode, ...attached];
  return [
    ...mode,
    ...attached,
    ...flagsBeyond(a, b),
    ...capabilitiesBeyond(a, b),
    ...rlimitsBeyond(a, b),
    ...networkBeyond(a, b),
    ...classesBeyond(a.classes, b.classes),
    ...(a.files === undefined ? [] : filesOfBoth(a, b)),
  ];
}

function filesOfBoth(a: CompiledProfile, b: CompiledProfile): readonly Grant[] {
  if (a.files === undefined) return [];
  const nothing = literalAttachments('').automaton;
  const permissions = {
    entries: [],
    owner: new Uint32Array(nothing.stateCount),
    other: new Uint32Array(nothing.stateCount),
  };
  return filesBeyond(a.files, b.files ?? { automaton: nothing, start: 0, permissions, transitions: [] });
}

/** Programs that B is for and A isn't run unconfined, or in whatever else is for them. */
function attachedBeyond(a: CompiledProfile, b: CompiledProfile): readonly Grant[] {
  if (b.isHat || b.name.includes(CHILD)) return [];
  const [ofA, ofB] = [attachmentsOf(a), attachmentsOf(b)];
  const found = search({
    a: ofB.automaton,
    b: ofA.automaton,
    seeds: [{ a: START, b: START, text: () => '' }],
    words: 'texts',
    enough: 1,
    shows: (stateB, stateA) => (ofB.accepts[stateB] === 1 && ofA.accepts[stateA] !== 1 ? 1 : 0),
  });
  if (found.kind === 'too-large') return [{ kind: 'unknown', what: 'attachments', reason: found.reason }];
  return [...found.examples.values()].map((path) => ({ kind: 'unattached', path }));
}

function attachmentsOf(profile: CompiledProfile): Attachments {
  return profile.attachments ?? literalAttachments(profile.name);
}

function flagsBeyond(a: CompiledProfile, b: CompiledProfile): readonly Grant[] {
  return Object.entries(PATH_FLAGS).flatMap(([flag, bit]): readonly Grant[] => {
    const [isInA, isInB] = [(a.pathFlags & bit) !== 0, (b.pathFlags & bit) !== 0];
    if (isInA === isInB) return [];
    // Without mediate_deleted less is asked about; with any of the others more names are let in.
    const isSetIn = isInA ? 'a' : 'b';
    const isBeyond = flag === 'mediate_deleted' ? isInB : isInA;
    return isBeyond ? [{ kind: 'flag', flag, isSetIn }] : [];
  });
}

function capabilitiesBeyond(a: CompiledProfile, b: CompiledProfile): readonly Grant[] {
  const beyond = a.capabilities.allow & ~b.capabilities.allow;
  return Array.from({ length: 64 }, (_, number) => number)
    .filter((number) => ((beyond >> BigInt(number)) & 1n) === 1n)
    .map((number) => ({ kind: 'capability', capability: CAPABILITIES[number] ?? `capability ${String(number)}` }));
}

const UNLIMITED = 0xffffffffffffffffn;

/** A limit that A hasn't, or that is higher there; a lower niceness is more (man setrlimit: the ceiling is 20 - limit). */
function rlimitsBeyond(a: CompiledProfile, b: CompiledProfile): readonly Grant[] {
  return [...b.rlimits]
    .toSorted(([one], [other]) => one - other)
    .flatMap(([number, limit]): readonly Grant[] => {
      const own = a.rlimits.get(number);
      if (own !== undefined && own <= limit) return [];
      const shown = (value: bigint): string => (value === UNLIMITED ? 'infinity' : String(value));
      const resource = RESOURCES[number] ?? String(number);
      return [{ kind: 'rlimit', resource, b: shown(limit), ...(own !== undefined && { a: shown(own) }) }];
    });
}

/** Of the table of old policies. */
function networkBeyond(a: CompiledProfile, b: CompiledProfile): readonly Grant[] {
  const [ofA, ofB] = [a.network, b.network];
  if (ofB === undefined) return [];
  if (ofA === undefined) return [{ kind: 'unmediated', class: 'network' }];
  return ofA.flatMap(({ allow }, family): readonly Grant[] => {
    const beyond = allow & ~(ofB[family]?.allow ?? 0);
    if (beyond === 0) return [];
    const types = Array.from({ length: SOCKET_TYPE_BITS }, (_, type) => type)
      .filter((type) => ((beyond >>> type) & 1) !== 0)
      .map(socketTypeName);
    return [{ kind: 'network', family: ADDRESS_FAMILIES[family] ?? String(family), types }];
  });
}

/** The name of a profile's parent; its own where it has none. */
export function topOf(name: ByteText): ByteText {
  return name.split(CHILD)[0] ?? name;
}
