import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { AccessLogReader } from '../src/apparmor/log/access-log-reader.ts';
import type { AccessEvent } from '../src/apparmor/log/event.ts';
import { type SyntheticForm, syntheticLog } from '../test/confinement/synthetic-log.ts';
import { measure, spreadOf } from './measure.ts';

/*
 * Reading logs of AppArmor: processor time and memory for 200,000 lines with 16,700 names in each form, all events kept. Each run is
 * a process of its own; what Node takes to start is measured as well, and both are shown.
 *
 *   node bench/confinement-log.ts [--lines 200000] [--names 16700] [--runs 5] [--check]
 */
const PIECE_BYTES = 64 * 1024;
const BYTES_PER_MIB = 1024 * 1024;
const LIMITS = { cpuMs: 1000, peakBytes: 200 * BYTES_PER_MIB } as const;
const FORMS: readonly SyntheticForm[] = ['auditd', 'auditd-with-syscalls', 'syslog', 'journal'];

const { values } = parseArgs({
  options: {
    lines: { type: 'string', default: '200000' },
    names: { type: 'string', default: '16700' },
    runs: { type: 'string', default: '5' },
    check: { type: 'boolean', default: false },
    read: { type: 'string' },
  },
});

if (values.read !== undefined) readOne(values.read);
else benchAll();

/** The work that is measured. */
function readOne(path: string): void {
  const events: AccessEvent[] = [];
  const reader = new AccessLogReader({ event: (event) => events.push(event) });
  reader.start(path);
  if (path !== '') {
    const file = openSync(path, 'r');
    const piece = new Uint8Array(PIECE_BYTES);
    for (let read = readSync(file, piece); read > 0; read = readSync(file, piece)) reader.push(piece.subarray(0, read));
    closeSync(file);
  }
  const summary = reader.finish();
  if (path !== '' && (summary.events !== Number(values.lines) || summary.unreadableLines > 0)) {
    throw new Error(`${summary.events} events, ${summary.unreadableLines} lines unreadable`);
  }
}

function benchAll(): void {
  const folder = mkdtempSync(join(tmpdir(), 'freehold-bench-log-'));
  try {
    const nothing = run('');
    print(`nothing: ${describe(nothing)}`);
    for (const form of FORMS) {
      const path = join(folder, form);
      write(path, form);
      const figures = run(path);
      const cpuMs = figures.cpuMs - nothing.cpuMs;
      print(`${form}: ${describe(figures)}; without Node's start ${Math.round(cpuMs)} ms`);
      if (values.check && (cpuMs > LIMITS.cpuMs || figures.peakBytes > LIMITS.peakBytes)) process.exitCode = 1;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Figures {
  readonly cpuMs: number;
  readonly wallMs: number;
  readonly peakBytes: number;
}

function run(path: string): Figures {
  const argv = [process.execPath, import.meta.filename, '--lines', values.lines, '--read', path] as const;
  const runs = Array.from({ length: Number(values.runs) }, () => measure(argv, [0]));
  const median = (of: (one: (typeof runs)[number]) => number): number => spreadOf(runs.map(of)).median;
  return {
    cpuMs: median((one) => one.cpuMs ?? 0),
    wallMs: median((one) => one.wallMs),
    peakBytes: median((one) => one.peakBytes ?? 0),
  };
}

function describe({ cpuMs, wallMs, peakBytes }: Figures): string {
  return `${Math.round(cpuMs)} ms of processor, ${Math.round(wallMs)} ms, ${Math.round(peakBytes / BYTES_PER_MIB)} MiB`;
}

function write(path: string, form: SyntheticForm): void {
  const file = openSync(path, 'w');
  let held = '';
  for (const line of syntheticLog({ lines: Number(values.lines), names: Number(values.names), form })) {
    held += `${line}\n`;
    if (held.length < PIECE_BYTES) continue;
    writeSync(file, held, undefined, 'latin1');
    held = '';
  }
  writeSync(file, held, undefined, 'latin1');
  closeSync(file);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
