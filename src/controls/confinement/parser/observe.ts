import type { Host, RunResult } from '../../../host/host.ts';

/** The second is where Debian and others have it, outside the PATH of users. */
export const PARSERS = ['apparmor_parser', '/usr/sbin/apparmor_parser'] as const;
/** Profiles of browsers take ten seconds on slow machines. */
const TIMEOUT_MS = 120_000;

/** Loads nothing, takes nothing from the cache and leaves nothing there, and gives what it made (apparmor_parser(8)). */
export const COMPILE = ['--skip-kernel-load', '--skip-cache', '--stdout'] as const;

export interface ParserRun {
  /** By which name it was found; the last that was tried where there is none. */
  readonly parser: string;
  readonly result: RunResult;
}

/** Calls apparmor_parser on a machine, wherever it is there. */
export async function runParser(
  host: Host,
  words: readonly string[],
  { limitBytes, timeoutMs = TIMEOUT_MS }: { readonly limitBytes?: number; readonly timeoutMs?: number } = {},
): Promise<ParserRun> {
  const [first, second] = PARSERS;
  const options = { timeoutMs, ...(limitBytes !== undefined && { limitBytes }) };
  const result = await host.run([first, ...words], options);
  return result.kind === 'not-run' && result.cause === 'missing'
    ? { parser: second, result: await host.run([second, ...words], options) }
    : { parser: first, result };
}
