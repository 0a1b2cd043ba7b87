import { FreeholdError } from '../../core/error.ts';
import type { Host, RunResult } from '../../host/host.ts';

/** What a script said on its way, in order. */
export interface Progress {
  readonly word: string;
  readonly rest: string;
}

/** How a script ended. */
export interface ScriptRun {
  readonly progress: readonly Progress[];
  readonly result: RunResult;
}

/** A package may take this long to install; nothing else comes near it. */
const TRANSACTION_LIMIT_MS = 60 * 60 * 1000;

export interface ScriptOptions {
  readonly stdin?: string;
  /** Called with each word as it is said. */
  readonly onProgress?: (progress: Progress) => void;
}

/** Runs a script of ours and reads what it says; throws `unreachable` when the machine can't run it at all. */
export async function runScript(
  host: Host,
  argv: readonly [string, ...string[]],
  { stdin, onProgress }: ScriptOptions = {},
): Promise<ScriptRun> {
  const onStdout = onProgress === undefined ? undefined : progressReader(onProgress);
  const options = {
    timeoutMs: TRANSACTION_LIMIT_MS,
    ...(stdin !== undefined && { stdin }),
    ...(onStdout !== undefined && { onStdout }),
  };
  const result = await host.run(argv, options);
  if (result.kind === 'not-run') {
    throw new FreeholdError('unreachable', [{ code: 'run/no-shell', level: 'error', message: result.message }]);
  }
  return { progress: parseProgress(new TextDecoder().decode(result.stdout)), result };
}

/** Makes words of bytes as they come: a line may be cut anywhere. */
function progressReader(onProgress: (progress: Progress) => void): (bytes: Uint8Array) => void {
  const decoder = new TextDecoder();
  let rest = '';
  return (bytes) => {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const progress of parseProgress(lines.join('\n'))) onProgress(progress);
  };
}

/** Lines that begin with `@ `; anything else on the way is somebody else's noise. */
function parseProgress(text: string): readonly Progress[] {
  return text.split('\n').flatMap((line) => {
    const match = /^@ ([a-z-]+) ?(.*)$/.exec(line);
    return match?.[1] === undefined ? [] : [{ word: match[1], rest: match[2] ?? '' }];
  });
}

export function said(progress: readonly Progress[], word: string): Progress | undefined {
  return progress.find((one) => one.word === word);
}

export function allSaid(progress: readonly Progress[], word: string): readonly string[] {
  return progress.flatMap((one) => (one.word === word ? [one.rest] : []));
}

const LAST_LINES = 3;

/** Why something went wrong: what the script said, or else the last that its programs complained of. */
export function problemsOf({ progress, result }: ScriptRun): readonly string[] {
  const told = allSaid(progress, 'problem');
  const ended = result.kind === 'ended' ? [result.message] : [];
  if (told.length + ended.length > 0 || result.kind === 'not-run') return [...told, ...ended];
  const lines = new TextDecoder().decode(result.stderr).split('\n');
  return lines.filter((line) => line.trim() !== '').slice(-LAST_LINES);
}
