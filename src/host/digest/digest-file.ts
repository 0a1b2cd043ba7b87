import { createHash, hash } from 'node:crypto';
import { closeSync, constants, lstatSync, openSync, readSync, statSync } from 'node:fs';
import { fileFailure, unreadable } from '../file-failure.ts';
import { DIGEST_LIMIT_BYTES, type DigestAlgorithm, type DigestResult } from '../host.ts';
import { tooLarge } from './too-large.ts';

const BUFFER_BYTES = 1024 * 1024;
/** Every file goes through this: nothing else happens in a thread meanwhile. */
const buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);

/** A file whose bytes can be read now. */
export interface OpenFile {
  readonly kind: 'open';
  readonly path: string;
  readonly descriptor: number;
  readonly isSymlink: boolean;
}

/** Opens a file of the machine Freehold runs on, or says why it has no digest. */
export function openToDigest(path: string): OpenFile | DigestResult {
  try {
    const own = lstatSync(path, { throwIfNoEntry: false });
    const isSymlink = own?.isSymbolicLink() ?? false;
    const stats = isSymlink ? statSync(path, { throwIfNoEntry: false }) : own;
    if (stats === undefined) return { kind: 'missing' };
    // Opening a device can do things to it, and a FIFO has no end.
    if (!stats.isFile()) return unreadable('not-a-file', `${path} is not a regular file`);
    if (stats.size > DIGEST_LIMIT_BYTES) return tooLarge(path);
    // What was a file a moment ago may be a FIFO now.
    const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    return { kind: 'open', path, descriptor, isSymlink };
  } catch (error) {
    return fileFailure(error, path);
  }
}

/** The digest of one file of the machine Freehold runs on; returns when it has it. */
export function digestFile(path: string, algorithm: DigestAlgorithm): DigestResult {
  const file = openToDigest(path);
  if (file.kind !== 'open') return file;
  try {
    const hex = digestWithin(file.descriptor, algorithm);
    return hex === undefined ? tooLarge(path) : { kind: 'digest', hex, isSymlink: file.isSymlink };
  } catch (error) {
    return fileFailure(error, path);
  } finally {
    closeSync(file.descriptor);
  }
}

/** `undefined` for a file that grows beyond the limit while it is read. */
function digestWithin(descriptor: number, algorithm: DigestAlgorithm): string | undefined {
  let length = fill(descriptor);
  // Most files are one piece.
  if (length < BUFFER_BYTES) return hash(algorithm, buffer.subarray(0, length), 'hex');
  const digest = createHash(algorithm);
  for (let total = length; total <= DIGEST_LIMIT_BYTES; total += length) {
    digest.update(buffer.subarray(0, length));
    if (length < BUFFER_BYTES) return digest.digest('hex');
    length = fill(descriptor);
  }
  return undefined;
}

/** Reads on until the buffer is full, or the file ends. */
function fill(descriptor: number): number {
  let length = 0;
  while (length < BUFFER_BYTES) {
    const bytesRead = readSync(descriptor, buffer, length, BUFFER_BYTES - length, null);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return length;
}
