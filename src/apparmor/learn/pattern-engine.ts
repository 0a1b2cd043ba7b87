import type { ByteText } from '../../core/byte-text.ts';
import { includes, intersects, type Intersection } from '../pattern/compare.ts';
import { matches, type Pattern, parsePattern } from '../pattern/pattern.ts';

/** What learning asks of patterns (AARE) without variables; each is understood once. */
export class PatternEngine {
  readonly #known = new Map<ByteText, Pattern | undefined>();

  /** A test for paths; `undefined` where the text is no pattern. */
  compile(text: ByteText): ((path: ByteText) => boolean) | undefined {
    const pattern = this.#parse(text);
    return pattern && ((path) => matches(pattern, path));
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
    this.#known.set(text, pattern);
    return pattern;
  }
}
