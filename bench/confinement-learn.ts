import { spawnSync } from 'node:child_process';
import {
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { build } from '../scripts/build.ts';
import { behaviour } from '../test/confinement/behaviour-log.ts';
import { auditdLine } from '../test/confinement/kernel-record.ts';
import { measure, spreadOf } from './measure.ts';

/*
 * `freehold confine learn`, the whole command, on a log of 200,000 lines with 16,700 names in six runs: from its start to the profile
 * and what is said of it, each run held out once, with the abstractions of this machine if it has AppArmor's. Each measurement is a
 * process of its own.
 *
 *   node bench/confinement-learn.ts [--lines 200000] [--names 16700] [--runs 5] [--check] [--aa-logprof]
 *
 * --aa-logprof times AppArmor's own tool on the same log, which takes minutes: that of 4.1 (Debian 13: apparmor-utils), as those before
 * can't be told to allow all that they ask. It wants a machine with AppArmor.
 */
const BYTES_PER_MIB = 1024 * 1024;
const LIMITS = { wallMs: 2000, peakBytes: 200 * BYTES_PER_MIB, rules: 60 } as const;
const BEHAVIOUR_RUNS = 6;
const LABEL = 'office';
const PROGRAM = '/usr/lib/libreoffice/program/soffice.bin';
const POLICY = '/etc/apparmor.d';
const LOGPROF_LIMIT_MS = 600_000;
/** Decisions wait for a person: the log has a shell and a key in it. */
const DECISIONS_WAIT = 1;

const { values } = parseArgs({
  options: {
    lines: { type: 'string', default: '200000' },
    names: { type: 'string', default: '16700' },
    runs: { type: 'string', default: '5' },
    check: { type: 'boolean', default: false },
    'aa-logprof': { type: 'boolean', default: false },
  },
});

const ROOT = join(import.meta.dirname, '..');
const program = join(ROOT, 'dist', 'freehold.js');
const folder = mkdtempSync(join(tmpdir(), 'freehold-bench-learn-'));
try {
  await build(join(ROOT, 'dist'));
  const log = join(folder, 'audit.log');
  writeLog(log);
  const argv = [process.execPath, program, 'confine', 'learn', LABEL, '--log', log, '--runs', 'gaps'] as const;
  const command = [...argv, '--policy', policyFolder()] as const;
  const learned = figuresOf(command);
  const rules = rulesOf(command);
  print(`learn: ${describe(learned)}; ${String(rules)} rules`);
  const isOver = learned.wallMs > LIMITS.wallMs || learned.peakBytes > LIMITS.peakBytes || rules > LIMITS.rules;
  if (values.check && isOver) process.exitCode = 1;
  if (values['aa-logprof']) logprof(log, learned);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** This machine's policy, and a profile that has to be learned. */
function policyFolder(): string {
  const policy = join(folder, 'apparmor.d');
  if (existsSync(POLICY)) cpSync(POLICY, policy, { recursive: true });
  else mkdirSync(policy);
  const preamble = existsSync(join(policy, 'tunables', 'global')) ? 'include <tunables/global>\n' : '';
  writeFileSync(join(policy, LABEL), `${preamble}profile ${LABEL} ${PROGRAM} flags=(complain) {\n}\n`);
  return policy;
}

function writeLog(path: string): void {
  const file = openSync(path, 'w');
  const wish = { runs: BEHAVIOUR_RUNS, names: Number(values.names), lines: Number(values.lines), profile: LABEL };
  for (const access of behaviour(wish)) writeSync(file, `${auditdLine(access)}\n`, undefined, 'latin1');
  closeSync(file);
}

interface Figures {
  readonly cpuMs: number;
  readonly wallMs: number;
  readonly peakBytes: number;
}

function figuresOf(argv: readonly [string, ...string[]]): Figures {
  const runs = Array.from({ length: Number(values.runs) }, () => measure(argv, [DECISIONS_WAIT]));
  const median = (of: (one: (typeof runs)[number]) => number): number => spreadOf(runs.map(of)).median;
  return {
    cpuMs: median(({ cpuMs }) => cpuMs ?? Number.NaN),
    wallMs: median(({ wallMs }) => wallMs),
    peakBytes: median(({ peakBytes }) => peakBytes ?? Number.NaN),
  };
}

function rulesOf([node, ...argv]: readonly [string, ...string[]]): number {
  const { stdout } = spawnSync(node, argv, { encoding: 'utf8' });
  return Number(/ (\d+) new rules$/m.exec(stdout)?.[1] ?? Number.NaN);
}

/** Allows everything that it asks, against an empty profile; how many times as long as ours it takes. */
function logprof(log: string, ours: Figures): void {
  const profiles = join(folder, 'profiles');
  const written = join(folder, 'written');
  for (const one of [profiles, written]) mkdirSync(one);
  writeFileSync(join(profiles, LABEL), `profile ${LABEL} ${PROGRAM} {\n}\n`);
  const started = performance.now();
  const { status, signal, error } = spawnSync(
    'aa-logprof',
    ['--allow-all', '--dir', profiles, '--output-dir', written, '--file', log],
    { input: 'S\n', timeout: LOGPROF_LIMIT_MS, stdio: ['pipe', 'ignore', 'ignore'] },
  );
  const wallMs = performance.now() - started;
  const path = join(written, LABEL);
  if (status === 0 && existsSync(path)) {
    const rules = readFileSync(path, 'latin1')
      .split('\n')
      .filter((line) => line.endsWith(',')).length;
    print(
      `aa-logprof: ${String(Math.round(wallMs))} ms; ${String(rules)} rules: ${(wallMs / ours.wallMs).toFixed(0)} × as long`,
    );
  } else
    print(`aa-logprof: no answer (${error === undefined ? `exit code ${String(status ?? signal)}` : error.message})`);
}

function describe({ cpuMs, wallMs, peakBytes }: Figures): string {
  return `${String(Math.round(wallMs))} ms, ${String(Math.round(cpuMs))} ms of processor time, ${String(Math.round(peakBytes / BYTES_PER_MIB))} MiB`;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
