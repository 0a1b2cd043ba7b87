import { FILE_LIMIT_CHARACTERS } from '../../../apparmor/language/limits.ts';
import { parsePolicy, type ParseOptions } from '../../../apparmor/language/parse-policy.ts';
import type { PolicyTree } from '../../../apparmor/language/syntax.ts';
import { type ByteText, toByteText, toText } from '../../../core/byte-text.ts';
import type { Host } from '../../../host/host.ts';

/** One more than the parser takes is enough for it to see that a file is too large. */
const READ_LIMIT_BYTES = FILE_LIMIT_CHARACTERS + 1;
/** Of all files together; a machine with every package of Debian's profiles has a hundredth of that. */
const TREE_LIMIT_BYTES = 64 * 1024 * 1024;
/** So many are read at once: what is read beyond the limit is at most theirs. */
const READ_AT_ONCE = 16;
/** Each round goes at least one include deeper; a hundred are as deep as the parser goes. */
const ROUNDS_LIMIT = 101;

export interface Unread {
  readonly path: string;
  readonly message: string;
}

export interface LoadedTree {
  readonly tree: PolicyTree;
  /** What is there but could not be looked at: for the parser it is missing, so that a verdict on such a policy is none. */
  readonly unread: readonly Unread[];
}

/** All that the policies of some files need, read from a host: each round parses, and reads what was asked for in vain. */
export async function loadPolicyTree(
  host: Host,
  paths: readonly string[],
  { limitBytes = TREE_LIMIT_BYTES, ...options }: ParseOptions & { readonly limitBytes?: number },
): Promise<LoadedTree> {
  let left = limitBytes;
  const files = new Map<string, ByteText | undefined>();
  const folders = new Map<string, readonly string[] | undefined>();
  const unread: Unread[] = [];
  const wanted = new Set<string>();
  const ask = <Value>(known: ReadonlyMap<string, Value>, path: string): Value | undefined => {
    if (!known.has(path)) wanted.add(path);
    return known.get(path);
  };
  const tree: PolicyTree = { file: (path) => ask(files, path), folder: (path) => ask(folders, path) };
  for (let round = 0; round < ROUNDS_LIMIT; round += 1) {
    for (const path of paths) parsePolicy(path, tree, options);
    if (wanted.size === 0) break;
    const missing = [...wanted].sort();
    wanted.clear();
    for (let from = 0; from < missing.length; from += READ_AT_ONCE) {
      await Promise.all(
        missing.slice(from, from + READ_AT_ONCE).map(async (path) => {
          const found = left > 0 ? await lookAt(host, path) : tooMuch(path, limitBytes);
          left -= found.text?.length ?? 0;
          files.set(path, found.text);
          folders.set(path, found.names);
          if (found.unread !== undefined) unread.push({ path, message: found.unread });
        }),
      );
    }
  }
  unread.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { tree: { file: (path) => files.get(path), folder: (path) => folders.get(path) }, unread };
}

interface LookedAt {
  readonly text?: ByteText;
  readonly names?: readonly string[];
  readonly unread?: string;
}

function tooMuch(path: string, limitBytes: number): LookedAt {
  return {
    unread: `${path} was not read: the files before it hold more than ${String(limitBytes)} bytes, which is more than is read of a machine's policy.`,
  };
}

async function lookAt(host: Host, path: ByteText): Promise<LookedAt> {
  const named = toText(path);
  if (named === undefined || named.includes('\0')) return {};
  const read = await host.read(named, { limitBytes: READ_LIMIT_BYTES });
  if (read.kind === 'content') return { text: Buffer.from(read.bytes).toString('latin1') };
  if (read.kind === 'missing') return {};
  if (read.cause !== 'not-a-file') return { unread: read.message };
  const list = await host.list(named);
  if (list.kind === 'entries') return { names: list.entries.map(({ name }) => toByteText(name)).sort() };
  return list.kind === 'missing' ? {} : { unread: list.message };
}
