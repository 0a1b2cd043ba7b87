/** A real sshd on the loopback interface, for one test: its own keys, its own configuration, nothing of this machine's. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './free-port.ts';

const SSHD = '/usr/sbin/sshd';
const POLL_MS = 20;
const START_LIMIT_MS = 5000;
/** sshd(8) needs it to be there and takes no other. */
const PRIVILEGE_FOLDER = '/run/sshd';

/** Why no sshd can be started here, or `false`. */
export function whyNoSshd(): string | false {
  if (process.getuid?.() !== 0) return 'LEFT OUT: needs root to log in as root';
  if (spawnSync(SSHD, ['-V']).error !== undefined) return 'LEFT OUT: no sshd; install openssh-server';
  if (spawnSync('ssh', ['-V']).error !== undefined) return 'LEFT OUT: no ssh; install openssh-client';
  return false;
}

export interface SshdOptions {
  /** More lines of sshd_config(5); the first value of a keyword counts. */
  readonly config?: readonly string[];
  /** So many names for it in the client's configuration: host-001, host-002, … */
  readonly names?: number;
}

export class Sshd {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'freehold-sshd-'));
  readonly port: number;
  /** For `ssh -F`: knows the host key, and logs in with the right key. */
  readonly sshConfig: string = join(this.folder, 'config');
  /** Whether it was started anew by its own script, and its process id stands in its file. */
  isRestarted = false;
  readonly #options: SshdOptions;
  #process: ChildProcess | undefined;

  private constructor(port: number, options: SshdOptions) {
    this.port = port;
    this.#options = options;
  }

  static async start(options: SshdOptions = {}): Promise<Sshd> {
    const sshd = new Sshd(await freePort(), options);
    sshd.#configure();
    await sshd.run();
    return sshd;
  }

  get address(): string {
    return `ssh://root@127.0.0.1:${String(this.port)}`;
  }

  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  get fingerprint(): string {
    const { stdout } = spawnSync('ssh-keygen', ['-lf', this.#path('host_key.pub')]);
    return stdout.toString().split(' ')[1] ?? '';
  }

  async run(): Promise<void> {
    this.#process = spawn(SSHD, ['-D', '-f', this.#path('sshd_config')], { stdio: 'ignore' });
    await this.listening();
  }

  /** Resolves when connections are taken; sshd's own start-up ends for its caller before that. */
  async listening(): Promise<void> {
    const deadline = performance.now() + START_LIMIT_MS;
    while (!(await answers(this.port))) {
      if (performance.now() > deadline) throw new Error('sshd did not start');
      await sleep(POLL_MS);
    }
  }

  /** A command line that starts it anew, away from this process. */
  get restartScript(): string {
    return `${SSHD} -f ${this.#path('sshd_config')}`;
  }

  forgetHostKey(): void {
    writeFileSync(this.#path('known_hosts'), '');
  }

  changeHostKey(): void {
    const other = this.#path('other_key');
    spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', other]);
    this.#writeKnownHosts(readFileSync(`${other}.pub`, 'utf8'));
  }

  /** Adds to the client's configuration. */
  configureClient(lines: readonly string[]): void {
    const text = readFileSync(this.sshConfig, 'utf8');
    writeFileSync(this.sshConfig, `${lines.join('\n')}\n${text}`);
  }

  close(): void {
    this.#process?.kill('SIGKILL');
    try {
      process.kill(Number(readFileSync(this.#path('pid'), 'utf8')), 'SIGKILL');
    } catch {
      // It had ended, or was never started anew.
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  #path(name: string): string {
    return join(this.folder, name);
  }

  #configure(): void {
    mkdirSync(PRIVILEGE_FOLDER, { recursive: true });
    for (const name of ['host_key', 'user_key']) {
      spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', this.#path(name)]);
    }
    writeFileSync(this.#path('authorized_keys'), readFileSync(this.#path('user_key.pub')), { mode: 0o644 });
    // sshd reads the keys as the user who logs in.
    chmodSync(this.folder, 0o711);
    const server = [
      ...(this.#options.config ?? []),
      'ListenAddress 127.0.0.1',
      `Port ${String(this.port)}`,
      `HostKey ${this.#path('host_key')}`,
      `PidFile ${this.#path('pid')}`,
      `AuthorizedKeysFile ${this.#path('authorized_keys')}`,
      'Subsystem sftp internal-sftp',
      'StrictModes no',
      'UsePAM no',
      'PermitRootLogin prohibit-password',
      'MaxStartups 500',
      'MaxSessions 500',
    ];
    writeFileSync(this.#path('sshd_config'), `${server.join('\n')}\n`);
    this.#writeKnownHosts(readFileSync(this.#path('host_key.pub'), 'utf8'));
    const names = Array.from({ length: this.#options.names ?? 0 }, (_, index) => hostName(index));
    const client = [
      ...names.flatMap((name) => [
        `Host ${name}`,
        '  HostName 127.0.0.1',
        '  User root',
        `  Port ${String(this.port)}`,
      ]),
      'Host *',
      `  IdentityFile ${this.#path('user_key')}`,
      `  UserKnownHostsFile ${this.#path('known_hosts')}`,
      '  GlobalKnownHostsFile /dev/null',
      '  IdentitiesOnly yes',
      '  ControlPath none',
    ];
    writeFileSync(this.sshConfig, `${client.join('\n')}\n`);
  }

  #writeKnownHosts(publicKey: string): void {
    const [type = '', key = ''] = publicKey.split(' ');
    writeFileSync(this.#path('known_hosts'), `[127.0.0.1]:${String(this.port)} ${type} ${key}\n`);
  }
}

const NAME_DIGITS = 3;

export function hostName(index: number): string {
  return `host-${String(index + 1).padStart(NAME_DIGITS, '0')}`;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}
