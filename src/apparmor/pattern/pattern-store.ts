import type { ByteText } from '../../core/byte-text.ts';
import type { PatternText } from '../language/syntax.ts';
import { areApart, type Effort, findText, type Found, type Inclusion, type Sought } from './compare.ts';
import { Neighbours } from './neighbours.ts';
import { type ParsedPattern, parsePattern, type Pattern, unionOf } from './pattern.ts';

type Question = Pick<Sought, 'inAll' | 'inNone' | 'effort'>;

/** Answers about a policy's patterns: each text is understood once and each question answered once, for abstractions are everywhere. */
export class PatternStore {
  readonly #byText = new Map<ByteText, ParsedPattern>();
  readonly #ids = new Map<Pattern, number>();
  readonly #unions = new Map<string, Pattern>();
  /** What a union is made of. */
  readonly #members = new Map<Pattern, ReadonlySet<Pattern>>();
  readonly #neighbours = new Map<Pattern, Neighbours<Pattern>>();
  readonly #found = new Map<string, Found>();

  /** A pattern without variables. */
  parse(text: ByteText): ParsedPattern {
    const known = this.#byText.get(text) ?? parsePattern(text);
    this.#byText.set(text, known);
    return known;
  }

  /** The union of some texts, such as the values of a rule's variables. */
  parseAll({ expanded }: Pick<PatternText, 'expanded'>): ParsedPattern {
    const patterns: Pattern[] = [];
    for (const text of expanded) {
      const parsed = this.parse(text);
      if (parsed.kind === 'problem') return parsed;
      patterns.push(parsed.pattern);
    }
    return { kind: 'pattern', pattern: this.union(patterns) };
  }

  /** The same pattern for the same ones. */
  union(patterns: readonly Pattern[]): Pattern {
    const [only] = patterns;
    if (only !== undefined && patterns.length === 1) return only;
    const key = this.#key(patterns);
    const known = this.#unions.get(key);
    if (known !== undefined) return known;
    const union = unionOf(patterns);
    this.#unions.set(key, union);
    this.#members.set(union, new Set(patterns.flatMap((one) => [...this.#membersOf(one)])));
    return union;
  }

  /** A shortest path that all of some patterns match and none of some others. */
  find(question: Question): Found {
    const { inAll, inNone = [] } = question;
    const key = `${this.#key(inAll)}-${this.#key(inNone)}`;
    const known = this.#found.get(key);
    if (known !== undefined) return known;
    const found = this.#whyNot(question) ?? findText(question);
    if (found.kind !== 'unknown' || found.isSpent !== true) this.#found.set(key, found);
    return found;
  }

  /** Whether every path that `b` matches is one that `a` matches. */
  includes(a: Pattern, b: Pattern, effort?: Effort): Inclusion {
    const found = this.find({ inAll: [b], inNone: [a], ...(effort !== undefined && { effort }) });
    if (found.kind === 'unknown') return found;
    return found.kind === 'none' ? { kind: 'included' } : { kind: 'not-included', example: found.text };
  }

  /** What makes it needless to compare all at once: the parts of two of them, each asked once, do not meet. */
  #whyNot({ inAll, inNone = [], effort }: Question): Found | undefined {
    // Of two without parts that is the question itself.
    if (inNone.length === 0 && inAll.length === 2 && inAll.every((one) => !this.#members.has(one))) return undefined;
    for (const [index, a] of inAll.entries()) {
      for (const b of inAll.slice(index + 1)) {
        const meeting = this.#meeting(a, b, effort);
        if (meeting.kind === 'none' || (meeting.kind === 'unknown' && meeting.isSpent === true)) return meeting;
      }
    }
    return undefined;
  }

  /** A first text of two parts, or that it can't be ruled out that there is one. */
  #meeting(a: Pattern, b: Pattern, effort: Effort | undefined): Found {
    for (const one of this.#membersOf(a)) {
      for (const other of this.#near(b, one)) {
        if (effort !== undefined) effort.left -= 1;
        if (areApart(one, other)) continue;
        const found = this.find({ inAll: [one, other], ...(effort !== undefined && { effort }) });
        if (found.kind !== 'none') return found;
      }
    }
    return { kind: 'none' };
  }

  /** Parts of a pattern that begin as another one does. */
  #near(pattern: Pattern, { prefixes }: Pattern): Iterable<Pattern> {
    const members = this.#members.get(pattern);
    if (members === undefined) return [pattern];
    const known =
      this.#neighbours.get(pattern) ??
      new Neighbours([...members].map((value) => ({ prefixes: value.prefixes, value })));
    this.#neighbours.set(pattern, known);
    return known.near(prefixes);
  }

  #membersOf(pattern: Pattern): Iterable<Pattern> {
    return this.#members.get(pattern) ?? [pattern];
  }

  #key(patterns: readonly Pattern[]): string {
    return patterns.map((pattern) => this.#idOf(pattern)).join();
  }

  #idOf(pattern: Pattern): number {
    const id = this.#ids.get(pattern) ?? this.#ids.size;
    this.#ids.set(pattern, id);
    return id;
  }
}
