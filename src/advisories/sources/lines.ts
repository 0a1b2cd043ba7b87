import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { hash } from 'node:crypto';
import { pipeline } from 'node:stream';
import { ENTRY_LIMIT_BYTES, SOURCE_LIMIT_BYTES, type SourceEntry, tooLarge } from './entry.ts';

const NEW_LINE = 0x0a;

/** The lines of a text file, unpacked where it is gzip; an empty line is none, and one that is too long is `undefined`. */
export async function* linesOf(path: string, isGzip: boolean): AsyncGenerator<string | undefined> {
  const file = createReadStream(path);
  // An error of either stream ends the loop below; nothing is left to be done about it here.
  const bytes = isGzip ? pipeline(file, createGunzip(), () => undefined) : file;
  let sizeBytes = 0;
  let parts: Buffer[] = [];
  let length = 0;
  const take = (last: Buffer): string | undefined => {
    const isTooLong = length + last.length > ENTRY_LIMIT_BYTES;
    const line = isTooLong
      ? undefined
      : Buffer.concat([...parts, last])
          .toString('utf8')
          .trim();
    parts = [];
    length = 0;
    return line;
  };
  for await (const chunk of bytes as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > SOURCE_LIMIT_BYTES)
      throw new Error(`unpacked it has more than ${String(SOURCE_LIMIT_BYTES)} bytes`);
    let start = 0;
    for (let end = chunk.indexOf(NEW_LINE); end !== -1; end = chunk.indexOf(NEW_LINE, start)) {
      const line = take(chunk.subarray(start, end));
      start = end + 1;
      if (line !== '') yield line;
    }
    // Of a line that is too long already, only that it is matters.
    if (length <= ENTRY_LIMIT_BYTES) parts.push(chunk.subarray(start));
    length += chunk.length - start;
  }
  const last = take(Buffer.alloc(0));
  if (last !== '') yield last;
}

/** One record a line (JSONL). A line has no name but what it says, so one that changed is a new one. */
export async function* lineEntries(path: string, isGzip: boolean): AsyncGenerator<SourceEntry> {
  let number = 0;
  for await (const line of linesOf(path, isGzip)) {
    number += 1;
    const fingerprint = line === undefined ? `line ${String(number)}` : hash('sha256', line, 'base64url');
    yield {
      entry: fingerprint,
      fingerprint,
      read: () => {
        if (line === undefined) throw tooLarge();
        return line;
      },
    };
  }
}
