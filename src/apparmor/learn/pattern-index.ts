import { type ByteText, compareBytes } from '../../core/byte-text.ts';
import type { PatternEngine } from './pattern-engine.ts';

/** A pattern that is compiled when a path begins as it does. */
export interface PathTest {
  readonly prefix: ByteText;
  readonly matches: (path: ByteText) => boolean;
}

/** What begins a pattern before anything in it may mean more than itself. */
const LITERAL_START = /^[^*?[\]{}\\"^,]*/;

/** The text that everything begins with that a pattern matches, or a part of it. */
export function literalStart(pattern: ByteText): ByteText {
  const [start = ''] = LITERAL_START.exec(pattern) ?? [];
  // Doubled slashes are one for the parser, so nothing is sure of what begins with them.
  return pattern.includes('//') ? '' : start;
}

export function pathTest(pattern: ByteText, engine: PatternEngine): PathTest {
  const prefix = literalStart(pattern);
  if (prefix === pattern) return { prefix, matches: (path) => compareBytes(path, pattern) === 0 };
  let test: ((path: ByteText) => boolean) | undefined;
  return {
    prefix,
    matches: (path) => {
      test ??= engine.compile(pattern) ?? (() => false);
      return test(path);
    },
  };
}

interface Entry<Value> {
  readonly test: PathTest;
  readonly value: Value;
}

/** Many patterns, asked which of them match a path: those that begin with other folders are not looked at. */
export class PatternIndex<Value> {
  readonly #byStart = new Map<ByteText, Entry<Value>[]>();

  add(test: PathTest, value: Value): void {
    const key = folderStart(test.prefix);
    const entries = this.#byStart.get(key);
    if (entries === undefined) this.#byStart.set(key, [{ test, value }]);
    else entries.push({ test, value });
  }

  /** In the order of their keys, then as they were added; a value that was added with several patterns may come twice. */
  find(path: ByteText): readonly Value[] {
    const found: Value[] = [];
    for (const key of startsOf(path)) {
      for (const { test, value } of this.#byStart.get(key) ?? []) {
        if (path.startsWith(test.prefix) && test.matches(path)) found.push(value);
      }
    }
    return found;
  }
}

/** Up to the second folder: `/usr/share/`. */
const LEVELS = 3;

function startsOf(path: ByteText): readonly ByteText[] {
  const starts = [''];
  for (let at = path.indexOf('/'); at !== -1 && starts.length <= LEVELS; at = path.indexOf('/', at + 1)) {
    starts.push(path.slice(0, at + 1));
  }
  return starts;
}

function folderStart(prefix: ByteText): ByteText {
  return startsOf(prefix).at(-1) ?? '';
}
