import { spawn } from 'node:child_process';
import type { SshAddress } from '../address.ts';
import { HostError } from '../error.ts';
import type { SessionEnd } from '../shell/session.ts';

export interface SshOptions {
  /** Another file than ~/.ssh/config, as `ssh -F`. */
  readonly configFile?: string;
  readonly identityFile?: string;
  /** More options of ssh(1), word by word; ours win over them. */
  readonly extraArguments?: readonly string[];
  /** Whether a person is there to be asked for passwords and touches. */
  readonly isInteractive: boolean;
  /** Whether the connection must be a new one, through no shared master connection. */
  readonly isFresh: boolean;
  readonly connectTimeoutMs: number;
}

const MS_PER_SECOND = 1000;
/** A machine that is gone is noticed after the product of the two; ssh(1) itself would wait for hours. */
const ALIVE_INTERVAL_SECONDS = 10;
const ALIVE_COUNT = 3;

/**
 * The system's OpenSSH client, with all that its user has configured, up to the command. The first value of an option
 * counts (ssh_config(5)), so what must hold stands first: only known host keys, nothing forwarded.
 */
export function sshArgv(address: SshAddress, options: SshOptions): readonly [string, ...string[]] {
  const settings = [
    'StrictHostKeyChecking=yes',
    'ForwardAgent=no',
    'ClearAllForwardings=yes',
    'PermitLocalCommand=no',
    'RemoteCommand=none',
    'SessionType=default',
    'EscapeChar=none',
    `BatchMode=${options.isInteractive ? 'no' : 'yes'}`,
    `ConnectTimeout=${String(Math.ceil(options.connectTimeoutMs / MS_PER_SECOND))}`,
    `ServerAliveInterval=${String(ALIVE_INTERVAL_SECONDS)}`,
    `ServerAliveCountMax=${String(ALIVE_COUNT)}`,
    ...(options.isFresh ? ['ControlMaster=no', 'ControlPath=none'] : []),
  ];
  return [
    'ssh',
    '-T',
    '-x',
    ...settings.flatMap((setting) => ['-o', setting]),
    ...(options.configFile === undefined ? [] : ['-F', options.configFile]),
    ...(options.identityFile === undefined ? [] : ['-i', options.identityFile]),
    ...(options.extraArguments ?? []),
    ...(address.user === undefined ? [] : ['-l', address.user]),
    ...(address.port === undefined ? [] : ['-p', String(address.port)]),
    '--',
    address.host,
  ];
}

/** What ssh itself says when it has not got to the other side's shell; it then ends with exit code 255. */
const UNKNOWN_KEY = /Host key verification failed|No \S+ host key is known for/;
const CHANGED_KEY = /REMOTE HOST IDENTIFICATION HAS CHANGED|Host key for \S+ has changed/;
const NO_LOGIN = /Permission denied|Too many authentication failures|no more authentication methods/i;
const SSH_FAILED = 255;

/** What it means that ssh ended. `argv` is {@link sshArgv}'s: an unknown host key is asked for once more, to name it. */
export async function explainSshEnd(argv: readonly [string, ...string[]], end: SessionEnd): Promise<HostError> {
  const { stderr } = end;
  if (CHANGED_KEY.test(stderr)) {
    return new HostError('refused', `its host key is not the one that known_hosts has${namedKey(stderr)}`, {
      hint: 'Either the machine was installed anew, or somebody stands between. Ask its administrator for the fingerprint; only then remove the old key with `ssh-keygen -R`.',
    });
  }
  if (UNKNOWN_KEY.test(stderr)) {
    const key = await presentedKey(argv);
    const shown = key === undefined ? '' : `: it presents ${key}`;
    return new HostError('refused', `its host key is not in known_hosts${shown}`, {
      hint: 'Compare the fingerprint with the one that its administrator gives you (there: `ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub`); then connect once with ssh and accept it.',
    });
  }
  const reason = lastLine(stderr);
  if (end.code !== SSH_FAILED) return loginShellEnded(end);
  if (end.wasGreeted) return new HostError('unreachable', `the connection broke${reason === '' ? '' : `: ${reason}`}`);
  if (NO_LOGIN.test(stderr)) {
    const hint = 'Try `ssh` with the same user and host: Freehold uses its configuration, agent and keys.';
    return new HostError('refused', `ssh could not log in: ${reason}`, { hint });
  }
  return new HostError('unreachable', reason === '' ? 'ssh could not connect' : reason);
}

/** Exit codes of sh for a command that isn't there or can't be run (XCU 2.8.2). */
const NOT_FOUND = 127;

function loginShellEnded({ code, signal, stderr, noise, wasGreeted }: SessionEnd): HostError {
  const said = lastLine(stderr) || lastLine(noise);
  const words = said === '' ? '' : `: ${said}`;
  if (wasGreeted) return new HostError('unreachable', `the shell there ended${words}`);
  if (code === NOT_FOUND) {
    return new HostError('requirement', `there is no program to start${words}`, {
      hint: 'ssh must be installed here, and a POSIX shell at /bin/sh there.',
    });
  }
  const how = code === null ? `signal ${signal ?? 'unknown'}` : `exit code ${String(code)}`;
  return new HostError('refused', `its login shell ended with ${how} instead of running /bin/sh${words}`, {
    hint: 'The user there needs a login shell that runs commands, and no ForceCommand in sshd_config(5) may stand in its way.',
  });
}

export function lastLine(text: string): string {
  const lines = text.split(/[\r\n]+/).filter((line) => line.trim() !== '');
  return (lines.at(-1) ?? '').replace(/\p{Cc}/gu, ' ').trim();
}

/** `The fingerprint for the ED25519 key sent by the remote host is\nSHA256:….` */
function namedKey(stderr: string): string {
  const match = /The fingerprint for the (\S+) key sent by the remote host is\s+(\S+?)\.?\s/.exec(stderr);
  return match === null ? '' : `: it presents ${match[1] ?? ''} ${match[2] ?? ''}`;
}

const KEY_TIMEOUT_MS = 20_000;
const KEY_OUTPUT_LIMIT_CHARACTERS = 200_000;

/** Only with -v ssh tells which key it was shown; it ends before anything is authenticated. */
function presentedKey([program, ...rest]: readonly [string, ...string[]]): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn(program, ['-v', '-o', 'BatchMode=yes', ...rest], { stdio: ['ignore', 'ignore', 'pipe'] });
    const timer = setTimeout(() => child.kill('SIGKILL'), KEY_TIMEOUT_MS);
    let text = '';
    child.stderr.on('data', (chunk: Buffer) => {
      if (text.length < KEY_OUTPUT_LIMIT_CHARACTERS) text += chunk.toString('utf8');
    });
    child.on('error', () => {
      clearTimeout(timer);
      resolve(undefined);
    });
    child.on('close', () => {
      clearTimeout(timer);
      const key = /^debug1: Server host key: (\S+ SHA256:\S+)/m.exec(text);
      resolve(key?.[1]);
    });
  });
}
