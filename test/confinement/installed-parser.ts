/** apparmor_parser(8) of this machine as the judge of policies; it compiles without a kernel that knows AppArmor. */
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import process from 'node:process';
import type { Dialect } from '../../src/apparmor/language/syntax.ts';
import { dialectOf } from './apparmor-source.ts';

const PARSER = 'apparmor_parser';
const TIMEOUT_MS = 60_000;
/** Brings a large policy's compiled form to its end. */
const OUTPUT_LIMIT_BYTES = 256 * 1024 * 1024;
const ENVIRONMENT = { LC_ALL: 'C', PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` };

export interface InstalledParser {
  readonly dialect: Dialect;
  readonly version: string;
}

/** The parser, or why there is none. */
export function installedParser(): InstalledParser | string {
  const answer = spawnSync(PARSER, ['--version'], { encoding: 'utf8', env: ENVIRONMENT });
  if (answer.error !== undefined) return 'LEFT OUT: no apparmor_parser; install apparmor';
  const version = /version (\S+)/.exec(answer.stdout)?.[1] ?? '';
  const dialect = dialectOf(version);
  if (dialect === undefined) return `LEFT OUT: version ${version} of apparmor_parser is not known`;
  if (statSync('/etc/apparmor.d/abi', { throwIfNoEntry: false }) === undefined)
    return 'LEFT OUT: no /etc/apparmor.d; install apparmor';
  return { dialect, version };
}

export interface Verdict {
  readonly isTaken: boolean;
  readonly message: string;
}

/** Compiles a policy and throws the result away; `features` is what the kernel is to be taken for. */
export function judge(path: string, features: string): Verdict {
  const answer = spawnSync(PARSER, ['--config-file=/dev/null', '-Q', '-K', '-S', '-j1', '-M', features, path], {
    env: ENVIRONMENT,
    timeout: TIMEOUT_MS,
    maxBuffer: OUTPUT_LIMIT_BYTES,
  });
  if (answer.error !== undefined) throw new Error(`apparmor_parser on ${path}`, { cause: answer.error });
  return { isTaken: answer.status === 0, message: answer.stderr.toString('latin1').trim() };
}
