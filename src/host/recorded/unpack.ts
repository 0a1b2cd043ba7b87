import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip, type InputType, type ZlibOptions } from 'node:zlib';
import { HostError } from '../error.ts';
import { COMPRESSED_LIMIT_BYTES, DEFLATE_RATIO_MAX, HEADER_LIMIT_BYTES, PAYLOAD_LIMIT_BYTES } from './limits.ts';
import { FORMAT_VERSION, MAGIC } from './pack.ts';

const LINE_END = 0x0a;
const MIB = 1024 * 1024;

/** Reads a recording's file and gives the text inside, whole and as its header says; throws a {@link HostError} otherwise. */
export async function unpackFile(path: string): Promise<Buffer> {
  const file = await openFile(path);
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw notARecording(path, 'it is not a regular file');
    const start = await readExactly(file, Math.min(stats.size, HEADER_LIMIT_BYTES), 0);
    const header = parseHeader(path, start);
    const promisedBytes = header.sizeBytes + header.compressedBytes;
    if (stats.size !== promisedBytes) throw damaged(path, wrongSize(stats.size, promisedBytes));
    const compressed = await readExactly(file, header.compressedBytes, header.sizeBytes);
    if (compressed.length !== header.compressedBytes) throw damaged(path, 'it changed while it was read');
    return await inflate(path, compressed, header);
  } finally {
    await file.close();
  }
}

interface Header {
  /** Of this line. */
  readonly sizeBytes: number;
  readonly compressedBytes: number;
  readonly payloadBytes: number;
  readonly digest: string;
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    // A FIFO must not hold the audit up.
    return await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const hint = 'Name a file that `freehold record` wrote and that you may read.';
    throw new HostError('address', `The recording ${path} can't be opened: ${reason}`, { cause: error, hint });
  }
}

async function readExactly(file: FileHandle, sizeBytes: number, position: number): Promise<Buffer> {
  const buffer = Buffer.alloc(sizeBytes);
  let length = 0;
  while (length < sizeBytes) {
    const { bytesRead } = await file.read(buffer, length, sizeBytes - length, position + length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return buffer.subarray(0, length);
}

function parseHeader(path: string, start: Buffer): Header {
  if (start.length === 0) throw notARecording(path, 'it is empty');
  const text = start.toString('latin1');
  const version = /^freehold-recording (\d{1,9}) /.exec(text)?.[1];
  if (version === undefined) throw notARecording(path, `it does not begin with "${MAGIC}"`);
  if (Number(version) !== FORMAT_VERSION) throw unknownVersion(path, version);
  const end = start.indexOf(LINE_END);
  const match = /^\S+ 1 gzip=([1-9]\d{0,9}) text=([1-9]\d{0,9}) sha256=([0-9a-f]{64})$/.exec(
    text.slice(0, Math.max(0, end)),
  );
  const [, compressed, payload, digest] = match ?? [];
  if (digest === undefined) throw damaged(path, 'its first line is not "gzip=<bytes> text=<bytes> sha256=<digest>"');
  const header = { sizeBytes: end + 1, compressedBytes: Number(compressed), payloadBytes: Number(payload), digest };
  if (header.compressedBytes > COMPRESSED_LIMIT_BYTES || header.payloadBytes > PAYLOAD_LIMIT_BYTES) {
    throw damaged(
      path,
      `its first line promises more than the ${String(PAYLOAD_LIMIT_BYTES / MIB)} MiB a recording may have`,
    );
  }
  if (header.payloadBytes > header.compressedBytes * DEFLATE_RATIO_MAX) {
    throw damaged(path, 'its first line promises more text than that many bytes of gzip can hold');
  }
  return header;
}

/** With `info`, zlib also tells how much of its input it needed: https://nodejs.org/api/zlib.html#class-options. */
type InflateWithInfo = (
  input: InputType,
  options: ZlibOptions,
) => Promise<{ readonly buffer: Buffer; readonly engine: { readonly bytesWritten: number } }>;

async function inflate(path: string, compressed: Buffer, header: Header): Promise<Buffer> {
  const { payloadBytes, digest } = header;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the types of Node know no `info`
  const inflateWithInfo = promisify(gunzip) as unknown as InflateWithInfo;
  const { buffer, engine } = await inflateWithInfo(compressed, { info: true, maxOutputLength: payloadBytes }).catch(
    (error: unknown) => {
      const isTooMuch = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
      const what = isTooMuch
        ? 'it holds more text than its first line says'
        : 'what follows its first line is not whole gzip';
      throw damaged(path, what, error);
    },
  );
  if (engine.bytesWritten !== compressed.length) throw damaged(path, 'something follows the end of its gzip');
  if (buffer.length !== payloadBytes) throw damaged(path, 'it holds less text than its first line says');
  if (createHash('sha256').update(buffer).digest('hex') !== digest) {
    throw damaged(path, 'its text does not have the digest (sha256) that its first line says');
  }
  return buffer;
}

function wrongSize(actualBytes: number, promisedBytes: number): string {
  const difference = promisedBytes - actualBytes;
  return difference > 0
    ? `it is cut off: ${String(difference)} of ${String(promisedBytes)} bytes are missing`
    : `${String(-difference)} bytes follow its end`;
}

function notARecording(path: string, why: string): HostError {
  const hint = 'Name a file that `freehold record` wrote.';
  return new HostError('address', `${path} is not a recording: ${why}`, { hint });
}

function unknownVersion(path: string, version: string): HostError {
  const message = `${path} is a recording of format ${version}; this Freehold reads format ${String(FORMAT_VERSION)}`;
  return new HostError('address', message, {
    hint: 'Use a newer Freehold, or record the machine again with this one.',
  });
}

/** Nothing of a recording is used unless all of it is right. */
export function damaged(path: string, why: string, cause?: unknown): HostError {
  const hint = 'Copy it again from where it was made and compare the two, or record the machine again.';
  return new HostError('hostile', `${path} is a damaged or forged recording: ${why}`, {
    hint,
    ...(cause !== undefined && { cause }),
  });
}
