/** Patterns as the installed apparmor_parser compiles them: one profile with one rule for each. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MAX_OUTPUT_BYTES = 256 * 1024 * 1024;
/** -Q: nothing goes to a kernel; -K: no cache. */
const COMPILE = ['-Q', '-K'] as const;

/** Why nothing can be compiled here, or `false`. */
export function whyNoParser(): string | false {
  const { error } = spawnSync('apparmor_parser', ['--version']);
  return error === undefined ? false : 'LEFT OUT: no apparmor_parser; install apparmor';
}

export interface Compiled {
  readonly status: number | null;
  readonly stderr: string;
  readonly stdout: Buffer;
}

/** Compiles a policy; `options` besides that nothing is loaded and cached. */
export function compilePolicy(policy: string, options: readonly string[] = []): Compiled {
  const { status, stderr, stdout } = spawnSync('apparmor_parser', [...COMPILE, ...options], {
    input: Buffer.from(policy, 'latin1'),
    maxBuffer: MAX_OUTPUT_BYTES,
  });
  return { status, stderr: stderr.toString('latin1'), stdout };
}

/** Which profiles of many are refused: each is a file of its own. */
export function refusedProfiles(policies: readonly string[]): ReadonlySet<number> {
  const folder = mkdtempSync(join(tmpdir(), 'freehold-patterns-'));
  try {
    const files = policies.map((policy, index) => {
      const file = join(folder, `p${String(index)}`);
      writeFileSync(file, Buffer.from(policy, 'latin1'));
      return file;
    });
    const { stderr } = spawnSync('apparmor_parser', [...COMPILE, ...files], { maxBuffer: MAX_OUTPUT_BYTES });
    const text = stderr.toString('latin1');
    const refused = [...text.matchAll(/(?:profile p|freehold-patterns-[^/]*\/p)(\d+)/g)].map(([, index]) =>
      Number(index),
    );
    return new Set(refused);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Reads text by a compiled automaton: gives its permissions (ACCEPT) at the end. */
export type CompiledPattern = (path: string) => number;

const TABLE_MAGIC = 0x1b_5e_78_3d;
const ACCEPT = 1;
const BASE = 2;
const CHECK = 3;
const DEFAULT = 4;
const CLASSES = 5;
const NEXT = 8;
const ELEMENT_BYTES: Readonly<Record<number, number>> = { 1: 1, 2: 2, 4: 4 };
const FLAG_DIFFERENTIAL = 0x80_00_00_00;
const BASE_MASK = 0x00_ff_ff_ff;

/** The last automaton of each profile is the one about files (security/apparmor/policy_unpack.c). */
export function compiledPatterns(output: Buffer): readonly CompiledPattern[] {
  const starts = occurrences(output, Buffer.from('\x04\x08\x00profile\x00\x07', 'latin1'));
  const automata = occurrences(output, Buffer.from([0x1b, 0x5e, 0x78, 0x3d]));
  return starts.map((start, index) => {
    const end = starts[index + 1] ?? output.length;
    const last = automata.findLast((at) => at > start && at < end);
    if (last === undefined) throw new Error(`profile ${String(index)} has no automaton`);
    return automatonAt(output.subarray(last));
  });
}

function occurrences(output: Buffer, of: Buffer): readonly number[] {
  const found: number[] = [];
  for (let at = output.indexOf(of); at !== -1; at = output.indexOf(of, at + 1)) found.push(at);
  return found;
}

/** security/apparmor/match.c: unpack_table, aa_dfa_match_len. */
function automatonAt(data: Buffer): CompiledPattern {
  if (data.readUInt32BE(0) !== TABLE_MAGIC) throw new Error('no automaton');
  const tables = new Map<number, readonly number[]>();
  const size = data.readUInt32BE(8);
  for (let at = data.readUInt32BE(4); at < size;) {
    const [id, width, count] = [
      data.readUInt16BE(at),
      ELEMENT_BYTES[data.readUInt16BE(at + 2)] ?? 1,
      data.readUInt32BE(at + 8),
    ];
    const values = Array.from({ length: count }, (_, index) => data.readUIntBE(at + 12 + index * width, width));
    tables.set(id, values);
    at = Math.ceil((at + 12 + count * width) / 8) * 8;
  }
  const value = (table: number, index: number): number => tables.get(table)?.[index] ?? 0;
  const step = (from: number, byte: number): number => {
    const column = tables.has(CLASSES) ? value(CLASSES, byte) : byte;
    for (let state = from; ;) {
      const base = value(BASE, state);
      const at = (base & BASE_MASK) + column;
      if (value(CHECK, at) === state) return value(NEXT, at);
      state = value(DEFAULT, state);
      if ((base & FLAG_DIFFERENTIAL) === 0) return state;
    }
  };
  return (path) => {
    let state = 1;
    for (const byte of Buffer.from(path, 'latin1')) state = step(state, byte);
    return value(ACCEPT, state);
  };
}
