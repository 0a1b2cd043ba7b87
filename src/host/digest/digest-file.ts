import { createHash, hash } from 'node:crypto';
import { closeSync, constants, lstatSync, openSync, readSync, statSync } from 'node:fs';
import { DIGEST_LIMIT_BYTES, type DigestAlgorithm, type DigestResult } from '../host.ts';
import { tooLarge } from './too-large.ts';
import { fileFailure, unreadable } from '../file-failure.ts';

const BUFFER_BYTES = 1024 * 1024;
/** Every file goes through this: nothing else happens in a thread meanwhile. */
const buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);

/** The digest of one file of the machine Freehold runs on; returns when it has it. */
export function digestFile(path: string, algorithm: DigestAlgorithm): DigestResult {
  try {
    const own = lstatSync(path, { throwIfNoEntry: false });
    const isSymlink = own?.isSymbolicLink() ?? false;
    const stats = isSymlink ? statSync(path, { throwIfNoEntry: false }) : own;
    if (stats === undefined) return { kind: 'missing' };
    // Opening a device can do things to it, and a FIFO has no end.
    if (!stats.isFile()) return unreadable('not-a-file', `${path} is not a regular file`);
    const hex = stats.size > DIGEST_LIMIT_BYTES ? undefined : digestWithin(path, algorithm);
    return hex === undefined ? tooLarge(path) : { kind: 'digest', hex, isSymlink };
  } catch (error) {
    return fileFailure(error, path);
  }
}

/** `undefined` for a file that grows beyond the limit while it is read. */
function digestWithin(path: string, algorithm: DigestAlgorithm): string | undefined {
  // What was a file a moment ago may be a FIFO now.
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  try {
    let length = fill(file);
    // Most files are one piece.
    if (length < BUFFER_BYTES) return hash(algorithm, buffer.subarray(0, length), 'hex');
    const digest = createHash(algorithm);
    for (let total = length; total <= DIGEST_LIMIT_BYTES; total += length) {
      digest.update(buffer.subarray(0, length));
      if (length < BUFFER_BYTES) return digest.digest('hex');
      length = fill(file);
    }
    return undefined;
  } finally {
    closeSync(file);
  }
}

/** Reads on until the buffer is full, or the file ends. */
function fill(file: number): number {
  let length = 0;
  while (length < BUFFER_BYTES) {
    const bytesRead = readSync(file, buffer, length, BUFFER_BYTES - length, null);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return length;
}
