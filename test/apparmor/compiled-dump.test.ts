/** Decoded automata against what the parser says of its own: `apparmor_parser -D dfa-states` on the profiles of this machine. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { decodePolicy } from '../../src/apparmor/compiled/decode.ts';
import { EXEC } from '../../src/apparmor/compiled/exec.ts';
import { permissionsAt, type RuleAutomaton } from '../../src/apparmor/compiled/permissions.ts';
import { type DumpedAutomaton, type DumpedState, readDump } from './dfa-states.ts';
import { whyNoParser } from './parser.ts';

const FOLDER = '/etc/apparmor.d';
const ABI = join(FOLDER, 'abi', '3.0');
const OUTPUT_LIMIT_BYTES = 256 * 1024 * 1024;
/** The largest files: all of them take minutes. */
const PROFILES_MAX = 2;
const OTHERS = [...Buffer.from('aezAZ059_-~\u00c3\u007f', 'latin1')];

const skip = existsSync(ABI) ? whyNoParser() : `LEFT OUT: no ${ABI}; install apparmor`;

function profiles(): readonly string[] {
  return readdirSync(FOLDER)
    .map((name) => join(FOLDER, name))
    .filter((path) => statSync(path).isFile())
    .toSorted((a, b) => statSync(b).size - statSync(a).size || (a < b ? -1 : 1))
    .slice(0, PROFILES_MAX);
}

/** What files may be: r, w, a, l, k, m, x as bits of the old words, told from the decoded ones. */
const FILE_BITS = [0x1, 0x2, 0x4, 0x8, 0x40000, 0x8000, 0x10000];
const CLASS_BITS = [
  0x1, 0x2, 0x4, 0x8, 0x10, 0x20, 0x40, 0x100, 0x200, 0x100000, 0x200000, 0x400000, 0x1000000, 0x2000000,
];

function packed(word: number, bits: readonly number[]): number {
  return bits.reduce((all, bit, index) => ((word & bit) === 0 ? all : all | (1 << index)), 0);
}

type Words = (rules: RuleAutomaton, state: number) => readonly [accept: number, audit: number, quiet: number];

/** Seven bits of the owner and seven of others; the way of execution is compared apart. */
const fileWords: Words = (rules, state) => {
  const [owner, other] = [permissionsAt(rules, state, true), permissionsAt(rules, state, false)];
  const both = (read: (one: typeof owner) => number): number =>
    packed(read(owner), FILE_BITS) | (packed(read(other), FILE_BITS) << 7);
  return [both((one) => one.allow), both((one) => one.audit), both((one) => one.quiet)];
};

const classWords: Words = (rules, state) => {
  const given = permissionsAt(rules, state);
  return [given.allow, given.audit, given.quiet].map((word) => packed(word, CLASS_BITS)) as unknown as [
    number,
    number,
    number,
  ];
};

function dumpedWords({ accept, audit, quiet }: DumpedState): readonly number[] {
  return [accept, audit, quiet].map((word) => (word & 0x7f) | (((word >>> 14) & 0x7f) << 7));
}

/** Of the old words: what dfa_map_xindex() makes of them is written here once more, from the bits' meaning. */
function isSameExecution(rules: RuleAutomaton, state: number, { accept }: DumpedState): boolean {
  return [0, 14].every((shift) => {
    const old = (accept >>> shift) & 0x3fff;
    if ((old & 1) === 0) return true;
    const now = permissionsAt(rules, state, shift === 0).execIndex;
    const kind = old >>> 10;
    const isUnconfined = (old & 0x80) !== 0 || kind === 1;
    return (
      ((old & 0x100) !== 0) === ((now & EXEC.unsafe) !== 0) &&
      ((old & 0x200) !== 0) === ((now & EXEC.inherit) !== 0) &&
      isUnconfined === ((now & EXEC.unconfined) !== 0) &&
      (kind === 3) === ((now & EXEC.child) !== 0) &&
      (kind < 4 ? (now & EXEC.byTable) === 0 : (now & EXEC.byTable) !== 0 && (now & EXEC.indexMask) === kind - 4)
    );
  });
}

/** Walks both together; the first difference as a sentence, or `undefined`. */
function difference(rules: RuleAutomaton, dump: DumpedAutomaton, words: Words): string | undefined {
  const seen = new Set<number>();
  const queue: (readonly [dumped: number, own: number])[] = [[1, rules.start]];
  for (let pair = queue.pop(); pair !== undefined; pair = queue.pop()) {
    const [number, own] = pair;
    const state = dump.get(number);
    if (state === undefined) {
      if (words(rules, own).some((word) => word !== 0))
        return `state ${String(own)} has permissions, {${String(number)}} none`;
      continue;
    }
    const found = words(rules, own);
    if (String(found) !== String(dumpedWords(state)))
      return `{${String(number)}}: ${String(dumpedWords(state))}, decoded ${String(found)}`;
    if (words === fileWords && !isSameExecution(rules, own, state))
      return `{${String(number)}}: another way of execution`;
    const bytes = [
      ...state.next.keys(),
      ...OTHERS.filter((one) => !state.next.has(one) && !state.except.includes(String.fromCharCode(one))),
    ];
    for (const byte of bytes) {
      const next = [state.next.get(byte) ?? state.other, rules.automaton.step(own, byte)] as const;
      const key = next[0] * rules.automaton.stateCount + next[1];
      if (seen.has(key)) continue;
      seen.add(key);
      queue.push(next);
    }
  }
  return undefined;
}

for (const path of skip === false ? profiles() : []) {
  test(`${path} decodes to what the parser holds`, () => {
    const argv = ['--skip-kernel-load', '--skip-cache', '--quiet', '--features-file', ABI];
    const options = { maxBuffer: OUTPUT_LIMIT_BYTES };
    const compiled = spawnSync('apparmor_parser', [...argv, '--stdout', path], options);
    const policy = decodePolicy(compiled.stdout);
    assert.ok(policy.kind === 'policy', policy.kind === 'malformed' ? policy.reason : '');
    const dumped = spawnSync('apparmor_parser', [...argv, '--dump', 'dfa-states', path], options);
    const dumps = [...readDump(dumped.stderr.toString('latin1'))];
    let compared = 0;
    for (const { name, files, classes } of policy.profiles) {
      for (const [rules, words] of [
        [files, fileWords],
        [classes, classWords],
      ] as const) {
        if (rules === undefined) continue;
        const differences = dumps.map((dump) => difference(rules, dump, words));
        const at = differences.indexOf(undefined);
        assert.notEqual(at, -1, `${name}: ${differences.join('; ')}`);
        dumps.splice(at, 1);
        compared += 1;
      }
    }
    assert.ok(compared >= policy.profiles.length);
  });
}

test('profiles of this machine are compared with their dumps', { skip }, () => {
  assert.ok(profiles().length > 0);
});
