/** The real programs that signatures are made and judged with, in a folder of their own. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What each is started with only to see that it is there, and the package that has it. */
const TOOLS = {
  minisign: { argv: ['-v'], package: 'minisign' },
  'signify-openbsd': { argv: [], package: 'signify-openbsd' },
  'ssh-keygen': { argv: ['-?'], package: 'openssh-client' },
} as const;

export type Tool = keyof typeof TOOLS;

/** Why a program can't be asked here, or `false`. */
export function whyNoTool(tool: Tool): string | false {
  const { argv, package: name } = TOOLS[tool];
  return spawnSync(tool, argv).error === undefined ? false : `LEFT OUT: no ${tool}; install ${name}`;
}

export class Bench {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'freehold-schemes-'));

  path(name: string): string {
    return join(this.folder, name);
  }

  write(name: string, content: Uint8Array | string): string {
    writeFileSync(this.path(name), content, { mode: 0o600 });
    return this.path(name);
  }

  read(name: string): Buffer {
    return readFileSync(this.path(name));
  }

  text(name: string): string {
    return this.read(name).toString();
  }

  /** Runs it in the folder, and throws where it fails. */
  make(tool: Tool, argv: readonly string[]): void {
    const { status, stderr, stdout } = spawnSync(tool, argv, { cwd: this.folder });
    if (status !== 0)
      throw new Error(`${tool} ${argv.join(' ')}: ${String(status)} ${stdout.toString()} ${stderr.toString()}`);
  }

  /** What it prints, given this. */
  output(tool: Tool, argv: readonly string[], input: Uint8Array): string {
    const { status, stdout, stderr } = spawnSync(tool, argv, { cwd: this.folder, input });
    if (status !== 0) throw new Error(`${tool} ${argv.join(' ')}: ${String(status)} ${stderr.toString()}`);
    return stdout.toString();
  }

  /** Whether it ends well. */
  accepts(tool: Tool, argv: readonly string[], input?: Uint8Array): boolean {
    return spawnSync(tool, argv, { cwd: this.folder, ...(input !== undefined && { input }) }).status === 0;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}
