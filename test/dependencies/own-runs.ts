import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

/** Root's runs lie in one place of a machine, under one lock: tests have it for themselves, in a mount namespace. */
const BIND = 'mount --bind "$0" /var/lib/freehold && exec "$@"';

/** What is to be put before a command so that its runs lie in a folder. */
export function ownRuns(folder: string): readonly string[] {
  const runs = join(folder, 'runs-of-root');
  mkdirSync(runs, { recursive: true });
  mkdirSync('/var/lib/freehold', { recursive: true });
  return ['unshare', '--mount', 'sh', '-c', BIND, runs];
}

/** Why there can't be any, or `false`. */
export function whyNoOwnRuns(): string | false {
  if (process.getuid?.() !== 0) return 'LEFT OUT: needs root for a mount namespace';
  const works = spawnSync('unshare', ['--mount', 'mount', '--bind', '/tmp', '/mnt']).status === 0;
  return works ? false : 'LEFT OUT: this machine allows no mount namespaces';
}
