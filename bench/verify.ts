import { spawnSync } from 'node:child_process';
import { createHash, randomFillSync } from 'node:crypto';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { build } from '../scripts/build.ts';
import { writeLongList } from '../test/verification/list-of-a-million.ts';
import { MinisignKey } from '../test/verification/minisign-key.ts';
import { measure, type Run, spreadOf } from './measure.ts';

/*
 * Verification: one file with an OpenPGP signature and a signed list, read once by the published program, against gpg and
 * sha256sum, which read it once each; hashing alone, against openssl; and a list of a million lines. Programs that are held
 * against each other take turns, so that both have the same machine.
 *
 *   npm run bench:verify -- [--runs 5] [--mib 1024] [--check]
 */
const ROOT = join(import.meta.dirname, '..');
const BYTES_PER_MIB = 1024 * 1024;
const MS_PER_SECOND = 1000;
const LIST_LINES = 1_000_000;
const LIMITS = {
  againstGnu: 0.35,
  againstOpenssl: 1.15,
  lookupMs: 10_000,
  listMs: 30_000,
  listBytes: 300 * BYTES_PER_MIB,
} as const;
const FOLDER_MODE = 0o700;

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '5' },
    mib: { type: 'string', default: '1024' },
    check: { type: 'boolean', default: false },
  },
});
const folder = mkdtempSync(join(tmpdir(), 'freehold-bench-verify-'));
const program = join(ROOT, 'dist', 'freehold.js');
const big = join(folder, 'big');
const list = join(folder, 'SHA256SUMS');
const home = join(folder, 'gnupg');

try {
  await build(join(ROOT, 'dist'));
  writeBig();
  if (has('openssl')) benchHashing();
  else print('SKIPPED: no openssl');
  for (const digest of ['SHA256', 'SHA512']) {
    if (has('gpg')) benchGnu(digest);
    else print('SKIPPED: no gpg');
  }
  benchList();
} finally {
  spawnSync('gpgconf', ['--homedir', home, '--kill', 'all']);
  rmSync(folder, { recursive: true, force: true });
}

function writeBig(): void {
  const piece = Buffer.alloc(BYTES_PER_MIB);
  const hash = createHash('sha256');
  const file = openSync(big, 'w');
  for (let count = 0; count < Number(values.mib); count += 1) {
    randomFillSync(piece);
    hash.update(piece);
    writeSync(file, piece);
  }
  closeSync(file);
  writeFileSync(list, `${hash.digest('hex')}  big\n`);
}

/** Nothing is said of the file, so that it is read and digested and nothing else. */
function benchHashing(): void {
  const alone = join(folder, 'alone');
  mkdirSync(alone);
  const link = join(alone, 'big');
  spawnSync('ln', [big, link]);
  const [ours, theirs] = inTurns([
    () => [measure(freehold(link), [5])],
    () => [measure(['openssl', 'dgst', '-sha256', link], [0])],
  ]);
  compare(`SHA-256 of ${values.mib} MiB, against openssl dgst`, { ours, theirs, limit: LIMITS.againstOpenssl });
}

function benchGnu(digest: string): void {
  const fingerprint = signAll(digest);
  const key = join(folder, 'key');
  const [ours, theirs] = inTurns([
    () => [measure(freehold('--pin', `openpgp:${fingerprint}@${key}`, big), [0])],
    () => [
      measure(['gpg', '--homedir', home, '--batch', '--quiet', '--verify', `${list}.sig`, list], [0]),
      measure(['gpg', '--homedir', home, '--batch', '--quiet', '--verify', `${big}.sig`, big], [0]),
      measure(['sh', '-c', 'cd "$1" && exec sha256sum --check SHA256SUMS', 'sh', folder], [0]),
    ],
  ]);
  const label = `signature (${digest}) and signed list of ${values.mib} MiB, against gpg --verify and sha256sum --check`;
  compare(label, { ours, theirs, limit: LIMITS.againstGnu });
}

