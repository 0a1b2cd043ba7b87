import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { grantedBeyond } from '../src/apparmor/compiled/compare/policies.ts';
import { decodePolicy } from '../src/apparmor/compiled/decode.ts';
import type { CompiledPolicy } from '../src/apparmor/compiled/profile.ts';
import { replay } from '../src/apparmor/compiled/replay.ts';
import type { AccessEvent } from '../src/apparmor/log/event.ts';
import { spreadOf } from './measure.ts';

/*
 * A compiled policy: decoded, asked about 182,706 recorded accesses, and compared with another. The profile is the largest of
 * /etc/apparmor.d, or the one that is named: LibreOffice's of the package libreoffice-common is the largest that Debian has.
 *
 *   node bench/confinement-compiled.ts [--profile FILE] [--features FILE] [--runs 7] [--check]
 */
const FOLDER = '/etc/apparmor.d';
const ACCESSES = 182_706;
const PATHS = 2000;
const FILES_A_FOLDER = 7;
const OUTPUT_LIMIT_BYTES = 256 * 1024 * 1024;
/** Measured once with LibreOffice's 21,066 states. */
const LIMITS = { decodeMs: 21, replayMs: 64, inclusionMs: 100 } as const;

const { values } = parseArgs({
  options: {
    profile: { type: 'string' },
    features: { type: 'string', default: join(FOLDER, 'abi', '3.0') },
    runs: { type: 'string', default: '7' },
    check: { type: 'boolean', default: false },
  },
});

const path = values.profile ?? largest();
const bytes = compile(path);
const policy = decoded(bytes);
const [first] = policy.profiles;
print(
  `${path}: ${String(bytes.length)} bytes, ${policy.profiles.map(({ name, files }) => `${name} ${String(files?.automaton.stateCount ?? 0)}`).join(', ')} states`,
);

/** Of each text one, as who reads a log keeps it (src/apparmor/log/interning.ts). */
const names = Array.from(
  { length: PATHS * FILES_A_FOLDER },
  (_, index) =>
    `/usr/lib/x86_64-linux-gnu/some-folder/${String(index % PATHS)}/libsomething.so.${String(index % FILES_A_FOLDER)}`,
);

const events: readonly AccessEvent[] = Array.from({ length: ACCESSES }, (_, index) => ({
  verdict: 'ALLOWED',
  operation: 'open',
  class: 'file',
  profile: first?.name ?? '',
  name: names[index % names.length] ?? '',
  requested: index % 3 === 0 ? 'w' : 'r',
  denied: '',
  isOwner: index % 2 === 0,
  isDisconnected: false,
  fields: {},
}));

const results = [
  ['decode', LIMITS.decodeMs, median(() => decoded(bytes))],
  [`replay of ${String(ACCESSES)} accesses`, LIMITS.replayMs, median(() => replay(policy.profiles, events))],
  ['inclusion, nothing known before', LIMITS.inclusionMs, inclusion()],
] as const;
let isOver = false;
for (const [what, limitMs, tookMs] of results) {
  print(`${what}: ${tookMs.toFixed(1)} ms (aim ${String(limitMs)} ms)`);
  isOver ||= tookMs > limitMs;
}
if (values.check && isOver) process.exitCode = 1;

/** Of two policies that were just read: what is remembered of an automaton is made anew each time. */
function inclusion(): number {
  const times = Array.from({ length: Number(values.runs) }, () => {
    const [a, b] = [decoded(bytes), decoded(bytes)];
    const start = performance.now();
    const grants = grantedBeyond(a, b);
    const tookMs = performance.now() - start;
    if (grants.length > 0) throw new Error('a policy grants something beyond itself');
    return tookMs;
  });
  return spreadOf(times).median;
}

function median(work: () => unknown): number {
  const times = Array.from({ length: Number(values.runs) }, () => {
    const start = performance.now();
    work();
    return performance.now() - start;
  });
  return spreadOf(times).median;
}

function decoded(compiled: Uint8Array): CompiledPolicy {
  const read = decodePolicy(compiled);
  if (read.kind === 'malformed') throw new Error(read.reason);
  return read;
}

function compile(source: string): Buffer {
  const argv = [
    '--skip-kernel-load',
    '--skip-cache',
    '--quiet',
    '--stdout',
    '--features-file',
    values.features,
    source,
  ];
  const { status, stdout, stderr, error } = spawnSync('apparmor_parser', argv, { maxBuffer: OUTPUT_LIMIT_BYTES });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(stderr.toString());
  return stdout;
}

/** By what it is compiled to: sources are short, what they include is long. */
function largest(): string {
  const files = readdirSync(FOLDER)
    .map((name) => join(FOLDER, name))
    .filter((one) => statSync(one).isFile());
  const sizes = files.map((one) => ({ one, size: compile(one).length }));
  const most = sizes.toSorted((a, b) => b.size - a.size)[0];
  if (most === undefined) throw new Error(`there are no profiles in ${FOLDER}`);
  return most.one;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
