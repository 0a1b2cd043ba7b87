import process from 'node:process';
import type { Command } from 'commander';
import { Option } from 'commander';
import { FreeholdError } from '../core/error.ts';
import { hostDiagnostic } from '../engine/host-diagnostic.ts';
import { HostError } from '../host/error.ts';
import type { OpenOptions } from '../host/open.ts';
import type { BecomeMethod } from '../host/transport/become.ts';
import { askHidden } from './ask.ts';

/** How other machines are reached: the options that every command with a host has. */
export interface ConnectionOptions {
  readonly become?: BecomeMethod;
  readonly askBecomePassword?: boolean;
  readonly sshConfig?: string;
  readonly connectTimeout?: number;
}

const MS_PER_SECOND = 1000;

export function withConnection(command: Command): Command {
  return command
    .addOption(new Option('--become <method>', 'become root there').choices(['sudo', 'doas']))
    .option('--ask-become-password', 'ask once for the password that sudo wants there')
    .option('--ssh-config <file>', 'use this file instead of ~/.ssh/config')
    .addOption(
      new Option('--connect-timeout <seconds>', 'how long to wait for a machine to answer').argParser(positiveNumber),
    );
}

/** What the options mean for opening a machine; the password is asked for once, when the first machine wants it. */
export function openOptions(options: ConnectionOptions, { isAlone }: { readonly isAlone: boolean }): OpenOptions {
  let password: Promise<string> | undefined;
  const askOnce = (): Promise<string> => {
    password ??= askHidden('Password for sudo there: ');
    return password;
  };
  const become = options.become ?? (options.askBecomePassword === true ? 'sudo' : undefined);
  return {
    ...(become !== undefined && { become }),
    ...(options.askBecomePassword === true && { password: askOnce }),
    ...(options.sshConfig !== undefined && { sshConfig: options.sshConfig }),
    ...(options.connectTimeout !== undefined && { connectTimeoutMs: options.connectTimeout * MS_PER_SECOND }),
    // Many at once can't all ask the same person.
    isInteractive: isAlone && process.stdin.isTTY,
  };
}

/** What a command ends with when its machine can't be reached. */
export function hostFailure(address: string, error: unknown): unknown {
  if (!(error instanceof HostError)) return error;
  const code = error.code === 'address' ? 'usage' : 'unreachable';
  return new FreeholdError(code, [hostDiagnostic(address, error)], { cause: error });
}

function positiveNumber(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  const message = `${JSON.stringify(text)} is no number of seconds above 0.`;
  throw new FreeholdError('usage', [{ code: 'usage/number', level: 'error', message }]);
}
