import type { ByteText } from '../../../core/byte-text.ts';
import { Automaton, START } from '../automaton.ts';
import type { Attachments } from '../profile.ts';

const BYTE_VALUES = 256;

/** What a profile without a pattern is attached to: the one program that has its name. */
export function literalAttachments(name: ByteText): Attachments {
  const end = name.length + START;
  const stateCount = end + 1;
  const cells = (stateCount + 1) * BYTE_VALUES;
  const [next, check] = [new Uint32Array(cells), new Uint32Array(cells)];
  for (let i = 0; i < name.length; i++) {
    const state = i + START;
    const position = state * BYTE_VALUES + name.charCodeAt(i);
    next[position] = state + 1;
    check[position] = state;
  }
  const base = Uint32Array.from({ length: stateCount }, (_, state) => state * BYTE_VALUES);
  const automaton = new Automaton({ flags: 0, base, default: new Uint32Array(stateCount), next, check });
  const accepts = Uint8Array.from({ length: stateCount }, (_, state) => (state === end ? 1 : 0));
  return { automaton, accepts, length: name.length };
}
