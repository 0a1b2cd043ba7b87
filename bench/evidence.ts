import fs, { closeSync, mkdtempSync, openSync, rmSync, statSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { readRun, withLedger } from '../src/evidence/entries.ts';
import { type EvidenceFiles, evidenceFiles } from '../src/evidence/folder.ts';
import { initKeys } from '../src/evidence/keys/init.ts';
import { openSigner } from '../src/evidence/keys/open-signer.ts';
import { LedgerWriter, type MakeLine } from '../src/evidence/ledger/append.ts';
import { consistencyProof, isConsistent, rootOf } from '../src/evidence/ledger/merkle.ts';
import type { LedgerSigner } from '../src/evidence/ledger/repair.ts';
import { TreeReader } from '../src/evidence/ledger/tree.ts';
import { storeReport } from '../src/evidence/report-store.ts';
import { type RunEvidence, signRun } from '../src/evidence/statement.ts';
import { verifyEvidence } from '../src/evidence/verify.ts';
import { spreadOf } from './measure.ts';

/*
 * What a ledger with very many entries costs: to append one, to open it, to prove one, to verify all.
 *
 *   npm run bench:evidence -- [--entries 1000000] [--folder DIR] [--check]
 *
 * The target of "append" is for what Freehold itself does with the ledger's files: lock, open, read the
 * checkpoint, hash, write. Signing and the waits for the disk stand beside it, as they depend on the signer and the disk. --folder names a folder on the disk
 * that is to be measured; --check ends with exit code 1 when a target is missed.
 */
const TARGETS = { appendMs: 1, openMs: 50, proofMs: 50 };
const DEFAULT_ENTRIES = 1_000_000;
const BATCH = 5000;
const SAMPLES = 300;
const LABEL_COLUMNS = 46;
const MS_PER_SECOND = 1000;
const BYTES_PER_MEGABYTE = 1_000_000;
const BYTES_PER_KIB = 1024;

const RUN: RunEvidence = {
  kind: 'audit',
  command: 'audit',
  version: '0.0.0',
  startedAt: '2026-11-26T12:00:00.000Z',
  machine: {
    address: 'ssh://admin@files.example.org',
    hostname: 'files',
    os: 'debian',
    osVersion: '13',
    kernelRelease: '6.12.48+deb13-amd64',
    architecture: 'x86_64',
  },
  outcome: 'audited',
  report: null,
};

interface Cost {
  readonly wholeMs: number;
  readonly signingMs: number;
  readonly waitingMs: number;
}

const { values } = parseArgs({
  options: {
    entries: { type: 'string', default: String(DEFAULT_ENTRIES) },
    folder: { type: 'string', default: tmpdir() },
    check: { type: 'boolean', default: false },
  },
});
const wanted = Number(values.entries);
if (!Number.isSafeInteger(wanted) || wanted < 1) throw new Error(`not a number of entries: ${values.entries}`);

const spent = { signingMs: 0, waitingMs: 0 };
timeWaits();
const missed: string[] = [];
const scratch = mkdtempSync(join(values.folder, 'freehold-bench-evidence-'));
try {
  await bench(evidenceFiles(join(scratch, 'evidence')));
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
if (values.check && missed.length > 0) process.exitCode = 1;

async function bench(files: EvidenceFiles): Promise<void> {
  const options = { signer: { kind: 'file' }, now: new Date(), force: false, makeFolder: () => undefined } as const;
  await initKeys(files.folder, options);
  const writer = new LedgerWriter(files.ledger, () => openTimed(files));
  await build(files, writer);
  const costs: Cost[] = [];
  for (let index = 0; index < SAMPLES; index += 1) costs.push(await appendOne(files, writer));
  const own = costs.map(({ wholeMs, signingMs, waitingMs }) => wholeMs - signingMs - waitingMs);
  show('append, without signing and the disk', own, TARGETS.appendMs);
  show(
    '  signing: key read, two signatures',
    costs.map(({ signingMs }) => signingMs),
  );
  show(
    '  waits for the disk (fsync, rename)',
    costs.map(({ waitingMs }) => waitingMs),
  );
  show(
    '  all of it',
    costs.map(({ wholeMs }) => wholeMs),
  );
  const { name, key } = openSigner(files);
  const noteKey = { name, key };
  const opened = sample(() => {
    withLedger(files, noteKey, () => undefined);
  });
  show('open to read', opened, TARGETS.openMs);
  withLedger(files, noteKey, (ledger) => {
    const proved = sample((share) => readRun(ledger, Math.floor(share * ledger.size)));
    show('read an entry, prove and verify that it is in', proved, TARGETS.proofMs);
  });
  show('prove and verify consistency', consistency(files.ledger.tree), TARGETS.proofMs);
  verifyAll(files);
  const peak = (process.resourceUsage().maxRSS * BYTES_PER_KIB) / BYTES_PER_MEGABYTE;
  print(`${'peak memory of all of this'.padEnd(LABEL_COLUMNS)}${peak.toFixed(0)} MB`);
}

async function build(files: EvidenceFiles, writer: LedgerWriter): Promise<void> {
  const startedMs = performance.now();
  for (let size = 0; size < wanted; size += BATCH) await appendSome(files, writer, Math.min(BATCH, wanted - size));
  const seconds = (performance.now() - startedMs) / MS_PER_SECOND;
  const megabytes = statSync(files.ledger.entries).size / BYTES_PER_MEGABYTE;
  print(`${String(wanted)} entries, ${megabytes.toFixed(0)} MB: ${seconds.toFixed(0)} s, ${String(BATCH)} at a time`);
}

async function appendOne(files: EvidenceFiles, writer: LedgerWriter): Promise<Cost> {
  spent.signingMs = 0;
  spent.waitingMs = 0;
  const startedMs = performance.now();
  await appendSome(files, writer, 1);
  return { wholeMs: performance.now() - startedMs, ...spent };
}

async function appendSome(files: EvidenceFiles, writer: LedgerWriter, count: number): Promise<void> {
  const report = storeReport(files.reports, RUN.report);
  const make: MakeLine = (position, signer) => signRun(RUN, { report, recordedAt: new Date(), position }, signer);
  const makers = Array.from({ length: count }, () => make);
  await writer.append(makers);
}

function openTimed(files: EvidenceFiles): LedgerSigner {
  const openedMs = performance.now();
  const signer = openSigner(files);
  spent.signingMs += performance.now() - openedMs;
  const sign: LedgerSigner['sign'] = async (bytes) => {
    const startedMs = performance.now();
    const signature = await signer.sign(bytes);
    spent.signingMs += performance.now() - startedMs;
    return signature;
  };
  return { ...signer, sign };
}

function timeWaits(): void {
  const { fsyncSync, renameSync } = fs;
  const timed = (wait: () => void): void => {
    const startedMs = performance.now();
    wait();
    spent.waitingMs += performance.now() - startedMs;
  };
  fs.fsyncSync = (file) => {
    timed(() => {
      fsyncSync(file);
    });
  };
  // Ext4 writes out what replaces another file (auto_da_alloc in ext4(5)).
  fs.renameSync = (from, to) => {
    timed(() => {
      renameSync(from, to);
    });
  };
  syncBuiltinESMExports();
}

function consistency(path: string): readonly number[] {
  const file = openSync(path, 'r');
  try {
    const { leaves: size, hashOf } = new TreeReader(file);
    const now = { size, root: rootOf(size, hashOf) };
    return sample((share) => {
      const old = 1 + Math.floor(share * (size - 1));
      const proof = consistencyProof(old, size, hashOf);
      if (!isConsistent({ size: old, root: rootOf(old, hashOf) }, now, proof)) throw new Error('the proof is wrong');
    });
  } finally {
    closeSync(file);
  }
}

function verifyAll(files: EvidenceFiles): void {
  const startedMs = performance.now();
  const { entries, problems } = verifyEvidence(files, { noteKey: openSigner(files) });
  if (problems.length > 0 || entries !== wanted + SAMPLES) throw new Error('the ledger does not verify');
  const seconds = (performance.now() - startedMs) / MS_PER_SECOND;
  print(`${'verify all'.padEnd(LABEL_COLUMNS)}${seconds.toFixed(1)} s, ${(entries / seconds).toFixed(0)} a second`);
}

/** `share`: how far through all samples it is, from 0 to less than 1. */
function sample(once: (share: number) => unknown): readonly number[] {
  return Array.from({ length: SAMPLES }, (_, index) => {
    const startedMs = performance.now();
    once(index / SAMPLES);
    return performance.now() - startedMs;
  });
}

function show(label: string, timesMs: readonly number[], targetMs?: number): void {
  const { median, most } = spreadOf(timesMs);
  const measured = `${median.toFixed(2)} ms median, ${most.toFixed(2)} ms most`;
  if (targetMs === undefined) {
    print(`${label.padEnd(LABEL_COLUMNS)}${measured}`);
    return;
  }
  const isMet = median <= targetMs;
  if (!isMet) missed.push(label);
  const ratio = `${(median / targetMs).toFixed(3)} of ${String(targetMs)} ms`;
  print(`${label.padEnd(LABEL_COLUMNS)}${measured}  ${ratio}  ${isMet ? 'MET' : 'MISSED'}`);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
