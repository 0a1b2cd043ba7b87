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
  const outcome = await reader.read(opened.source, { digests: [], contentLimitBytes: limitBytes });
  if (outcome.kind === 'unread') return outcome;
  const { content } = outcome;
  if (content === undefined) return { kind: 'unread', reason: `it is larger than ${limitBytes} bytes` };
  return { kind: 'bytes', bytes: content };
}
