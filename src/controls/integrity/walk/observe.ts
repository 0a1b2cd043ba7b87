import type { EntryType, Host, RunResult } from '../../../host/host.ts';
import { compareBytes, shown, toByteText } from '../../../core/byte-text.ts';
import { coversPath, isLiteral, parseGlob } from '../../../core/path-pattern.ts';
import type { FileType, Walked } from './walked.ts';
import { complaintsOf } from './complaints.ts';
import { findArguments } from './find-arguments.ts';
import { getfattr, readGetfattr } from './getfattr.ts';
import { GNU_PRINT, readGnuFind } from './gnu-find.ts';
import { LINK_SCRIPT, readStatOutput, STAT_SCRIPT, walkOf } from './stat-output.ts';
import {
  type AttributesQuestion,
  type AttributesResult,
  ENTRIES_MAX,
  type Walk,
  type WalkQuestion,
  type WalkResult,
} from './walk.ts';

const TIMEOUT_MS = 1_800_000;
/** find(1) exits with 0 or 1; a shell says of a signal 128 and its number. */
const SOMETHING_MISSED = 1;
/** Of env(1). */
const NO_PROGRAM = 127;
const PROBE_TIMEOUT_MS = 10_000;
/** Half a million paths are some hundred megabytes. */
const OUTPUT_LIMIT_BYTES = 1024 * 1024 * 1024;
/** Filesystems without extended attributes say so for each file. */
const NO_ATTRIBUTES = /: (?:Operation not supported|Not supported)$/;

/** Looks at everything below some trees, with one program where one runs. Opens no file. */
export async function observeWalk(host: Host, question: WalkQuestion): Promise<WalkResult> {
  const found = host.facts.isRunning ? await byProgram(host, question) : undefined;
  if (found === undefined && host.facts.recordedAt !== undefined)
    return { kind: 'failed', reason: 'the recording has no answer to this' };
  const result = found ?? (await byListing(host, question));
  if (result.kind === 'failed') return result;
  return { ...result, walk: withoutGlobs(result.walk, question.without) };
}

/** The extended attributes of everything below some trees. */
export async function observeAttributes(host: Host, question: AttributesQuestion): Promise<AttributesResult> {
  const action = [
    ...(question.name === undefined ? [] : ['-type', 'f']),
    '-exec',
    ...getfattr(question.name),
    '{}',
    '+',
  ];
  const [probe, result] = await Promise.all([
    host.run(['getfattr', '--version'], { timeoutMs: PROBE_TIMEOUT_MS }),
    runFind(host, findArguments(question, action)),
  ]);
  if (probe.kind === 'not-run' && probe.cause === 'unsupported') return { kind: 'unavailable', reason: probe.message };
  if (probe.kind !== 'exited' || probe.code !== 0)
    return { kind: 'unavailable', reason: 'getfattr is missing there; it is in the package attr' };
  if (result.kind !== 'exited') return { kind: 'unavailable', reason: result.message };
  const unread = complaintsOf(result.stderr, (line) => NO_ATTRIBUTES.test(line));
  const attributes = readGetfattr(result.stdout);
  if (attributes === undefined) return { kind: 'unavailable', reason: 'getfattr printed what could not be read' };
  return { kind: 'attributes', attributes, unread };
}

/** `undefined` where there is no find(1) at all. */
async function byProgram(host: Host, question: WalkQuestion): Promise<WalkResult | undefined> {
  const gnu = await runFind(host, findArguments(question, ['-printf', GNU_PRINT]));
  if (gnu.kind === 'not-run' || isWithoutProgram(gnu)) return undefined;
  if (gnu.kind === 'ended') return { kind: 'failed', reason: gnu.message };
  const hasPrintf = gnu.stdout.length > 0 || gnu.code === 0;
  if (hasPrintf) return walked(readGnuFind(gnu.stdout), gnu.stderr);
  const [entries, links] = await Promise.all([
    runFind(host, findArguments(question, ['-exec', 'sh', '-c', STAT_SCRIPT, 'sh', '{}', '+'])),
    runFind(host, findArguments(question, ['-type', 'l', '-exec', 'sh', '-c', LINK_SCRIPT, 'sh', '{}', '+'])),
  ]);
  if (entries.kind !== 'exited') return { kind: 'failed', reason: entries.message };
  if (links.kind !== 'exited') return { kind: 'failed', reason: links.message };
  return walked(readStatOutput(entries.stdout, links.stdout), entries.stderr);
}

