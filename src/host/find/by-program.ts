import { comparePaths } from '../entry.ts';
import type { FindQuestion, FindResult, Host, RunResult } from '../host.ts';
import { nameTest } from './pattern.ts';

const TIMEOUT_MS = 120_000;
const OUTPUT_LIMIT_BYTES = 64 * 1024 * 1024;
const DENIED = /^find: (.*): Permission denied$/;

/** Looks for names with the machine's own find(1): one round trip, however large it is. */
export async function findByProgram(run: Host['run'], question: FindQuestion): Promise<FindResult> {
  // Throws for what is no pattern, before the machine sees it.
  nameTest(question);
  const result = await run(findArgv(question), { timeoutMs: TIMEOUT_MS, limitBytes: OUTPUT_LIMIT_BYTES });
  return toFound(result);
}

/** Only what POSIX, GNU and busybox have in common, and `-print0` since names may hold line ends. */
function findArgv({ below, names, closed, without }: FindQuestion): readonly [string, ...string[]] {
  const passedOver = anyOf(without.map((path) => ['-path', escapeAll(path)]));
  const sought = anyOf(names.map((name) => ['-name', escape(name)]));
  const closing = anyOf(
    closed.map((one) => (one.includes('/') ? ['-path', `*/${escape(one)}`, '!', ...sought] : ['-name', escape(one)])),
  );
  // What the search begins with was asked for, whatever its name.
  const beginnings = below.flatMap((path) => ['!', '-path', escapeAll(path)]);
  return [
    'find',
    ...below,
    ...(without.length === 0 ? [] : [...passedOver, '-prune', '-o']),
    '(',
    ...beginnings,
    ...sought,
    '-print0',
    '-o',
    '-path',
    '*',
    ')',
    ...(closed.length === 0 ? [] : ['-type', 'd', ...beginnings, ...closing, '-prune']),
  ];
}

function anyOf(tests: readonly (readonly string[])[]): readonly string[] {
  return ['(', ...tests.flatMap((test, index) => (index === 0 ? test : ['-o', ...test])), ')'];
}

/** The characters that fnmatch(3) gives a meaning, but for the star. */
function escape(pattern: string): string {
  return pattern.replaceAll(/[?[\\]/g, '\\$&');
}

function escapeAll(path: string): string {
  return path.replaceAll(/[*?[\\]/g, '\\$&');
}

function toFound(result: RunResult): FindResult {
  if (result.kind === 'not-run') return { kind: 'unreadable', cause: 'io', message: result.message };
  if (result.kind === 'ended') {
    const cause = result.cause === 'too-much-output' ? 'too-large' : 'io';
    return { kind: 'unreadable', cause, message: `the search was given up: ${result.message}` };
  }
  const complaints = new TextDecoder()
    .decode(result.stderr)
    .split('\n')
    .filter((line) => line !== '');
  const denied = complaints.flatMap((line) => DENIED.exec(line)?.[1]?.replace(/^['‘](.*)['’]$/s, '$1') ?? []);
  const paths = new TextDecoder().decode(result.stdout).split('\0');
  // Whatever ends it in the middle of a name, that is no name.
  if (paths.pop() !== '')
    return { kind: 'unreadable', cause: 'io', message: 'the search ended in the middle of a name' };
  // A folder that went away meanwhile makes find complain, and nothing is missing but that.
  if (result.code > 1) {
    return {
      kind: 'unreadable',
      cause: 'io',
      message: `find failed: ${complaints.at(-1) ?? `exit code ${String(result.code)}`}`,
    };
  }
  return { kind: 'found', paths: paths.sort(comparePaths), unlisted: denied.sort(comparePaths) };
}
