import { closeSync, readSync } from 'node:fs';
import { fileFailure } from '../file-failure.ts';
import { DIGEST_LIMIT_BYTES, type DigestAlgorithm, type DigestResult } from '../host.ts';
import { digestFile, type OpenFile, openToDigest } from './digest-file.ts';
import { Md5Lanes, type Message } from './md5-lanes.ts';
import { tooLarge } from './too-large.ts';

/** A path and what became of it, one after the other as they are done. */
export type Settle = (index: number, result: DigestResult) => void;

/** Digests files until `take` has no more numbers of paths; MD5 of several files at once. */
export function digestFiles(
  paths: readonly string[],
  algorithm: DigestAlgorithm,
  { take, settle }: { readonly take: () => number; readonly settle: Settle },
): void {
  if (algorithm === 'md5') {
    new Md5Lanes().digest(() => nextMessage(paths, take, settle));
    return;
  }
  for (let index = take(); index < paths.length; index = take()) {
    settle(index, digestFile(paths[index] ?? '', algorithm));
  }
}

function nextMessage(paths: readonly string[], take: () => number, settle: Settle): Message | undefined {
  for (let index = take(); index < paths.length; index = take()) {
    const file = openToDigest(paths[index] ?? '');
    if (file.kind === 'open') return messageOf(file, (result) => settle(index, result));
    settle(index, file);
  }
  return undefined;
}

class TooLarge extends Error {}

function messageOf({ path, descriptor, isSymlink }: OpenFile, settle: (result: DigestResult) => void): Message {
  let sizeBytes = 0;
  return {
    read(buffer) {
      const bytesRead = readSync(descriptor, buffer, 0, buffer.length, null);
      sizeBytes += bytesRead;
      if (sizeBytes > DIGEST_LIMIT_BYTES) throw new TooLarge();
      return bytesRead;
    },
    done(result) {
      closeSync(descriptor);
      if ('hex' in result) settle({ kind: 'digest', hex: result.hex, isSymlink });
      else settle(result.error instanceof TooLarge ? tooLarge(path) : fileFailure(result.error, path));
    },
  };
}
