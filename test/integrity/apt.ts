/** The real apt, in a root of its own. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';

/** Why there is no apt here, or `false`. */
export function whyNoApt(): string | false {
  return spawnSync('apt-config', ['--version']).error === undefined ? false : 'LEFT OUT: no apt; only Debian has it';
}

/** Why no repository can be signed here, or `false`. */
export function whyNoGpg(): string | false {
  return spawnSync('gpg', ['--version']).error === undefined ? false : 'LEFT OUT: no gpg; install gnupg';
}

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder that apt takes for the root of a machine. */
export class AptRoot {
  readonly root: string = mkdtempSync(join(tmpdir(), 'freehold-apt-'));

  constructor() {
    for (const folder of [
      'etc/apt/apt.conf.d',
      'etc/apt/sources.list.d',
      'etc/apt/preferences.d',
      'etc/apt/trusted.gpg.d',
      'var/lib/apt/lists/partial',
      'var/cache/apt/archives/partial',
      'var/lib/dpkg',
    ])
      mkdirSync(join(this.root, folder), { recursive: true });
    this.write('/var/lib/dpkg/status', '');
  }

  write(path: string, content: string | Uint8Array): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), content);
  }

  /** Runs one of apt's programs on this root; nothing of the machine's own configuration counts. */
  run(program: string, ...rest: readonly string[]): Ran {
    const configuration = join(this.root, 'root.conf');
    const user = process.getuid?.() === 0 ? 'APT::Sandbox::User "root";\n' : '';
    writeFileSync(
      configuration,
      `Dir "${this.root}/";\nDir::State::status "${this.root}/var/lib/dpkg/status";\n${user}`,
    );
    const ran = spawnSync(program, rest, {
      env: { PATH: process.env['PATH'], LC_ALL: 'C', APT_CONFIG: configuration },
    });
    if (ran.error !== undefined) throw ran.error;
    return { code: ran.status ?? -1, stdout: ran.stdout.toString(), stderr: ran.stderr.toString() };
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
