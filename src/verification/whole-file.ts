import type { DigestReader } from './digests.ts';
import { type FilePath, openFile } from './source.ts';

export type WholeFile =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'missing' }
  | { readonly kind: 'unread'; readonly reason: string };

/** All of a small file. */
export async function readWhole(path: FilePath, reader: DigestReader, limitBytes: number): Promise<WholeFile> {
  const opened = await openFile(path);
  if (opened.kind !== 'open') return opened.kind === 'missing' ? opened : { kind: 'unread', reason: opened.reason };
  const { source } = opened;
  // A file of holes may have terabytes, and whoever puts it beside another pays nothing for them.
  if (source.sizeBytes > limitBytes) {
    await source.close();
    return tooLarge(limitBytes);
  }
  const outcome = await reader.read(source, { digests: [], contentLimitBytes: limitBytes });
  if (outcome.kind === 'unread') return outcome;
  const { content } = outcome;
  return content === undefined ? tooLarge(limitBytes) : { kind: 'bytes', bytes: content };
}

function tooLarge(limitBytes: number): WholeFile {
  return { kind: 'unread', reason: `it is larger than ${limitBytes} bytes` };
}
