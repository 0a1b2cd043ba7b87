/*
 * MD5 (RFC 1321) of four messages at once, as a WebAssembly module. One message can't be hurried: each of its 64 steps needs the
 * one before. Four side by side in the lanes of one vector take as many steps as one alone. The module is written here word by
 * word, since nothing that makes it of another language would be shorter or easier to check: md5-lanes.test.ts holds it against
 * Node's own MD5.
 */

/** `1` of the binary format, and its sections (WebAssembly Core Specification 2.0, 5.5). */
const HEADER = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const SECTION = { type: 1, import: 2, function: 3, export: 7, code: 10 } as const;
const FUNCTION_TYPE = 0x60;
const TYPE = { i32: 0x7f, v128: 0x7b } as const;
const KIND = { function: 0x00, memory: 0x02 } as const;

/** Instructions (5.4); those for vectors begin with 0xfd. */
const END = 0x0b;
const LOOP = [0x03, 0x40];
const BRANCH_IF = 0x0d;
const GET = 0x20;
const SET = 0x21;
const TEE = 0x22;
const I32_CONST = 0x41;
const I32_ADD = 0x6a;
const I32_SUB = 0x6b;
const VECTOR = 0xfd;
const LOAD = [VECTOR, 0x00];
const STORE = [VECTOR, 0x0b];
const CONST = [VECTOR, 0x0c];
const SHUFFLE = [VECTOR, 0x0d];
const NOT = [VECTOR, 0x4d];
const AND = [VECTOR, 0x4e];
const OR = [VECTOR, 0x50];
const XOR = [VECTOR, 0x51];
const SHIFT_LEFT = [VECTOR, 0xab, 0x01];
const SHIFT_RIGHT = [VECTOR, 0xad, 0x01];
const ADD = [VECTOR, 0xae, 0x01];
/** Addresses of lanes need not be multiples of anything. */
const ALIGNMENT = 0x00;

const LANES = 4;
const WORDS = 16;
const STEPS = 64;
const BLOCK_BYTES = 64;
const VECTOR_BYTES = 16;
const WORD_BITS = 32;

/** The parameters: where the state lies, where the lanes' blocks begin, how many blocks. */
const STATE = 0;
const FIRST_LANE = 1;
const COUNT = FIRST_LANE + LANES;
/** The variables: the state, the state before a block, the words of a block, and what is between. */
const FIRST_STATE = COUNT + 1;
const FIRST_BEFORE = FIRST_STATE + LANES;
const FIRST_WORD = FIRST_BEFORE + LANES;
const FIRST_TEMPORARY = FIRST_WORD + WORDS;
const TEMPORARIES = 4;
const VECTORS = LANES + LANES + WORDS + TEMPORARIES;

/** RFC 1321, 3.4: how far each of four steps turns, round by round. */
const TURNS = [
  [7, 12, 17, 22],
  [5, 9, 14, 20],
  [4, 11, 16, 23],
  [6, 10, 15, 21],
] as const;

/** RFC 1321, 3.4: which word each step of a round takes. */
const WORD_OF_STEP: readonly ((index: number) => number)[] = [
  (index) => index,
  (index) => 5 * index + 1,
  (index) => 3 * index + 5,
  (index) => 7 * index,
];

/** `md5(state, lane0, lane1, lane2, lane3, blocks)` over an imported memory of so many pages. */
export function md5Module(pages: number): Uint8Array<ArrayBuffer> {
  const parameters = Array.from({ length: COUNT + 1 }, () => TYPE.i32);
  const body = [1, VECTORS, TYPE.v128, ...code(), END];
  return Uint8Array.from([
    ...HEADER,
    ...section(SECTION.type, [1, FUNCTION_TYPE, ...vector(parameters), 0]),
    ...section(SECTION.import, [1, ...name('e'), ...name('m'), KIND.memory, 0, ...unsigned(pages)]),
    ...section(SECTION.function, [1, 0]),
    ...section(SECTION.export, [1, ...name('md5'), KIND.function, 0]),
    ...section(SECTION.code, [1, ...unsigned(body.length), ...body]),
  ]);
}

function code(): readonly number[] {
  const each = (write: (index: number) => readonly number[]): readonly number[] => [0, 1, 2, 3].flatMap(write);
  const state = (index: number): number => FIRST_STATE + index;
  return [
    each((index) => [GET, STATE, ...LOAD, ALIGNMENT, index * VECTOR_BYTES, SET, state(index)]),
    LOOP,
    each((index) => [GET, state(index), SET, FIRST_BEFORE + index]),
    each(loadWords),
    Array.from({ length: STEPS }, (_, index) => step(index)).flat(),
    each((index) => [GET, state(index), GET, FIRST_BEFORE + index, ...ADD, SET, state(index)]),
    each((lane) => [GET, FIRST_LANE + lane, I32_CONST, ...signed(BLOCK_BYTES), I32_ADD, SET, FIRST_LANE + lane]),
    [GET, COUNT, I32_CONST, 1, I32_SUB, TEE, COUNT, BRANCH_IF, 0],
    [END],
    each((index) => [GET, STATE, GET, state(index), ...STORE, ALIGNMENT, index * VECTOR_BYTES]),
  ].flat();
}

