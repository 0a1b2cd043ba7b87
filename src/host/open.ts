import type { HostAddress } from './address.ts';
import { formatAddress } from './address.ts';
import { HostError } from './error.ts';
import type { Host } from './host.ts';
import { openLocalHost } from './local.ts';
import type { SessionEnd, SessionOptions } from './shell/session.ts';
import { type BecomeMethod, becomeWords, explainBecomeEnd, sudoElevation } from './transport/become.ts';
import { containerArgv, explainContainerEnd } from './transport/container.ts';
import { explainSshEnd, lastLine, sshArgv } from './transport/ssh.ts';

export interface OpenOptions {
  /** Becomes root there when the user isn't. */
  readonly become?: BecomeMethod;
  /** Asked when sudo asks; without it sudo must not need one. */
  readonly password?: () => Promise<string>;
  /** Another file than ~/.ssh/config, as `ssh -F`. */
  readonly sshConfig?: string;
  readonly identityFile?: string;
  readonly sshArguments?: readonly string[];
  /** Whether a person is there whom ssh may ask for a password, a passphrase or a touch. */
  readonly isInteractive?: boolean;
  /** Whether the connection must be a new one, through no shared master connection. */
  readonly isFresh?: boolean;
  readonly connectTimeoutMs?: number;
  readonly answerTimeoutMs?: number;
}

/** Time for a person to type a passphrase is not in it: with {@link OpenOptions.isInteractive} it is longer. */
const CONNECT_TIMEOUT_MS = 30_000;
const INTERACTIVE_CONNECT_TIMEOUT_MS = 180_000;
const ANSWER_TIMEOUT_MS = 60_000;
const SHELL = '/bin/sh';

/** Opens a machine, wherever it is. Throws a {@link HostError} that says why it can't be. */
export async function openHost(address: HostAddress, options: OpenOptions = {}): Promise<Host> {
  switch (address.kind) {
    case 'image':
      return (await import('./image/open-image.ts')).openImage(address.path);
    case 'recorded':
      return (await import('./recorded/open-recording.ts')).openRecording(address.path);
    case 'local':
      if (options.become === undefined) return openLocalHost();
      break;
    default:
  }
  const transport = transportOf(address, options);
  const { openShellHost } = await import('./shell/shell-host.ts');
  return openShellHost(formatAddress(address), sessionOptions(transport, options));
}

/** How to run a command at the other end, and what the ends of that program mean. */
interface Transport {
  readonly argv: readonly string[];
  readonly explainEnd: (end: SessionEnd) => HostError | Promise<HostError>;
}

function transportOf(address: HostAddress, options: OpenOptions): Transport {
  switch (address.kind) {
    case 'ssh': {
      const argv = sshArgv(address, {
        ...(options.sshConfig !== undefined && { configFile: options.sshConfig }),
        ...(options.identityFile !== undefined && { identityFile: options.identityFile }),
        extraArguments: options.sshArguments ?? [],
        isInteractive: options.isInteractive ?? false,
        isFresh: options.isFresh ?? false,
        connectTimeoutMs: connectTimeout(options),
      });
      return { argv, explainEnd: (end) => explainSshEnd(argv, end) };
    }
    case 'podman':
    case 'docker':
      return {
        argv: containerArgv({ ...address, kind: address.kind }),
        explainEnd: (end) => explainContainerEnd({ ...address, kind: address.kind }, end),
      };
    case 'nsenter':
      return { argv: ['nsenter', '--target', String(address.pid), '--all', '--'], explainEnd: explainOtherEnd };
    default:
      return { argv: [], explainEnd: explainOtherEnd };
  }
}

function sessionOptions({ argv, explainEnd }: Transport, options: OpenOptions): SessionOptions {
  const { become, password } = options;
  const withPassword = become === 'sudo' && password !== undefined;
  const words = become === undefined || withPassword ? [] : becomeWords(become);
  const [program, ...rest] = [...argv, ...words, SHELL];
  return {
    argv: [program, ...rest],
    connectTimeoutMs: connectTimeout(options),
    answerTimeoutMs: options.answerTimeoutMs ?? ANSWER_TIMEOUT_MS,
    explainEnd: (end) => (become === undefined ? undefined : explainBecomeEnd(become, end)) ?? explainEnd(end),
    ...(withPassword && { elevation: sudoElevation(password) }),
  };
}

function connectTimeout({ connectTimeoutMs, isInteractive }: OpenOptions): number {
  return connectTimeoutMs ?? (isInteractive === true ? INTERACTIVE_CONNECT_TIMEOUT_MS : CONNECT_TIMEOUT_MS);
}

function explainOtherEnd({ code, signal, stderr }: SessionEnd): HostError {
  const reason = lastLine(stderr);
  const how = code === null ? `signal ${signal ?? 'unknown'}` : `exit code ${String(code)}`;
  return new HostError('unreachable', reason === '' ? `the shell ended with ${how}` : reason);
}
