/** What the lab needs of the machine it runs on. */
import { spawnSync } from 'node:child_process';
import process from 'node:process';

/** Programs, and the Debian packages that have them. */
const TOOLS: readonly (readonly [string, string])[] = [
  ['qemu-system-x86_64', 'qemu-system-x86'],
  ['qemu-img', 'qemu-utils'],
  ['mmdebstrap', 'mmdebstrap'],
  ['mke2fs', 'e2fsprogs'],
  ['sfdisk', 'fdisk'],
  ['apt-get', 'apt'],
  ['ssh', 'openssh-client'],
  ['ssh-keygen', 'openssh-client'],
];
const OUTPUT_LIMIT_BYTES = 64 * 1024 * 1024;

/** Why no lab machine can be built or started here, or `false`. */
export function whyNoTools(): string | false {
  if (process.platform !== 'linux') return 'LEFT OUT: the lab machine needs Linux';
  if (process.getuid?.() !== 0) return 'LEFT OUT: the lab machine needs root, to make its file system';
  const missing = TOOLS.filter(([program]) => spawnSync('which', [program]).status !== 0);
  if (missing.length === 0) return false;
  const programs = missing.map(([program]) => program).join(', ');
  const packages = [...new Set(missing.map(([, name]) => name))].join(' ');
  return `LEFT OUT: the lab machine needs ${programs} (Debian packages: ${packages})`;
}

/** Runs a program to its end. Throws what it said when it fails. */
export function tool(program: string, ...argv: readonly string[]): string {
  const { error, status, stdout, stderr } = spawnSync(program, argv, { maxBuffer: OUTPUT_LIMIT_BYTES });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${program} ended with ${String(status)}: ${stderr.toString().trim()}`);
  return stdout.toString();
}
