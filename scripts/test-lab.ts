import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

/** Runs the tests that change a real machine, apart from `npm test`. */
const ROOT = join(import.meta.dirname, '..');
const files = globSync('test/lab/**/*.test.ts', { cwd: ROOT }).sort();

if (files.length === 0) {
  process.stdout.write('There are no lab tests in this version (test/lab/**/*.test.ts): nothing was run.\n');
} else {
  const options = ['--test', ...process.argv.slice(2), ...files];
  process.exitCode = spawnSync(process.execPath, options, { cwd: ROOT, stdio: 'inherit' }).status ?? 1;
}
