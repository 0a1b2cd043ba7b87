import { type ByteText, commonPrefix } from '../../core/byte-text.ts';
import type { PatternText } from '../language/syntax.ts';
import { Automaton } from './automaton.ts';
import { onlyByte } from './byte-set.ts';
import { type PatternProblem, toExpression } from './expression.ts';
import { lexedText, withoutDoubledSlashes } from './lexed.ts';
import { tableOf } from './nodes.ts';
import { parseExpression, type PatternNode } from './tree.ts';

/** No file name of a machine is a fraction as long (PATH_MAX is 4,096 bytes); alternations may be long. */
const MAX_PATTERN_LENGTH = 65_536;

/** What an AppArmor pattern (AARE) matches, or the union of several. */
export interface Pattern {
  /** As given. */
  readonly texts: readonly ByteText[];
  readonly trees: readonly PatternNode[];
  readonly automaton: Automaton;
  /** What all that each tree matches begins with. */
  readonly prefixes: readonly ByteText[];
  /** What all that each tree matches ends with. */
  readonly suffixes: readonly ByteText[];
}

export type ParsedPattern = { readonly kind: 'pattern'; readonly pattern: Pattern } | PatternProblem;

export interface PatternOptions {
  /** The longest that is looked at. */
  readonly limitCharacters?: number;
  /** Doubled slashes mean something, as in names of profiles. */
  readonly areSlashesKept?: boolean;
}

/** Brackets, braces, backslashes and NUL are all that can be wrong in a pattern. */
const PLAIN = String.raw`[^[\]{}\\\0,]`;
/** `[0-9a-f.]`, and `[^…]`: of letters, digits and points, ranges with two ends. */
const SURE_CLASS = String.raw`\[\^?(?:[A-Za-z0-9]-[A-Za-z0-9]|[A-Za-z0-9.])+\]`;
/** One in which braces don't nest. */
const SURE = new RegExp(
  `^(?:,|${PLAIN}|${SURE_CLASS}|\\{(?:${PLAIN}|${SURE_CLASS})*(?:,(?:${PLAIN}|${SURE_CLASS})*)+\\})*$`,
);

/** Whether a text is a pattern as far as can be told without understanding it; most are. */
export function isSurelyPattern(text: ByteText): boolean {
  return SURE.test(text);
}

/** Understands a pattern exactly as apparmor_parser does; variables are expanded and quotes gone, escapes are as written. */
export function parsePattern(
  text: ByteText,
  { limitCharacters = MAX_PATTERN_LENGTH, areSlashesKept = false }: PatternOptions = {},
): ParsedPattern {
  if (text.length > limitCharacters)
    return { kind: 'problem', message: `it is longer than ${limitCharacters} bytes`, at: limitCharacters };
  const nul = text.indexOf('\0');
  if (nul !== -1) return { kind: 'problem', message: 'it holds a NUL byte', at: nul };
  const lexed = lexedText(text);
  const converted = toExpression(areSlashesKept ? lexed : withoutDoubledSlashes(lexed));
  if (converted.kind === 'problem') return converted;
  const tree = parseExpression(converted.expression);
  if (tree.kind === 'problem') return tree;
  return { kind: 'pattern', pattern: patternOf([text], [tree]) };
}

/** What a rule's pattern matches for all values of its variables. */
export function parsePatternText({ expanded }: PatternText): ParsedPattern {
  const patterns: Pattern[] = [];
  for (const text of expanded) {
    const parsed = parsePattern(text);
    if (parsed.kind === 'problem') return parsed;
    patterns.push(parsed.pattern);
  }
  return { kind: 'pattern', pattern: unionOf(patterns) };
}

/** The pattern that matches what any of these does; none matches nothing. */
export function unionOf(patterns: readonly Pattern[]): Pattern {
  const [only] = patterns;
  if (only !== undefined && patterns.length === 1) return only;
  return patternOf(
    patterns.flatMap(({ texts }) => texts),
    patterns.flatMap(({ trees }) => trees),
  );
}

/** Made when it is asked: many patterns are looked at for mistakes only, most are told from others by how they begin. */
function patternOf(texts: readonly ByteText[], trees: readonly PatternNode[]): Pattern {
  let automaton: Automaton | undefined;
  let prefixes: readonly ByteText[] | undefined;
  let suffixes: readonly ByteText[] | undefined;
  return {
    texts,
    trees,
    get prefixes() {
      prefixes ??= trees.map((tree) => prefixOf(tree).text);
      return prefixes;
    },
    get suffixes() {
      suffixes ??= trees.map(suffixOf);
      return suffixes;
    },
    get automaton() {
      automaton ??= new Automaton(tableOf(trees));
      return automaton;
    },
  };
}

