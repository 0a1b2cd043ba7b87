import type { ByteText } from '../../core/byte-text.ts';
import { includes, intersects, type Intersection } from '../pattern/compare.ts';
import { matches, mayBegin, type Pattern, parsePattern } from '../pattern/pattern.ts';

/** What can be asked of one pattern. */
export interface CompiledPattern {
  readonly matches: (path: ByteText) => boolean;
  /** Whether it may match something that begins so. */
  readonly mayBegin: (start: ByteText) => boolean;
}

/** A log can name any number, and what is known of one takes kilobytes. */
const MAX_KNOWN = 20_000;

/** What learning asks of patterns (AARE) without variables; each is understood once, as long as they are not too many. */
export class PatternEngine {
  readonly #known = new Map<ByteText, Pattern | undefined>();

  /** A test for paths; `undefined` where the text is no pattern. */
  compile(text: ByteText): ((path: ByteText) => boolean) | undefined {
    const pattern = this.#parse(text);
    return pattern && ((path) => matches(pattern, path));
  }

  compiled(text: ByteText): CompiledPattern | undefined {
    const pattern = this.#parse(text);
    return pattern && { matches: (path) => matches(pattern, path), mayBegin: (start) => mayBegin(pattern, start) };
  }

  intersects(a: ByteText, b: ByteText): Intersection {
    const [one, other] = [this.#parse(a), this.#parse(b)];
    return one === undefined || other === undefined
      ? { kind: 'unknown', reason: 'one of them is no pattern' }
      : intersects(one, other);
  }

  /** Whether the first matches all that the second does; `false` also where that can't be told. */
  includes(a: ByteText, b: ByteText): boolean {
    const [one, other] = [this.#parse(a), this.#parse(b)];
    return one !== undefined && other !== undefined && includes(one, other).kind === 'included';
  }

  #parse(text: ByteText): Pattern | undefined {
    if (this.#known.has(text)) return this.#known.get(text);
    const parsed = parsePattern(text);
    const pattern = parsed.kind === 'pattern' ? parsed.pattern : undefined;
    if (this.#known.size >= MAX_KNOWN) this.#known.clear();
    this.#known.set(text, pattern);
    return pattern;
  }
}
