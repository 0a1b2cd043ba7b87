import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const LIMIT_MS = 300_000;
const OUTPUT_LIMIT_BYTES = 64 * 1024 * 1024;

// Tests are no runs of this machine, whoever has keys here.
process.env['FREEHOLD_EVIDENCE'] = join(tmpdir(), 'freehold-without-keys');

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd: string;
  /** Programs in front, such as setpriv or nsenter with their arguments. */
  readonly prefix?: readonly string[];
  readonly timeoutMs?: number;
}

/** The command line that runs Freehold's own, as a process of its own. */
export function freeholdArgv(argv: readonly string[]): readonly string[] {
  return [process.execPath, MAIN, ...argv];
}

export function freehold(argv: readonly string[], { cwd, prefix = [], timeoutMs = LIMIT_MS }: RunOptions): Ended {
  const [program = '', ...rest] = [...prefix, ...freeholdArgv(argv)];
  const env = { ...process.env, NO_COLOR: '1', LC_ALL: 'C.UTF-8' };
  const options = { cwd, env, timeout: timeoutMs, maxBuffer: OUTPUT_LIMIT_BYTES };
  const { status, stdout, stderr } = spawnSync(program, rest, options);
  return { code: status, stdout: stdout.toString(), stderr: stderr.toString() };
}

/** A folder that goes away with the test. */
export class Folder {
  readonly path: string = mkdtempSync(join(tmpdir(), 'freehold-cli-'));

  write(name: string, content: string | Uint8Array): string {
    const path = join(this.path, name);
    writeFileSync(path, content);
    return path;
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
