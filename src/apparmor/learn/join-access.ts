import { type ByteText, compareBytes } from '../../core/byte-text.ts';
import type { OtherNeed } from './other-need.ts';

/** `unix (bind, connect) type=stream,`: what is done stands in brackets behind the class (`otherRule()`). */
const ACCESS = /^([a-z_]+) \(([a-z_, -]+)\) (.*)$/s;

interface Split {
  /** Of the class. */
  readonly name: string;
  readonly conditions: ByteText;
  readonly access: readonly string[];
}

function split(text: ByteText): Split | undefined {
  const [, name, access, conditions] = ACCESS.exec(text) ?? [];
  if (name === undefined || access === undefined || conditions === undefined) return undefined;
  return { name, conditions, access: access.split(/[ ,]+/) };
}

/** Rules that differ in nothing but what is done become one. */
export function joinAccess(others: readonly OtherNeed[]): readonly OtherNeed[] {
  const joined = new Map<ByteText, OtherNeed>();
  for (const other of others) {
    const key = keyOf(other.text);
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

function keyOf(text: ByteText): ByteText {
  const parts = split(text);
  return parts === undefined ? text : `${parts.name} ${parts.conditions}`;
}

function joinTexts(a: ByteText, b: ByteText): ByteText {
  const [one, other] = [split(a), split(b)];
  if (one === undefined || other === undefined) return a;
  const access = [...new Set([...one.access, ...other.access])].toSorted(compareBytes);
  return `${one.name} (${access.join(', ')}) ${one.conditions}`;
}

/** Whether one rule allows all that another does: the same but for what is done, and no less of it. */
export function hasAccessOf(rule: ByteText, text: ByteText): boolean {
  const [one, other] = [split(rule), split(text)];
  if (one === undefined || other === undefined || keyOf(rule) !== keyOf(text)) return false;
  return other.access.every((word) => one.access.includes(word));
}
