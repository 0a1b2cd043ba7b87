import { type ByteText, compareBytes } from '../../core/byte-text.ts';
import type { Profile, Rule } from '../language/syntax.ts';
import { evidenceComment } from './comment.ts';
import type { Learned, LearnedBlock, LearnedRule } from './result.ts';
import type { RuleGroup } from './rule-text.ts';

export type Edited =
  | { readonly kind: 'edited'; readonly text: ByteText }
  /** The text is laid out in a way that no line can be put in safely. */
  | { readonly kind: 'not-editable'; readonly reason: string };

/** Lines to be put in behind a line; lines count from 1, and 0 is before the first. */
interface Insertion {
  readonly after: number;
  readonly lines: readonly ByteText[];
}

const INDENT = '  ';

/** Puts learned rules into the text of a profile: nothing that is there is changed, moved or taken away. */
export function editProfile(text: ByteText, profile: Profile, { blocks, label }: Learned): Edited {
  const lines = text.split('\n');
  const insertions: Insertion[] = [];
  const children: ByteText[] = [];
  for (const block of blocks) {
    if (block.rules.length === 0) continue;
    const there = findProfile(profile, block.label);
    if (there === undefined) {
      children.push('', ...childLines(block, label).map((line) => (line === '' ? line : `${INDENT}${line}`)));
      continue;
    }
    const end = there.place.endLine;
    if (!isClosing(lines[end - 1])) {
      return {
        kind: 'not-editable',
        reason: `line ${String(end)} holds more than the brace that closes ${there.name}: put the brace on a line of its own.`,
      };
    }
    insertions.push(...insertionsOf(block.rules, { profile: there, lines }));
  }
  if (children.length > 0) {
    if (!isClosing(lines[profile.place.endLine - 1])) {
      return {
        kind: 'not-editable',
        reason: `line ${String(profile.place.endLine)} holds more than the closing brace.`,
      };
    }
    insertions.push({ after: profile.place.endLine - 1, lines: children });
  }
  return { kind: 'edited', text: insert(lines, insertions).join('\n') };
}

function isClosing(line: ByteText | undefined): boolean {
  return line !== undefined && /^\s*\}\s*(?:#.*)?$/.test(line);
}

function findProfile(profile: Profile, label: ByteText): Profile | undefined {
  if (profile.name === label) return profile;
  for (const child of profile.children) {
    const found = findProfile(child, label);
    if (found !== undefined) return found;
  }
  return undefined;
}

interface Place {
  readonly profile: Profile;
  readonly lines: readonly ByteText[];
}

function insertionsOf(rules: readonly LearnedRule[], place: Place): readonly Insertion[] {
  return rules.map((rule) => {
    const { after, indent } = placeFor(rule, place);
    return { after, lines: [ruleLine(rule, indent)] };
  });
}

/** Behind the rule of its kind that has most of its path's beginning in common, the last of them; else before the end. */
function placeFor(rule: LearnedRule, { profile, lines }: Place): { readonly after: number; readonly indent: string } {
  let best: { readonly line: number; readonly shared: number } | undefined;
  for (const one of ownRules(profile)) {
    if (groupOf(one) !== rule.group) continue;
    const key = sortKeyOf(one);
    const shared = sharedLength(key, rule.sortKey);
    // Among those that share as much, the one behind which it is in order.
    const isLater =
      best === undefined || shared > best.shared || (shared === best.shared && compareBytes(key, rule.sortKey) <= 0);
    if (isLater) best = { line: one.place.endLine, shared };
  }
  if (rule.group === 'include') {
    const include = profile.includes.findLast(({ place }) => place.includedFrom.length === 0);
    best = { line: include?.place.endLine ?? openingLine(profile, lines), shared: 0 };
  }
  const line = best?.line ?? endOfRules(profile);
  return { after: line, indent: best === undefined ? indentWithin(profile, lines) : indentOf(lines[line - 1] ?? '') };
}

function ownRules({ rules }: Profile): readonly Rule[] {
  return rules.filter(({ place }) => place.includedFrom.length === 0);
}