function walked(walk: Walk | undefined, stderr: Uint8Array): WalkResult {
  if (walk === undefined) return { kind: 'failed', reason: 'what find(1) printed there could not be read' };
  return { kind: 'walked', walk, unlisted: complaintsOf(stderr) };
}

function isWithoutProgram(result: RunResult): boolean {
  return result.kind === 'exited' && result.code === NO_PROGRAM && result.stdout.length === 0;
}

/** With what it says by itself of an end before its time: what it printed until then is not all there is. */
async function runFind(host: Host, argv: readonly [string, ...string[]]): Promise<RunResult> {
  const result = await host.run(argv, { timeoutMs: TIMEOUT_MS, limitBytes: OUTPUT_LIMIT_BYTES });
  if (result.kind !== 'exited' || result.code <= SOMETHING_MISSED || result.code === NO_PROGRAM) return result;
  const message = `find was ended: exit code ${String(result.code)}`;
  return { ...result, kind: 'ended', cause: 'signal', message };
}

/** Setuid and setgid (inode(7)). */
const PRIVILEGED_BITS = 0o6000;

const LISTED_TYPES: Readonly<Record<EntryType, FileType>> = {
  file: 'file',
  directory: 'directory',
  symlink: 'symlink',
  other: 'other',
};

/** An image has no programs, and neither devices nor times that would count. */
async function byListing(host: Host, question: WalkQuestion): Promise<WalkResult> {
  const { trees, without, isPrivilegedOnly = false } = question;
  const literals = new Set(without.filter(isLiteral));
  const seen = new Set<string>();
  const found = new Map<string, Walked>();
  const unlisted: string[] = [];
  const open = trees.filter((path) => !literals.has(path));
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    if (seen.size > ENTRIES_MAX) return { kind: 'failed', reason: `there are more than ${String(ENTRIES_MAX)} files` };
    const stat = await host.stat(path);
    if (stat.kind === 'missing') {
      // It was listed a moment ago: either it went away, or its name is no text and can't be asked for.
      if (!trees.includes(path)) unlisted.push(`${path} could not be looked at`);
      continue;
    }
    if (stat.kind === 'unreadable') {
      unlisted.push(stat.message);
      continue;
    }
    const { type, mode, uid, gid, sizeBytes, target } = stat;
    const isPrivileged = type === 'file' && (mode & PRIVILEGED_BITS) !== 0;
    if (!isPrivilegedOnly || isPrivileged)
      found.set(path, {
        path: toByteText(path),
        type: LISTED_TYPES[type],
        mode,
        uid,
        gid,
        sizeBytes,
        ...(target !== undefined && { target: toByteText(target) }),
      });
    if (type !== 'directory') continue;
    const listed = await host.list(path);
    if (listed.kind === 'unreadable') unlisted.push(listed.message);
    for (const { name } of listed.kind === 'entries' ? listed.entries : []) {
      const below = path === '/' ? `/${name}` : `${path}/${name}`;
      if (!literals.has(below)) open.push(below);
    }
  }
  const sorted = [...found.values()].sort((a, b) => compareBytes(a.path, b.path));
  return { kind: 'walked', walk: walkOf(sorted), unlisted: unlisted.map((line) => shown(toByteText(line))) };
}

/** Programs leave out single paths; patterns are tried here, so that all ways of walking mean the same by them. */
function withoutGlobs(walk: Walk, without: readonly string[]): Walk {
  const globs = without.map((text) => parseGlob(toByteText(text)));
  const kept: number[] = [];
  for (const [index, path] of walk.paths.entries()) {
    if (!globs.some((glob) => coversPath(glob, path))) kept.push(index);
  }
  if (kept.length === walk.paths.length) return walk;
  return {
    paths: kept.map((index) => walk.paths[index] ?? ''),
    at: (index) => walk.at(kept[index] ?? -1),
  };
}
