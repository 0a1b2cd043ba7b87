import { type ByteText, compareBytes } from '../../core/byte-text.ts';
import type { OtherNeed } from './sorter.ts';

/** `unix (bind, connect) type=stream,`: what is done stands in brackets behind the class (`otherRule()`). */
const ACCESS = /^([a-z_]+) \(([a-z_, -]+)\) (.*)$/s;

interface Split {
  /** The class and all conditions. */
  readonly rest: ByteText;
  readonly access: readonly string[];
}

function split(text: ByteText): Split | undefined {
  const [, name, access, conditions] = ACCESS.exec(text) ?? [];
  if (name === undefined || access === undefined || conditions === undefined) return undefined;
  return { rest: `${name}\0${conditions}`, access: access.split(/[ ,]+/) };
}

/** Rules that differ in nothing but what is done become one. */
export function joinAccess(others: readonly OtherNeed[]): readonly OtherNeed[] {
  const joined = new Map<ByteText, OtherNeed>();
  for (const other of others) {
    const key = split(other.text)?.rest ?? other.text;
    const there = joined.get(key);
    joined.set(
      key,
      there === undefined
        ? other
        : { ...other, text: joinTexts(there.text, other.text), facts: [...there.facts, ...other.facts] },
    );
  }
  return [...joined.values()];
}

function joinTexts(a: ByteText, b: ByteText): ByteText {
  const access = [...new Set([...(split(a)?.access ?? []), ...(split(b)?.access ?? [])])].toSorted(compareBytes);
  return a.replace(ACCESS, (_, name: string, __, conditions: string) => `${name} (${access.join(', ')}) ${conditions}`);
}

/** Whether one rule allows all that another does: the same but for what is done, and no less of it. */
export function hasAccessOf(rule: ByteText, text: ByteText): boolean {
  const [one, other] = [split(rule), split(text)];
  if (one === undefined || other === undefined || one.rest !== other.rest) return false;
  return other.access.every((word) => one.access.includes(word));
}