/** Before the first child, or before the closing brace. */
function endOfRules({ place, children, rules }: Profile): number {
  const last = rules.filter((rule) => rule.place.includedFrom.length === 0).at(-1);
  if (last !== undefined) return last.place.endLine;
  const own = children.filter((child) => child.place.includedFrom.length === 0);
  return Math.min(place.endLine, ...own.map((child) => child.place.line)) - 1;
}

/** The line with the opening brace of a profile, where its body begins. */
function openingLine({ place }: Profile, lines: readonly ByteText[]): number {
  for (let line = place.line; line < place.endLine; line += 1) {
    if (/\{\s*(?:#.*)?$/.test(lines[line - 1] ?? '')) return line;
  }
  return place.endLine - 1;
}

function indentWithin({ place }: Profile, lines: readonly ByteText[]): string {
  return `${indentOf(lines[place.endLine - 1] ?? '')}${INDENT}`;
}

function indentOf(line: ByteText): string {
  return /^[ \t]*/.exec(line)?.[0] ?? '';
}

function sharedLength(a: ByteText, b: ByteText): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return length;
}

const GROUPS: Readonly<Record<Rule['kind'], RuleGroup | undefined>> = {
  file: 'file',
  link: 'link',
  capability: 'capability',
  network: 'network',
  mount: 'mount',
  remount: 'mount',
  umount: 'mount',
  'pivot-root': 'mount',
  'change-profile': 'change_profile',
  rlimit: 'rlimit',
  signal: 'signal',
  ptrace: 'ptrace',
  unix: 'unix',
  dbus: 'dbus',
  mqueue: 'mqueue',
  userns: 'userns',
  'io-uring': 'io_uring',
  module: undefined,
  all: undefined,
};

function groupOf(rule: Rule): RuleGroup | undefined {
  return rule.effect === 'allow' ? GROUPS[rule.kind] : undefined;
}

function sortKeyOf(rule: Rule): ByteText {
  return rule.kind === 'file' ? (rule.path?.written ?? '') : rule.text;
}

function ruleLine(rule: LearnedRule, indent: string): ByteText {
  return `${indent}${rule.text} ${evidenceComment(rule)}`;
}

/** The lines of a child profile, not indented. */
function childLines({ label, newFor = '', rules }: LearnedBlock, parent: ByteText): readonly ByteText[] {
  const name = label.slice(parent.length + '//'.length);
  return [
    `# for ${newFor.replaceAll(/[^\x21-\x7e]/g, '?')}`,
    `profile ${name} flags=(complain) {`,
    ...rules.map((rule) => ruleLine(rule, INDENT)),
    '}',
  ];
}

function insert(lines: readonly ByteText[], insertions: readonly Insertion[]): readonly ByteText[] {
  const after = new Map<number, ByteText[]>();
  for (const one of insertions) {
    const there = after.get(one.after);
    if (there === undefined) after.set(one.after, [...one.lines]);
    else there.push(...one.lines);
  }
  return [...(after.get(0) ?? []), ...lines.flatMap((line, index) => [line, ...(after.get(index + 1) ?? [])])];
}

export interface NewProfile {
  readonly name: ByteText;
  /** What it is for, as it is written; absent for one that is only entered from another. */
  readonly attachment: ByteText | undefined;
  /** `<abi/3.0>`; absent where the policy has none. */
  readonly abi: string | undefined;
}

/** The text of a profile that isn't there yet. It begins in complain mode: enforcing is a step of its own. */
export function newProfileText({ blocks, label }: Learned, { name, attachment, abi }: NewProfile): ByteText {
  const own = blocks.find((block) => block.label === label);
  const lines: ByteText[] = [
    ...(abi === undefined ? [] : [`abi ${abi},`, '']),
    'include <tunables/global>',
    '',
    `profile ${name}${attachment === undefined ? '' : ` ${attachment}`} flags=(complain) {`,
  ];
  let group: RuleGroup | undefined;
  for (const rule of own?.rules ?? []) {
    if (group !== undefined && rule.group !== group) lines.push('');
    group = rule.group;
    lines.push(ruleLine(rule, INDENT));
  }
  for (const block of blocks) {
    if (block.label === label) continue;
    lines.push('', ...childLines(block, label).map((line) => `${INDENT}${line}`));
  }
  return `${[...lines, '}'].join('\n')}\n`;
}
