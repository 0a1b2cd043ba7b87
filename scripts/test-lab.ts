import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { ensureImage } from '../test/lab/build-image.ts';
import { whyNoTools } from '../test/lab/tools.ts';

/** Runs the tests that change a real machine, apart from `npm test`, on machines of their own. */
const ROOT = join(import.meta.dirname, '..');
const MS_PER_SECOND = 1000;
/** Emulated processors that have to wait for real ones miscount time while a kernel starts: one file after the other. */
const CONCURRENCY = 1;

// Without the machine the tests still run, so that each says by name that it was left out.
if (whyNoTools() === false) {
  const startedMs = performance.now();
  await ensureImage((line) => process.stdout.write(`Lab machine: ${line}\n`));
  const seconds = Math.round((performance.now() - startedMs) / MS_PER_SECOND);
  if (seconds > 0) process.stdout.write(`Lab machine: ready after ${String(seconds)} s\n`);
}
const [options, named] = [
  process.argv.slice(2).filter(isOption),
  process.argv.slice(2).filter((word) => !isOption(word)),
];
const files = named.length > 0 ? named : globSync('test/lab/**/*.test.ts', { cwd: ROOT }).sort();
const argv = ['--test', `--test-concurrency=${String(CONCURRENCY)}`, ...options, ...files];
process.exitCode = spawnSync(process.execPath, argv, { cwd: ROOT, stdio: 'inherit' }).status ?? 1;

function isOption(word: string): boolean {
  return word.startsWith('-');
}
