import { type ByteText, commonPrefix } from '../../core/byte-text.ts';
import { escapeName } from './escape.ts';
import type { Segment } from './places.ts';

/** What a name is made of: its own letters, and parts that another run would have otherwise. */
export type Part =
  | { readonly kind: 'literal'; readonly text: ByteText }
  | { readonly kind: 'uuid' | 'hex' | 'HEX' | 'number' | 'random'; readonly text: ByteText };

export interface Shape {
  /** The same for names that differ in their volatile parts only. */
  readonly key: string;
  readonly parts: readonly Part[];
  /** `strong`: nobody names a thing so by hand, so one name is enough. `weak`: several names have to show it. */
  readonly strength: 'strong' | 'weak';
}

export interface ShapeContext {
  /** In a folder for temporary files, where random names are the rule. */
  readonly isTemporary: boolean;
  /** The number of the process stands in the name. */
  readonly namesProcess: boolean;
}

const LEAST_HEX = 16;
const LEAST_RANDOM = 6;
const MOST_RANDOM = 40;
/** Changes between lower case, upper case and digits: words and versions have fewer, mkstemp(3) makes 3.3 in six letters. */
const LEAST_CHANGES = 3;
/** Where random names are the rule: `lu4711XYZABC`. */
const LEAST_CHANGES_IN_TEMPORARY = 2;
/** mkstemp(3), Python's tempfile, mktemp(1): as many letters as these put into a name. */
const SUFFIX_LENGTHS: ReadonlySet<number> = new Set([6, 8, 10]);
/** Two names begin with the same two letters by chance once in 3,844 times, four with the same one once in 238,328. */
const TELLING_PREFIXES = [
  { names: 2, length: 2 },
  { names: 4, length: 1 },
] as const;

const TOKEN = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[A-Za-z0-9]+/gi;
const UUID_LENGTH = 36;
const UUID_PATTERN = '????????-????-????-????-????????????';

/** Without digits, and without a capital in the midst of a word, there is no number and never as many changes as a random part has. */
const MAY_BE_VOLATILE = /\d|[a-z][A-Z]/;

export function mayBeVolatile(name: ByteText): boolean {
  return MAY_BE_VOLATILE.test(name);
}

/** The shape of a name that has volatile parts; `undefined` where it looks like any word. */
export function shapeOf(name: ByteText, context: ShapeContext): Shape | undefined {
  if (!mayBeVolatile(name)) return undefined;
  const parts: Part[] = [];
  let from = 0;
  for (const { 0: token, index } of name.matchAll(TOKEN)) {
    if (index > from) parts.push({ kind: 'literal', text: name.slice(from, index) });
    parts.push(...partsOf(token, context));
    from = index + token.length;
  }
  if (from < name.length) parts.push({ kind: 'literal', text: name.slice(from) });
  const volatile = parts.filter((part) => part.kind !== 'literal');
  if (volatile.length === 0) return undefined;
  const isStrong =
    context.namesProcess ||
    volatile.some(
      ({ kind }) => kind === 'uuid' || kind === 'hex' || kind === 'HEX' || (kind === 'random' && context.isTemporary),
    );
  return {
    key: parts.map((part) => (part.kind === 'literal' ? `=${part.text}` : part.kind)).join('/'),
    parts,
    strength: isStrong ? 'strong' : 'weak',
  };
}

/** Whether a program must have thought of the name, a digest or a UUID: it is another one on another machine, if not in another run. */
export function isMachineMade({ parts }: Shape): boolean {
  return parts.some(({ kind }) => kind === 'uuid' || kind === 'hex' || kind === 'HEX');
}