/** Answers the fingerprint of the key, which is made once. */
function signAll(digest: string): string {
  mkdirSync(home, { recursive: true, mode: FOLDER_MODE });
  const fingerprint = (): string =>
    /^fpr:+([0-9A-F]{40})/m.exec(gpg('--with-colons', '--list-keys').toString())?.[1] ?? '';
  if (fingerprint() === '') {
    gpg('--passphrase', '', '--quick-gen-key', 'bench@example.org', 'rsa3072', 'sign');
    writeFileSync(join(folder, 'key'), gpg('--export'));
  }
  for (const path of [big, list])
    gpg('--yes', '--digest-algo', digest, '--output', `${path}.sig`, '--detach-sign', path);
  return fingerprint();
}

function gpg(...argv: readonly string[]): Buffer {
  const { status, stdout, stderr } = spawnSync('gpg', ['--homedir', home, '--batch', '--quiet', ...argv]);
  if (status !== 0) throw new Error(`gpg ${argv.join(' ')}: ${stderr.toString()}`);
  return stdout;
}

function benchList(): void {
  const place = join(folder, 'list');
  mkdirSync(place);
  const path = join(place, 'SHA256SUMS');
  const key = new MinisignKey('bench');
  const file = join(place, 'last');
  writeFileSync(file, 'last');
  writeLongList(path, LIST_LINES, { name: 'last', content: 'last' });
  writeFileSync(`${path}.minisig`, key.sign(readFileSync(path)));
  const runs = Array.from({ length: Number(values.runs) }, () => measure(freehold('--pin', key.pin, file), [0]));
  absolute('one file by a signed list of 1,000,000 lines', runs, LIMITS.lookupMs);
  const all = measure(freehold('--pin', key.pin, '--list', path), [3]);
  absolute('all files of such a list, one of which is there', [all], LIMITS.listMs);
}

function freehold(...argv: readonly string[]): readonly [string, ...string[]] {
  return [process.execPath, program, 'verify', ...argv];
}

/** Each in turn, as often as asked; of several programs in a row the times are added. */
function inTurns(
  programs: readonly [() => readonly Run[], () => readonly Run[]],
): readonly [readonly number[], readonly number[]] {
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let run = 0; run < Number(values.runs); run += 1) {
    ours.push(totalMs(programs[0]()));
    theirs.push(totalMs(programs[1]()));
  }
  return [ours, theirs];
}

function totalMs(runs: readonly Run[]): number {
  return runs.reduce((sum, { wallMs }) => sum + wallMs, 0);
}

interface Comparison {
  readonly ours: readonly number[];
  readonly theirs: readonly number[];
  readonly limit: number;
}

function compare(label: string, { ours, theirs, limit }: Comparison): void {
  const [here, there] = [spreadOf(ours).median, spreadOf(theirs).median];
  const ratio = here / there;
  verdict(
    ratio <= limit,
    `${label}: ${seconds(here)} against ${seconds(there)}, ratio ${ratio.toFixed(2)}; at most ${limit}`,
  );
}

function absolute(label: string, runs: readonly Run[], limitMs: number): void {
  const { median } = spreadOf(runs.map(({ wallMs }) => wallMs));
  const peak = Math.max(...runs.map(({ peakBytes }) => peakBytes ?? 0));
  const isMet = median <= limitMs && peak <= LIMITS.listBytes;
  verdict(
    isMet,
    `${label}: ${seconds(median)}, ${(peak / BYTES_PER_MIB).toFixed(0)} MiB; at most ${seconds(limitMs)}, ${LIMITS.listBytes / BYTES_PER_MIB} MiB`,
  );
}

function verdict(isMet: boolean, text: string): void {
  print(`${isMet ? 'MET   ' : 'MISSED'}  ${text}`);
  if (values.check && !isMet) process.exitCode = 1;
}

function has(name: string): boolean {
  return spawnSync(name, ['--version']).error === undefined;
}

function seconds(ms: number): string {
  return `${(ms / MS_PER_SECOND).toFixed(2)} s`;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