/** Four words of each lane, turned about: each vector has one word of all lanes then. */
function loadWords(group: number): readonly number[] {
  const row = (lane: number): readonly number[] => [GET, FIRST_LANE + lane, ...LOAD, ALIGNMENT, group * VECTOR_BYTES];
  const pair = (first: number): readonly number[] => [GET, first, GET, first + 1];
  const word = FIRST_WORD + group * LANES;
  const [low, high] = [FIRST_TEMPORARY, FIRST_TEMPORARY + 2];
  return [
    [...row(0), ...row(1), ...shuffle([0, 4, 1, 5]), SET, low],
    [...row(2), ...row(3), ...shuffle([0, 4, 1, 5]), SET, low + 1],
    [...row(0), ...row(1), ...shuffle([2, 6, 3, 7]), SET, high],
    [...row(2), ...row(3), ...shuffle([2, 6, 3, 7]), SET, high + 1],
    [...pair(low), ...shuffle([0, 1, 4, 5]), SET, word],
    [...pair(low), ...shuffle([2, 3, 6, 7]), SET, word + 1],
    [...pair(high), ...shuffle([0, 1, 4, 5]), SET, word + 2],
    [...pair(high), ...shuffle([2, 3, 6, 7]), SET, word + 3],
  ].flat();
}

/** By words of two vectors; the instruction takes bytes. */
function shuffle(words: readonly number[]): readonly number[] {
  return [...SHUFFLE, ...words.flatMap((word) => [0, 1, 2, 3].map((byte) => word * LANES + byte))];
}

/** RFC 1321, 3.4: `a = b + ((a + f(b, c, d) + X[k] + T[i]) <<< s)`; the names move on, not the values. */
function step(index: number): readonly number[] {
  const round = Math.floor(index / WORDS);
  const at = (letter: number): number => FIRST_STATE + ((letter - index + STEPS) % LANES);
  const [a, b, c, d] = [at(0), at(1), at(2), at(3)];
  const word = FIRST_WORD + ((WORD_OF_STEP[round]?.(index) ?? 0) % WORDS);
  const turn = TURNS[round]?.[index % LANES] ?? 0;
  return [
    // What doesn't wait for the step before goes first.
    [GET, a, ...constant(index), GET, word, ...ADD, ...ADD],
    [...mix(round, [b, c, d]), ...ADD],
    [TEE, FIRST_TEMPORARY, I32_CONST, ...signed(turn), ...SHIFT_LEFT],
    [GET, FIRST_TEMPORARY, I32_CONST, ...signed(WORD_BITS - turn), ...SHIFT_RIGHT, ...OR],
    [GET, b, ...ADD, SET, a],
  ].flat();
}

/** RFC 1321, 3.4: F, G, H and I. */
function mix(round: number, [b, c, d]: readonly [number, number, number]): readonly number[] {
  switch (round) {
    case 0:
      return [GET, c, GET, d, ...XOR, GET, b, ...AND, GET, d, ...XOR];
    case 1:
      return [GET, b, GET, c, ...XOR, GET, d, ...AND, GET, c, ...XOR];
    case 2:
      return [GET, c, GET, d, ...XOR, GET, b, ...XOR];
    default:
      return [GET, d, ...NOT, GET, b, ...OR, GET, c, ...XOR];
  }
}

/** RFC 1321, 3.4: T[i], the same for every lane. */
function constant(index: number): readonly number[] {
  const value = Math.floor(Math.abs(Math.sin(index + 1)) * 2 ** WORD_BITS);
  const bytes = [0, 8, 16, 24].map((shift) => Math.floor(value / 2 ** shift) % 256);
  return [...CONST, ...bytes, ...bytes, ...bytes, ...bytes];
}

function section(id: number, bytes: readonly number[]): readonly number[] {
  return [id, ...vector(bytes)];
}

function name(text: string): readonly number[] {
  return vector([...text].map((character) => character.charCodeAt(0)));
}

function vector(bytes: readonly number[]): readonly number[] {
  return [...unsigned(bytes.length), ...bytes];
}

/** LEB128 (5.2.2). */
function unsigned(value: number): readonly number[] {
  return value < 0x80 ? [value] : [(value % 0x80) + 0x80, ...unsigned(Math.floor(value / 0x80))];
}

/** Of numbers that aren't negative: bit 6 of the last byte is the sign. */
function signed(value: number): readonly number[] {
  return value < 0x40 ? [value] : [(value % 0x80) + 0x80, ...signed(Math.floor(value / 0x80))];
}
