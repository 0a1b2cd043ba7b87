import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';

/** Everything that must hold before a commit, quickest first; all of it runs, whatever fails. */
const CHECKS = ['format:check', 'typecheck', 'lint', 'unused', 'lint:shell', 'build', 'test', 'test:lab'];
const ROOT = join(import.meta.dirname, '..');

const failed = CHECKS.filter((check) => {
  process.stdout.write(`\n== ${check}\n`);
  const { status } = spawnSync('npm', ['run', '--silent', check], { cwd: ROOT, stdio: 'inherit' });
  return status !== 0;
});

process.stdout.write(
  failed.length === 0
    ? '\nAll checks passed.\n'
    : `\nFailed: ${failed.join(', ')} (see above under "== ${failed[0] ?? ''}").\n`,
);
process.exitCode = failed.length === 0 ? 0 : 1;
