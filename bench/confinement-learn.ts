import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, readSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { newProfileText } from '../src/apparmor/learn/edit.ts';
import { learn } from '../src/apparmor/learn/learn.ts';
import { DEFAULT_MEASURES } from '../src/apparmor/learn/measures.ts';
import { DEFAULT_GAP_MS, Observations } from '../src/apparmor/learn/observations.ts';
import { PatternEngine } from '../src/apparmor/learn/pattern-engine.ts';
import { AccessLogReader } from '../src/apparmor/log/access-log-reader.ts';
import { sensitivePaths } from '../src/apparmor/sensitive-paths.ts';
import { behaviour } from '../test/confinement/behaviour-log.ts';
import { auditdLine } from '../test/confinement/kernel-record.ts';
import { measure, spreadOf } from './measure.ts';

/*
 * Learning a profile from a log of 200,000 lines with 16,700 names in six runs: processor time, memory and the number of rules, from
 * the bytes of the log to the text of the profile, each run held out once. Each measurement is a process of its own; what Node takes
 * to start and to read the sources is measured as well, and both are shown.
 *
 *   node bench/confinement-learn.ts [--lines 200000] [--names 16700] [--runs 5] [--check] [--aa-logprof]
 *
 * --aa-logprof times AppArmor's own tool on the same log (Debian: apparmor-utils), which takes minutes.
 */
const PIECE_BYTES = 64 * 1024;
const BYTES_PER_MIB = 1024 * 1024;
const LIMITS = { cpuMs: 2000, peakBytes: 200 * BYTES_PER_MIB, rules: 60 } as const;
const BEHAVIOUR_RUNS = 6;
const LABEL = 'office';
const PROGRAM = '/usr/lib/libreoffice/program/soffice.bin';
const LOGPROF_LIMIT_MS = 600_000;

const { values } = parseArgs({
  options: {
    lines: { type: 'string', default: '200000' },
    names: { type: 'string', default: '16700' },
    runs: { type: 'string', default: '5' },
    check: { type: 'boolean', default: false },
    'aa-logprof': { type: 'boolean', default: false },
    learn: { type: 'string' },
  },
});

if (values.learn !== undefined) learnOne(values.learn);
else benchAll();

/** The work that is measured; it prints the profile. */
function learnOne(path: string): void {
  const observations = new Observations();
  const reader = new AccessLogReader({ event: observations.source(path) });
  reader.start(path);
  if (path !== '') {
    const file = openSync(path, 'r');
    const piece = new Uint8Array(PIECE_BYTES);
    for (let read = readSync(file, piece); read > 0; read = readSync(file, piece)) reader.push(piece.subarray(0, read));
    closeSync(file);
  }
  reader.finish();
  const learned = learn({
    label: LABEL,
    program: PROGRAM,
    profile: undefined,
    observed: observations.cut({ kind: 'gaps', gapMs: DEFAULT_GAP_MS }),
    abstractions: [],
    profileFor: () => undefined,
    engine: new PatternEngine(),
    sensitivePaths: sensitivePaths(),
    measures: DEFAULT_MEASURES,
    vocabulary: { hasTunables: true },
    dialect: '3.0',
    allowedExecs: new Set(),
    allowedSensitive: new Set(),
  });
  const text = newProfileText(learned, { name: LABEL, attachment: PROGRAM, abi: undefined });
  print(`${text}# ${String(learned.ruleCount)} rules`);
}

function benchAll(): void {
  const folder = mkdtempSync(join(tmpdir(), 'freehold-bench-learn-'));
  try {
    const log = join(folder, 'audit.log');
    writeLog(log);
    const nothing = figuresOf('');
    const learned = figuresOf(log);
    const rules = rulesOf(log);
    const cpuMs = learned.cpuMs - nothing.cpuMs;
    print(`nothing: ${describe(nothing)}`);
    print(
      `learn:   ${describe(learned)}; without Node's start ${String(Math.round(cpuMs))} ms; ${String(rules)} rules`,
    );
    const isOver = cpuMs > LIMITS.cpuMs || learned.peakBytes > LIMITS.peakBytes || rules > LIMITS.rules;
    if (values.check && isOver) process.exitCode = 1;
    if (values['aa-logprof']) logprof(folder, log);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
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

function figuresOf(path: string): Figures {
  const argv = [process.execPath, import.meta.filename, '--learn', path] as const;
  const runs = Array.from({ length: Number(values.runs) }, () => measure(argv, [0]));
  const median = (of: (one: (typeof runs)[number]) => number): number => spreadOf(runs.map(of)).median;
  return {
    cpuMs: median(({ cpuMs }) => cpuMs ?? Number.NaN),
    wallMs: median(({ wallMs }) => wallMs),
    peakBytes: median(({ peakBytes }) => peakBytes ?? Number.NaN),
  };
}

function rulesOf(path: string): number {
  const { stdout } = spawnSync(process.execPath, [import.meta.filename, '--learn', path], { encoding: 'utf8' });
  return Number(/^# (\d+) rules$/m.exec(stdout)?.[1] ?? Number.NaN);
}

/** Allows everything that it asks, against an empty profile. */
function logprof(folder: string, log: string): void {
  const profiles = join(folder, 'profiles');
  mkdirSync(profiles);
  writeFileSync(join(profiles, LABEL), `profile ${LABEL} ${PROGRAM} {\n}\n`);
  const started = performance.now();
  const { status, signal, error } = spawnSync('aa-logprof', ['--allow-all', '--no-reload', '-d', profiles, '-f', log], {
    input: 'S\n',
    timeout: LOGPROF_LIMIT_MS,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const end = error === undefined ? `exit code ${String(status ?? signal)}` : error.message;
  print(`aa-logprof: ${String(Math.round(performance.now() - started))} ms (${end})`);
}

function describe({ cpuMs, wallMs, peakBytes }: Figures): string {
  return `${String(Math.round(cpuMs))} ms of processor time, ${String(Math.round(wallMs))} ms, ${String(Math.round(peakBytes / BYTES_PER_MIB))} MiB`;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
