import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

/** Holds the shell scripts that run on people's machines, or make the lab's, against shellcheck, as POSIX sh whatever sh is here. */
/** Variables that are set in one file and used in another: the program joins these files before it runs them. */
const PARTS_OF_ONE_SCRIPT = 'SC2034,SC2154';
const ROOT = join(import.meta.dirname, '..');

function isClean(options: readonly string[], files: readonly string[]): boolean {
  if (files.length === 0) return true;
  const { error, status } = spawnSync('shellcheck', [...options, ...files], { cwd: ROOT, stdio: 'inherit' });
  if (error !== undefined) throw error;
  return status === 0;
}

if (spawnSync('shellcheck', ['--version']).error === undefined) {
  const shipped = globSync(['src/**/*.sh', 'test/lab/recipe/*.sh'], { cwd: ROOT }).sort();
  const results = [isClean(['--shell=sh', `--exclude=${PARTS_OF_ONE_SCRIPT}`], shipped), isClean([], ['.ci/run'])];
  process.exitCode = results.every(Boolean) ? 0 : 1;
  process.stdout.write(`shellcheck: ${String(shipped.length + 1)} scripts read\n`);
} else {
  process.stdout.write(
    'SKIPPED: shellcheck is not installed (Debian package shellcheck); no shell script was checked.\n',
  );
}
