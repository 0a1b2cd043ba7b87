/** What `apparmor_parser -D dfa-states` prints: automata as the parser holds them, before they are packed. */

export interface DumpedState {
  readonly accept: number;
  readonly quiet: number;
  readonly audit: number;
  /** Byte to state; what is not there goes to `other`, unless it is among what `except` lists in the dump's own spelling. */
  readonly next: ReadonlyMap<number, number>;
  readonly other: number;
  readonly except: string;
}

export type DumpedAutomaton = ReadonlyMap<number, DumpedState>;

/** allow/deny/audit/quiet; newer parsers have allow/deny//prompt/audit/quiet. A state that leads nowhere stands in the list alone. */
const WORDS = String.raw`\(0x ?([0-9a-f]+)\/[0-9a-f]+(?:\/\/[0-9a-f]+)?\/([0-9a-f]+)\/([0-9a-f]+)\)`;
const BEGIN = /^\{1\} <==/;
const ACCEPTING = new RegExp(`^\\{([0-9]+)\\} ?${WORDS}`);
const STATE = new RegExp(`^\\{([0-9]+)\\} perms:\\s*(?:none|${WORDS})`);
const BYTE = /^ {4}(?:.{1,4} )?0x([0-9a-f]+) -> \{([0-9]+)\}/;
const OTHER = /^ {4}\[\^?(.*)\] -> \{([0-9]+)\}/;
const HEX = 16;

/** The automata in the order they are printed; state 1 begins each, 0 is where nothing matches. */
export function readDump(text: string): readonly DumpedAutomaton[] {
  const automata: Map<number, DumpedState>[] = [];
  let next = new Map<number, number>();
  let current = 0;
  for (const line of text.split('\n')) {
    if (BEGIN.test(line)) automata.push(new Map());
    const state = ACCEPTING.exec(line) ?? STATE.exec(line);
    const automaton = automata.at(-1);
    if (state !== null) {
      const number = Number(state[1]);
      const [accept = 0, audit = 0, quiet = 0] = state.slice(2).map((word) => Number.parseInt(word, HEX));
      next = new Map();
      current = number;
      automaton?.set(number, { accept, audit, quiet, next, other: 0, except: '' });
      continue;
    }
    const byte = BYTE.exec(line);
    if (byte !== null) next.set(Number.parseInt(byte[1] ?? '', HEX), Number(byte[2]));
    const other = OTHER.exec(line);
    if (other !== null) {
      const last = automaton?.get(current);
      if (last !== undefined) automaton?.set(current, { ...last, other: Number(other[2]), except: other[1] ?? '' });
    }
  }
  return automata;
}