/** Works out no shape twice: names are asked for again with every run that is held out. */
export class Shapes {
  readonly #known = [0, 1, 2, 3].map(() => ({
    ofName: new Map<ByteText, Shape | undefined>(),
    ofCrowd: new WeakMap<readonly Segment[], readonly Shape[]>(),
  }));

  of(name: ByteText, context: ShapeContext): Shape | undefined {
    const own = this.#known[numberOf(context)]?.ofName;
    if (own === undefined) return shapeOf(name, context);
    const known = own.get(name);
    if (known !== undefined || own.has(name)) return known;
    const shape = shapeOf(name, context);
    own.set(name, shape);
    return shape;
  }

  /** Those of names that are asked for together each time; names without one are left out. */
  ofAll(segments: readonly Segment[], context: ShapeContext): readonly Shape[] {
    const own = this.#known[numberOf(context)]?.ofCrowd;
    const known = own?.get(segments);
    if (known !== undefined) return known;
    const shapes = segments.flatMap(({ name }) => (name === undefined ? [] : (this.of(name, context) ?? [])));
    own?.set(segments, shapes);
    return shapes;
  }
}

function numberOf({ isTemporary, namesProcess }: ShapeContext): number {
  return Number(isTemporary) * 2 + Number(namesProcess);
}

function partsOf(token: string, { isTemporary }: ShapeContext): readonly Part[] {
  const leastChanges = isTemporary ? LEAST_CHANGES_IN_TEMPORARY : LEAST_CHANGES;
  if (token.length === UUID_LENGTH && token.includes('-')) return [{ kind: 'uuid', text: token }];
  if (/^\d+$/.test(token)) return [{ kind: 'number', text: token }];
  if (token.length >= LEAST_HEX && /\d/.test(token)) {
    if (/^[0-9a-f]+$/.test(token)) return [{ kind: 'hex', text: token }];
    if (/^[0-9A-F]+$/.test(token)) return [{ kind: 'HEX', text: token }];
  }
  if (token.length >= LEAST_RANDOM && token.length <= MOST_RANDOM && changesOf(token) >= leastChanges) {
    return [{ kind: 'random', text: token }];
  }
  return (token.match(/\d+|[A-Za-z]+/g) ?? []).map((text) => ({ kind: /\d/.test(text) ? 'number' : 'literal', text }));
}

/** A capital at the start of a word is no change. */
function changesOf(token: string): number {
  return (token.match(/\d+|[A-Z]?[a-z]+|[A-Z]+/g) ?? []).length - 1;
}

/** The pattern for names of one shape. */
export function patternOf(shapes: readonly Shape[]): ByteText {
  const [first] = shapes;
  return (first?.parts ?? []).map((part, index) => partPattern(part, shapes, index)).join('');
}

function partPattern(part: Part, shapes: readonly Shape[], index: number): ByteText {
  switch (part.kind) {
    case 'literal':
      return escapeName(part.text);
    case 'uuid':
      return UUID_PATTERN;
    case 'hex':
      return '[0-9a-f]*';
    case 'HEX':
      return '[0-9A-F]*';
    case 'number':
      return '[0-9]*';
    case 'random':
      return randomPattern(shapes.map(({ parts }) => parts[index]?.text ?? ''));
  }
}

function randomPattern(texts: readonly ByteText[]): ByteText {
  const [first = ''] = texts;
  // What several names have alike is no chance.
  if (texts.length > 1 && texts.every((text) => text === first)) return escapeName(first);
  const shared = sharedPrefix(texts);
  const isTelling = TELLING_PREFIXES.some(({ names, length }) => texts.length >= names && shared.length >= length);
  const prefix = isTelling ? shared : '';
  const lengths = new Set(texts.map((text) => text.length - prefix.length));
  const [length = 0] = lengths;
  return `${escapeName(prefix)}${lengths.size === 1 && SUFFIX_LENGTHS.has(length) ? '?'.repeat(length) : '*'}`;
}

/** What all begin with, as bytes; the last character of the shortest is left to be volatile. */
export function sharedPrefix(texts: readonly ByteText[], shortest = leastLength(texts)): ByteText {
  return texts.reduce(commonPrefix, texts[0] ?? '').slice(0, Math.max(0, shortest - 1));
}

export function leastLength(texts: readonly ByteText[]): number {
  return texts.reduce((least, text) => Math.min(least, text.length), Infinity);
}
