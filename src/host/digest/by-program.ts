import { readAsset } from '../../core/assets.ts';
import { HostError } from '../error.ts';
import { unreadable } from '../file-failure.ts';
import { DIGEST_LIMIT_BYTES, type DigestAlgorithm, type DigestResult, type Host, type RunResult } from '../host.ts';
import { failureOf } from '../shell/answers.ts';
import { tooLarge } from './too-large.ts';

const PROGRAMS: Readonly<Record<DigestAlgorithm, string>> = {
  md5: 'md5sum',
  sha256: 'sha256sum',
  sha512: 'sha512sum',
};
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
/** As long as a disk may take for what one {@link PORTION_PATHS} can hold. */
const TIMEOUT_MS = 1_800_000;
/** So many paths are some hundred kilobytes, and are one word of a script. */
const PORTION_PATHS = 10_000;
/** Beside its path: a letter, a digest of 128 digits, separators, and what a shell says of a file. */
const ANSWER_BYTES = 512;
/** Nobody ships names with line ends; each takes a program of its own. */
const ODD_NAMES_MAX = 1000;
/** Arguments of xargs(1) come as lines, since no word of a shell holds NUL. More of them at once make a shell slow. */
const MANY = String.raw`tr '\n' '\0' | LC_ALL=C xargs -0 -n 500 sh -c "$@"`;

/** Digests files with the machine's own programs: one round trip, however many they are, and no byte of them travels. */
export async function digestByProgram(
  run: Host['run'],
  paths: readonly string[],
  algorithm: DigestAlgorithm,
): Promise<readonly DigestResult[]> {
  const script = readAsset('src/host/digest/digest.sh');
  const words = [script, 'sh', PROGRAMS[algorithm], String(DIGEST_LIMIT_BYTES)] as const;
  const results = new Map<string, DigestResult>();
  const plain: string[] = [];
  const odd: string[] = [];
  for (const path of new Set(paths)) {
    if (!path.startsWith('/') || path.includes('\0')) {
      results.set(path, unreadable('io', `${JSON.stringify(path)} is no absolute path`));
    } else (path.includes('\n') ? odd : plain).push(path);
  }
  for (const path of odd.slice(ODD_NAMES_MAX)) {
    results.set(path, unreadable('io', `${JSON.stringify(path)}: too many names have line ends`));
  }
  const options = (portion: readonly string[]): { timeoutMs: number; limitBytes: number } => ({
    timeoutMs: TIMEOUT_MS,
    limitBytes: portion.reduce((sum, path) => sum + 2 * Buffer.byteLength(path) + ANSWER_BYTES, ANSWER_BYTES),
  });
  const answers = [
    ...odd.slice(0, ODD_NAMES_MAX).map(async (path) => {
      take([path], await run(['sh', '-c', ...words, path], options([path])));
    }),
    ...portions(plain).map(async (portion) => {
      const stdin = portion.map((path) => `${path}\n`).join('');
      take(portion, await run(['sh', '-c', MANY, 'sh', ...words], { ...options(portion), stdin }));
    }),
  ];
  function take(portion: readonly string[], answer: RunResult): void {
    toResults(portion, answer).forEach((result, index) => results.set(portion[index] ?? '', result));
  }
  await Promise.all(answers);
  return paths.map((path) => results.get(path) ?? unreadable('io', `${path}: nothing was said about it`));
}

function portions(paths: readonly string[]): readonly (readonly string[])[] {
  const count = Math.ceil(paths.length / PORTION_PATHS);
  return Array.from({ length: count }, (_, index) => paths.slice(index * PORTION_PATHS, (index + 1) * PORTION_PATHS));
}

/** xargs(1) runs the script as often as it must; each time it answers for the paths that come next. */
function toResults(paths: readonly string[], answer: RunResult): readonly DigestResult[] {
  const text = answer.kind === 'not-run' ? '' : decoder.decode(answer.stdout);
  const records = text.split('\0');
  // What follows the last NUL was cut off.
  records.pop();
  const results: DigestResult[] = [];
  const round: Described[] = [];
  for (const record of records) {
    if (record.startsWith('=')) results.push(...withDigests(round.splice(0), record.slice(1)));
    else round.push({ path: paths[results.length + round.length] ?? '', record });
  }
  if (results.length > paths.length) throw new HostError('hostile', 'digests came of files that nobody asked for');
  const reason = reasonOf(answer);
  return paths.map((path, index) => results[index] ?? unreadable('io', `${path}: ${reason}`));
}

/** What the script says of a path before anything is digested. */
interface Described {
  readonly path: string;
  readonly record: string;
}

function withDigests(round: readonly Described[], lines: string): readonly DigestResult[] {
  let position = 0;
  return round.map(({ path, record }): DigestResult => {
    // Of a file that came to be in between there is a line as well.
    const line = lineOf(path, lines, position);
    position += line?.length ?? 0;
    const isSymlink = record.startsWith('l');
    const said = isSymlink ? record.slice(1) : record;
    if (said === 'o') return unreadable('not-a-file', `${path} is not a regular file`);
    if (said === 't') return tooLarge(path);
    if (said.startsWith('c')) return failureOf(said.slice(1), path);
    if (said !== 'd') throw new HostError('hostile', 'a digest came with a word that is not ours');
    if (line === undefined) return unreadable('io', `${path}: it could not be read to its end`);
    return { kind: 'digest', hex: line.hex, isSymlink };
  });
}

/** Lines are in the order of the paths; where one is missing, the line that is there is of a later path. */
function lineOf(
  path: string,
  lines: string,
  position: number,
): { readonly hex: string; readonly length: number } | undefined {
  DIGEST.lastIndex = position;
  const [start, escape = '', hex = ''] = DIGEST.exec(lines) ?? [];
  if (start === undefined) return undefined;
  // GNU's programs write a name with a backslash or a line end another way, and say so with a backslash; busybox' don't.
  const rest = `${escape === '' ? path : escaped(path)}\n`;
  return lines.startsWith(rest, position + start.length) ? { hex, length: start.length + rest.length } : undefined;
}

const DIGEST = /(\\?)([0-9a-f]{32,128}) [ *]/y;

/** GNU coreutils, "cksum common options": file names with a backslash, a newline or a carriage return. */
function escaped(path: string): string {
  return path.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
}

function reasonOf(answer: RunResult): string {
  if (answer.kind !== 'exited') return answer.message;
  const complaint = decoder.decode(answer.stderr).trim().split('\n').at(-1) ?? '';
  return complaint === '' ? 'nothing was said about it' : complaint;
}
