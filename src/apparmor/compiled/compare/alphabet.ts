import type { Automaton } from '../automaton.ts';

/** A set of bytes that two automata treat alike, and one of them to show. */
export interface JointSymbol {
  readonly a: number;
  readonly b: number;
  /** -1 for the transition that no byte makes. */
  readonly byte: number;
  readonly isPrintable: boolean;
}

const BYTE_VALUES = 256;
export const SLASH = 0x2f;
export const DOT = 0x2e;
/** What people read best comes first: among examples of the same length it is taken. */
const PREFERRED = bytesOf('abcdefghijklmnopqrstuvwxyz0123456789_-/.ABCDEFGHIJKLMNOPQRSTUVWXYZ');
const FIRST_PRINTABLE = 0x21;
const LAST_PRINTABLE = 0x7e;
export const OUT_OF_BAND = -1;

const IN_ORDER: readonly number[] = inOrder();

/** The joint classes of bytes, best example first; NUL stands alone, and slash and dot, which paths are made by. */
export function jointAlphabet(a: Automaton, b: Automaton): readonly JointSymbol[] {
  const seen = new Set<number>();
  const symbols: JointSymbol[] = [];
  for (const byte of IN_ORDER) {
    const [ofA, ofB] = [a.classOf[byte] ?? 0, b.classOf[byte] ?? 0];
    const alone = byte === SLASH || byte === DOT ? byte : 0;
    const key = byte === 0 ? OUT_OF_BAND : (ofA * BYTE_VALUES + ofB) * BYTE_VALUES + alone;
    if (seen.has(key)) continue;
    seen.add(key);
    symbols.push({ a: ofA, b: ofB, byte, isPrintable: byte >= FIRST_PRINTABLE && byte <= LAST_PRINTABLE });
  }
  if (a.hasOutOfBand || b.hasOutOfBand)
    symbols.push({ a: a.classCount, b: b.classCount, byte: OUT_OF_BAND, isPrintable: false });
  return symbols;
}

function inOrder(): readonly number[] {
  const printable = Array.from({ length: LAST_PRINTABLE - FIRST_PRINTABLE + 1 }, (_, index) => FIRST_PRINTABLE + index);
  const all = Array.from({ length: BYTE_VALUES }, (_, byte) => byte);
  return [...new Set([...PREFERRED, ...printable, ...all])];
}

function bytesOf(text: string): readonly number[] {
  return [...text].map((one) => one.charCodeAt(0));
}
