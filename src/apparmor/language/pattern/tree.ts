import { readEscape } from '../escapes.ts';
import { addAll, addByte, type ByteSet, emptySet, invert, rangeOf, setOf } from './byte-set.ts';

export type PatternTree =
  | { readonly kind: 'set'; readonly bytes: ByteSet; readonly form: 'byte' | 'class' | 'negated' }
  | { readonly kind: 'star'; readonly of: PatternTree }
  | { readonly kind: 'sequence'; readonly parts: readonly PatternTree[] }
  | { readonly kind: 'choice'; readonly options: readonly PatternTree[] };

interface Reader {
  readonly text: string;
  at: number;
}

const ESCAPABLE = '*+.|^$-[](){}';
/** What begins something else where it stands outside of a class. */
const OPERATORS = '*+|)';

/**
 * A regular expression of toExpression() as a tree; `undefined` where AppArmor's own grammar (libapparmor_re/parse.y)
 * does not take it: `[]`, `[a-]`, `[--]`.
 */
export function readTree(text: string): PatternTree | undefined {
  const reader: Reader = { text, at: 0 };
  const tree = readChoice(reader);
  return reader.at === text.length ? tree : undefined;
}

function readChoice(reader: Reader): PatternTree | undefined {
  const options: PatternTree[] = [];
  for (;;) {
    const sequence = readSequence(reader);
    if (sequence === undefined) return undefined;
    options.push(sequence);
    if (reader.text[reader.at] !== '|') break;
    reader.at += 1;
  }
  return options.length === 1 ? options[0] : { kind: 'choice', options };
}

function readSequence(reader: Reader): PatternTree | undefined {
  const parts: PatternTree[] = [];
  while (reader.at < reader.text.length && !OPERATORS.includes(reader.text[reader.at] ?? '')) {
    const term = readTerm(reader);
    if (term === undefined) return undefined;
    if (reader.text[reader.at] === '*') {
      reader.at += 1;
      parts.push({ kind: 'star', of: term });
    } else parts.push(term);
  }
  return { kind: 'sequence', parts };
}

function readTerm(reader: Reader): PatternTree | undefined {
  const character = reader.text[reader.at] ?? '';
  if (character === '(') {
    reader.at += 1;
    const inner = readChoice(reader);
    if (inner === undefined || reader.text[reader.at] !== ')') return undefined;
    reader.at += 1;
    return inner;
  }
  if (character === '[') {
    reader.at += 1;
    return readClass(reader);
  }
  const byte = readByte(reader).charCodeAt(0);
  return { kind: 'set', bytes: rangeOf(byte, byte), form: 'byte' };
}

function readByte(reader: Reader): string {
  const character = reader.text[reader.at] ?? '';
  reader.at += 1;
  if (character !== '\\') return character;
  const escape = readEscape(reader.text, reader.at);
  if (escape !== undefined) {
    reader.at = escape.end;
    return escape.character;
  }
  const next = reader.text[reader.at] ?? '';
  if (next === '' || !ESCAPABLE.includes(next)) return '\\';
  reader.at += 1;
  return next;
}

function readClass(reader: Reader): PatternTree | undefined {
  const isNegated = reader.text[reader.at] === '^';
  if (isNegated) reader.at += 1;
  const bytes = readClassBytes(reader, isNegated);
  if (bytes === undefined) return undefined;
  reader.at += 1;
  return isNegated ? { kind: 'set', bytes: invert(bytes), form: 'negated' } : { kind: 'set', bytes, form: 'class' };
}

/** Up to the closing bracket; only the first place takes `]` and `-`, and takes `^` behind a `^` alone. */
function readClassBytes(reader: Reader, isNegated: boolean): ByteSet | undefined {
  const bytes = emptySet();
  for (let isFirst = true; ; isFirst = false) {
    const written = reader.text[reader.at];
    if (written === undefined) return undefined;
    if (!isFirst && written === ']') return bytes;
    if (!isFirst && written === '-') return undefined;
    if (isFirst && written === '^') {
      if (!isNegated) return undefined;
      reader.at += 1;
      addAll(bytes, setOf('^'));
      if (reader.text[reader.at] === '-') return undefined;
      continue;
    }
    const from = readByte(reader).charCodeAt(0);
    if (reader.text[reader.at] !== '-') {
      addByte(bytes, from);
      continue;
    }
    reader.at += 1;
    const end = reader.text[reader.at];
    if (end === undefined || end === ']' || end === '-') return undefined;
    addAll(bytes, rangeOf(from, readByte(reader).charCodeAt(0)));
  }
}

/**
 * Whether it counts as a path without wildcards: then its exec mode is stronger than that of a glob. From 4.0 on a class
 * such as `[56]` is none (aare_rules::add_rule_vec of libapparmor_re/aare_rules.cc).
 */
export function isExact(tree: PatternTree, options: { readonly isClassExact: boolean }): boolean {
  switch (tree.kind) {
    case 'set':
      return tree.form === 'byte' || (tree.form === 'class' && options.isClassExact);
    case 'star':
      return false;
    case 'sequence':
      return tree.parts.every((part) => isExact(part, options));
    case 'choice':
      return tree.options.every((option) => isExact(option, options));
  }
}
