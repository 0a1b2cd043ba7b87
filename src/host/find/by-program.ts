import { comparePaths } from '../entry.ts';
import type { FindQuestion, FindResult, Host, RunResult } from '../host.ts';
import { nameTest } from './pattern.ts';

const TIMEOUT_MS = 120_000;
const OUTPUT_LIMIT_BYTES = 64 * 1024 * 1024;
/** In the C locale. A file that went away meanwhile, or a folder to begin with that isn't there, is nothing that was missed. */
const COMPLAINT = /^find: (.*): ([^:]*)$/;
const GONE = 'No such file or directory';

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
    // A link that the search begins with is followed, as listing a folder would.
    '-H',
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
    .filter((line) => line !== '')
    .map((line) => ({ line, parts: COMPLAINT.exec(line) }));
  const unclear = complaints.find(({ parts }) => parts === null)?.line;
  if (unclear !== undefined || result.code > 1) {
    return unreadable(`find failed: ${unclear ?? complaints.at(-1)?.line ?? `exit code ${String(result.code)}`}`);
  }
  const unlisted = complaints.flatMap(({ parts }) =>
    parts === null || parts[2] === GONE ? [] : [(parts[1] ?? '').replace(/^['‘](.*)['’]$/s, '$1')],
  );
  const paths = new TextDecoder().decode(result.stdout).split('\0');
  // Whatever ends it in the middle of a name, that is no name.
  if (paths.pop() !== '') return unreadable('the search ended in the middle of a name');
  return { kind: 'found', paths: paths.sort(comparePaths), unlisted: unlisted.sort(comparePaths) };
}

function unreadable(message: string): FindResult {
  return { kind: 'unreadable', cause: 'io', message };
}