/** Whether a pattern matches the whole of a path; takes time linear in the path. */
export function matches({ automaton }: Pattern, path: ByteText): boolean {
  return automaton.matches(path);
}

/** Whether a pattern may match something that begins so; where it says no, it matches nothing of the kind. */
export function mayBegin({ automaton }: Pattern, start: ByteText): boolean {
  return automaton.mayBegin(start);
}

/** The one text that a pattern matches, escapes taken away; `undefined` for one that matches several. */
export function literalText({ trees }: Pattern): ByteText | undefined {
  const [tree] = trees;
  if (tree === undefined || trees.length > 1) return undefined;
  const prefix = prefixOf(tree);
  return prefix.isWhole ? prefix.text : undefined;
}

export function isLiteral(pattern: Pattern): boolean {
  return literalText(pattern) !== undefined;
}

/** What all that the pattern matches ends with. */
export function literalSuffix(pattern: Pattern): ByteText {
  return endsOf(pattern).suffix;
}

/** What all that the pattern matches begins with. */
export function literalPrefix(pattern: Pattern): ByteText {
  return endsOf(pattern).prefix;
}

interface Ends {
  readonly prefix: ByteText;
  readonly suffix: ByteText;
}

/** A union may have thousands of texts, and be compared with thousands of others. */
const knownEnds = new WeakMap<Pattern, Ends>();

function endsOf(pattern: Pattern): Ends {
  const { prefixes, suffixes } = pattern;
  const ends = knownEnds.get(pattern) ?? {
    prefix: prefixes.reduce(commonPrefix, prefixes[0] ?? ''),
    suffix: suffixes.reduce(commonSuffix, suffixes[0] ?? ''),
  };
  knownEnds.set(pattern, ends);
  return ends;
}

export interface ExactOptions {
  /** From 4.0 on a class such as `[56]` is no wildcard. */
  readonly isClassExact?: boolean;
}

/**
 * Whether apparmor_parser calls it exact, so that its way to execute beats that of globs: no star, `?` or brackets; alternations are
 * exact (libapparmor_re/aare_rules.cc: add_rule_vec).
 */
export function isExact({ trees }: Pattern, options: ExactOptions = {}): boolean {
  return trees.every((tree) => isExactTree(tree, options));
}

function isExactTree(tree: PatternNode, options: ExactOptions): boolean {
  if (tree.kind === 'set') return tree.form === 'byte' || (tree.form === 'class' && options.isClassExact === true);
  if (tree.kind === 'many') return false;
  return (tree.kind === 'sequence' ? tree.parts : tree.options).every((part) => isExactTree(part, options));
}

interface Prefix {
  readonly text: ByteText;
  readonly isWhole: boolean;
}

function prefixOf(tree: PatternNode): Prefix {
  if (tree.kind === 'set') {
    const byte = onlyByte(tree.set);
    return byte === undefined ? { text: '', isWhole: false } : { text: String.fromCharCode(byte), isWhole: true };
  }
  if (tree.kind === 'many') return { text: '', isWhole: false };
  if (tree.kind === 'choice') {
    const options = tree.options.map(prefixOf);
    const text = options.map((option) => option.text).reduce(commonPrefix);
    return { text, isWhole: options.every((option) => option.isWhole && option.text === text) };
  }
  const texts: string[] = [];
  for (const part of tree.parts) {
    const prefix = prefixOf(part);
    texts.push(prefix.text);
    if (!prefix.isWhole) return { text: texts.join(''), isWhole: false };
  }
  return { text: texts.join(''), isWhole: true };
}

/** The end of what is no more than a row of bytes: all before the last wildcard or alternation counts for nothing. */
function suffixOf(tree: PatternNode): ByteText {
  const parts = tree.kind === 'sequence' ? tree.parts : [tree];
  let suffix = '';
  for (const part of parts.toReversed()) {
    const { text, isWhole } = prefixOf(part);
    if (!isWhole) break;
    suffix = text + suffix;
  }
  return suffix;
}

function commonSuffix(a: string, b: string): string {
  let length = 0;
  while (length < a.length && length < b.length && a.at(-1 - length) === b.at(-1 - length)) length += 1;
  return a.slice(a.length - length);
}
