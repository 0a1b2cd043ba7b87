import type { ByteText } from '../../core/byte-text.ts';
import type { PatternText } from '../language/syntax.ts';
import { beginDifferently, findText, type Found, type Inclusion, includes, type Sought } from './compare.ts';
import { type ParsedPattern, parsePattern, type Pattern, unionOf } from './pattern.ts';

/** Answers about a policy's patterns: each text is understood once and each question answered once, for abstractions are everywhere. */
export class PatternStore {
  readonly #byText = new Map<ByteText, ParsedPattern>();
  readonly #ids = new Map<Pattern, number>();
  readonly #unions = new Map<string, Pattern>();
  /** What a union is made of. */
  readonly #members = new Map<Pattern, readonly Pattern[]>();
  readonly #meetings = new Map<string, boolean>();
  readonly #found = new Map<string, Found>();
  readonly #inclusions = new Map<string, Inclusion>();

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
    const key = this.#key(patterns);
    const known = this.#unions.get(key);
    if (known !== undefined) return known;
    const union = unionOf(patterns);
    this.#unions.set(key, union);
    if (patterns.length > 1) this.#members.set(union, [...new Set(patterns.flatMap((one) => this.#membersOf(one)))]);
    return union;
  }

  /** A shortest path that all of some patterns match and none of some others. */
  find(sought: Pick<Sought, 'inAll' | 'inNone'>): Found {
    const { inAll, inNone = [] } = sought;
    const isApart = inAll.some((a, index) => inAll.slice(index + 1).some((b) => !this.#mayMeet(a, b)));
    if (isApart) return { kind: 'none' };
    const key = `${this.#key(inAll)}-${this.#key(inNone)}`;
    const found = this.#found.get(key) ?? findText(sought);
    this.#found.set(key, found);
    return found;
  }

  /** Whether every path that `b` matches is one that `a` matches. */
  includes(a: Pattern, b: Pattern): Inclusion {
    const key = this.#key([a, b]);
    const inclusion = this.#inclusions.get(key) ?? includes(a, b);
    this.#inclusions.set(key, inclusion);
    return inclusion;
  }

  /** Whether it can't be ruled out that both match the same path: each of the one is asked with each of the other, once. */
  #mayMeet(a: Pattern, b: Pattern): boolean {
    return this.#membersOf(a).some((one) => this.#membersOf(b).some((other) => this.#doMeet(one, other)));
  }

  #doMeet(a: Pattern, b: Pattern): boolean {
    if (beginDifferently(a, b)) return false;
    const key = this.#key([a, b]);
    const known = this.#meetings.get(key) ?? findText({ inAll: [a, b] }).kind !== 'none';
    this.#meetings.set(key, known);
    return known;
  }

  #membersOf(pattern: Pattern): readonly Pattern[] {
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
