import { type ByteText, compareBytes } from '../../../core/byte-text.ts';
import { START } from '../automaton.ts';
import { readTransition } from '../exec.ts';
import { NO_PERMISSIONS, type RuleAutomaton } from '../permissions.ts';
import type { Attachments, CompiledPolicy, CompiledProfile } from '../profile.ts';
import { search } from './product.ts';
import { remembered } from './sides.ts';

export type Sameness =
  | { readonly kind: 'same' }
  | Difference
  | { readonly kind: 'unknown'; readonly profile: ByteText; readonly what: Part; readonly reason: string };

type Part = 'profiles' | 'settings' | 'attachments' | 'classes' | 'files';

/** Where two policies answer differently, and by what text of an automaton it shows. */
export interface Difference {
  readonly kind: 'different';
  readonly profile: ByteText;
  readonly what: Part;
  readonly text?: ByteText;
}

/** Whether two policies mean the same in all: what is allowed, what is logged, how execution goes on, what they are for. */
export function samePolicies(a: CompiledPolicy, b: CompiledPolicy): Sameness {
  const [ofA, ofB] = [sorted(a), sorted(b)];
  for (let i = 0; i < Math.max(ofA.length, ofB.length); i++) {
    const [one, other] = [ofA[i], ofB[i]];
    if (one === undefined || other === undefined || keyOf(one) !== keyOf(other))
      return { kind: 'different', profile: (one ?? other)?.name ?? '', what: 'profiles' };
    const judged = sameProfiles(one, other);
    if (judged.kind !== 'same') return judged;
  }
  return { kind: 'same' };
}

function sorted({ profiles }: CompiledPolicy): readonly CompiledProfile[] {
  return profiles.toSorted((one, other) => compareBytes(keyOf(one), keyOf(other)));
}

function keyOf({ name, namespace = '' }: CompiledProfile): string {
  return `${namespace}\0${name}`;
}

function sameProfiles(a: CompiledProfile, b: CompiledProfile): Sameness {
  if (settings(a) !== settings(b)) return { kind: 'different', profile: a.name, what: 'settings' };
  const parts = [
    () => sameAttachments(a, b),
    () => sameRules(a, { what: 'classes', a: a.classes, b: b.classes }),
    () => sameRules(a, { what: 'files', a: a.files, b: b.files }),
  ];
  for (const part of parts) {
    const judged = part();
    if (judged.kind !== 'same') return judged;
  }
  return { kind: 'same' };
}

/** All that is no automaton, as one text. */
function settings(profile: CompiledProfile): string {
  const { attachments, classes: _classes, files: _files, data, rlimits, ...rest } = profile;
  const values = {
    ...rest,
    length: attachments?.length,
    rlimits: [...rlimits],
    data: data.map(({ key, value }) => [key, [...value]]),
  };
  return JSON.stringify(values, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
}

function sameAttachments(a: CompiledProfile, b: CompiledProfile): Sameness {
  const [ofA, ofB] = [a.attachments, b.attachments];
  if (ofA === undefined && ofB === undefined) return { kind: 'same' };
  if (ofA === undefined || ofB === undefined) return { kind: 'different', profile: a.name, what: 'attachments' };
  const isMatch = ({ accepts }: Attachments, state: number): number => accepts[state] ?? 0;
  const found = search({
    a: ofA.automaton,
    b: ofB.automaton,
    seeds: [{ a: START, b: START, text: () => '' }],
    words: 'attachments',
    enough: 1,
    shows: (stateA, stateB) => (isMatch(ofA, stateA) === isMatch(ofB, stateB) ? 0 : 1),
  });
  return sameness(found, a.name, 'attachments');
}

interface Sides {
  readonly what: 'classes' | 'files';
  readonly a: RuleAutomaton | undefined;
  readonly b: RuleAutomaton | undefined;
}

function sameRules({ name }: CompiledProfile, { what, a, b }: Sides): Sameness {
  if (a === undefined && b === undefined) return { kind: 'same' };
  if (a === undefined || b === undefined) return { kind: 'different', profile: name, what };
  const [entriesA, entriesB] = [a.permissions.entries, b.permissions.entries];
  const differs = remembered(entriesA.length, entriesB.length, (indexA, indexB) =>
    entryText(a, indexA) === entryText(b, indexB) ? 0 : 1,
  );
  const found = search({
    a: a.automaton,
    b: b.automaton,
    seeds: [{ a: a.start, b: b.start, text: () => '' }],
    words: 'bytes',
    enough: 1,
    shows: (stateA, stateB) =>
      differs(a.permissions.owner[stateA] ?? 0, b.permissions.owner[stateB] ?? 0) |
      differs(a.permissions.other[stateA] ?? 0, b.permissions.other[stateB] ?? 0),
  });
  return sameness(found, name, what);
}

function entryText({ permissions, transitions }: RuleAutomaton, index: number): string {
  const { execIndex, ...bits } = permissions.entries[index] ?? NO_PERMISSIONS;
  return JSON.stringify([readTransition(execIndex, transitions), Object.values(bits)]);
}

function sameness(found: ReturnType<typeof search>, profile: ByteText, what: Part): Sameness {
  if (found.kind === 'too-large') return { kind: 'unknown', profile, what, reason: found.reason };
  const [text] = found.examples.values();
  return text === undefined ? { kind: 'same' } : { kind: 'different', profile, what, text };
}

/** All that an automaton says of a text, for who wants to see that two of them differ in it. */
export function wordsAt(rules: RuleAutomaton, text: ByteText): readonly [owner: string, other: string] {
  const state = rules.automaton.walk(rules.start, text);
  const { owner, other } = rules.permissions;
  return [entryText(rules, owner[state] ?? 0), entryText(rules, other[state] ?? 0)];
}
