import { createHash } from 'node:crypto';
import { tooLarge as tooLargeToDigest } from '../digest/too-large.ts';
import { compareNames } from '../entry.ts';
import { fileFailure, unreadable } from '../file-failure.ts';
import { findByListing } from '../find/by-listing.ts';
import {
  DEFAULT_READ_LIMIT_BYTES,
  DIGEST_LIMIT_BYTES,
  type DigestAlgorithm,
  type DigestResult,
  type Facts,
  type FindQuestion,
  type FindResult,
  type Host,
  type ListResult,
  type Missing,
  type ReadOptions,
  type ReadResult,
  type RunOptions,
  type RunResult,
  type StatResult,
  type Unreadable,
} from '../host.ts';
import type { ImageTree } from './tree/tree.ts';
import { walk, type Walked } from './tree/walk.ts';

/** A machine that doesn't run: every path is looked up inside its tree, and nothing of it is ever run. */
export class ImageHost implements Host {
  readonly facts: Facts;
  readonly #tree: ImageTree;
  readonly #close: () => Promise<void>;

  /** `close` lets go of all that reading the tree needs. */
  constructor(tree: ImageTree, facts: Facts, close: () => Promise<void>) {
    this.#tree = tree;
    this.facts = facts;
    this.#close = close;
  }

  read(path: string, options?: ReadOptions): Promise<ReadResult> {
    return readFile(this.#tree, path, options);
  }

  list(path: string): Promise<ListResult> {
    return listDirectory(this.#tree, path);
  }

  stat(path: string): Promise<StatResult> {
    return at({ tree: this.#tree, path, followsLast: false }, ({ node, target }): StatResult => {
      const { type, mode, uid, gid, sizeBytes } = node;
      return { kind: 'stat', type, mode, uid, gid, sizeBytes, ...(target !== undefined && { target }) };
    });
  }

  find(question: FindQuestion): Promise<FindResult> {
    return findByListing(async (path) => {
      const listed = await this.list(path);
      if (listed.kind === 'entries') return listed.entries;
      return listed.kind === 'missing' ? [] : undefined;
    }, question);
  }

  digest(paths: readonly string[], algorithm: DigestAlgorithm): Promise<readonly DigestResult[]> {
    return Promise.all(paths.map((path) => digestFile(this.#tree, path, algorithm)));
  }

  run([program]: readonly [string, ...string[]], _options: RunOptions): Promise<RunResult> {
    const message = `${program} was not run: ${this.facts.address} is an image, and nothing of an image is ever run`;
    return Promise.resolve({ kind: 'not-run', cause: 'unsupported', message });
  }

  close(): Promise<void> {
    return this.#close();
  }
}

export function readFile(tree: ImageTree, path: string, options?: ReadOptions): Promise<ReadResult> {
  const limitBytes = options?.limitBytes ?? DEFAULT_READ_LIMIT_BYTES;
  return at({ tree, path, followsLast: true }, async ({ node }): Promise<ReadResult> => {
    if (node.type !== 'file') return unreadable('not-a-file', `${path} is not a regular file`);
    const tooLarge = unreadable('too-large', `${path} is larger than ${String(limitBytes)} bytes`);
    if (node.sizeBytes > limitBytes) return tooLarge;
    // A file of a disk may have grown since it was looked at.
    const bytes = await tree.read(node, limitBytes + 1);
    return bytes.length > limitBytes ? tooLarge : { kind: 'content', bytes };
  });
}

async function digestFile(tree: ImageTree, path: string, algorithm: DigestAlgorithm): Promise<DigestResult> {
  const digest = (followsLast: boolean): Promise<DigestResult | 'symlink'> =>
    at({ tree, path, followsLast }, async ({ node }): Promise<DigestResult | 'symlink'> => {
      if (node.type === 'symlink') return 'symlink';
      if (node.type !== 'file') return unreadable('not-a-file', `${path} is not a regular file`);
      const hash = createHash(algorithm);
      if (node.sizeBytes > DIGEST_LIMIT_BYTES) return tooLargeToDigest(path);
      let sizeBytes = 0;
      for await (const piece of tree.pieces(node)) {
        sizeBytes += piece.length;
        if (sizeBytes > DIGEST_LIMIT_BYTES) return tooLargeToDigest(path);
        hash.update(piece);
      }
      return { kind: 'digest', hex: hash.digest('hex'), isSymlink: followsLast };
    });
  const own = await digest(false);
  const result = own === 'symlink' ? await digest(true) : own;
  return result === 'symlink' ? { kind: 'missing' } : result;
}

export function listDirectory(tree: ImageTree, path: string): Promise<ListResult> {
  return at({ tree, path, followsLast: true }, async ({ node }): Promise<ListResult> => {
    if (node.type !== 'directory') return { kind: 'missing' };
    return { kind: 'entries', entries: [...(await tree.list(node))].sort(compareNames) };
  });
}

type Found = Extract<Walked<ImageTree['root']>, { kind: 'found' }>;

interface Lookup {
  readonly tree: ImageTree;
  readonly path: string;
  readonly followsLast: boolean;
}

async function at<Result>(
  { tree, path, followsLast }: Lookup,
  answer: (found: Found) => Promise<Result> | Result,
): Promise<Result | Missing | Unreadable> {
  try {
    return await walk(tree, path, {
      followsLast,
      use: async (walked) => {
        if (walked.kind === 'found') return answer(walked);
        if (walked.kind === 'missing') return walked;
        return unreadable('not-a-file', `${path}: too many symbolic links, one leading to the other`);
      },
    });
  } catch (error) {
    return fileFailure(error, path);
  }
}

/** What opening or reading one path of a folder can end with. */
