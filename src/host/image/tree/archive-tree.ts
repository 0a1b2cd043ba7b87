import type { EntryType } from '../../host.ts';
import { PIECE_BYTES } from '../limits.ts';
import type { Region } from '../tar/byte-source.ts';
import type { Content } from '../tar/member.ts';
import type { ArchiveNode, DirectoryNode } from './node.ts';
import { readFully } from './read-fully.ts';
import type { ImageTree } from './tree.ts';

/** What archives hold: the names in memory, the bytes where they lie. */
export class ArchiveTree implements ImageTree<ArchiveNode> {
  readonly root: DirectoryNode;

  constructor(root: DirectoryNode) {
    this.root = root;
  }

  child(directory: ArchiveNode, name: string): Promise<ArchiveNode | undefined> {
    return Promise.resolve(
      directory.type === 'directory' ? directory.children.get(Buffer.from(name).toString('latin1')) : undefined,
    );
  }

  target(link: ArchiveNode): Promise<string> {
    return Promise.resolve(link.type === 'symlink' ? toText(link.target) : '');
  }

  list(directory: ArchiveNode): Promise<readonly { readonly name: string; readonly type: EntryType }[]> {
    if (directory.type !== 'directory') return Promise.resolve([]);
    return Promise.resolve([...directory.children].map(([name, { type }]) => ({ name: toText(name), type })));
  }

  async read(file: ArchiveNode, length: number): Promise<Uint8Array> {
    if (file.type !== 'file') return new Uint8Array();
    if (typeof file.content === 'string') throw new Error(file.content);
    return readContent(file.content, 0, length);
  }

  async *pieces(file: ArchiveNode): AsyncIterable<Uint8Array> {
    if (file.type !== 'file') return;
    if (typeof file.content === 'string') throw new Error(file.content);
    for (let start = 0; start < file.content.sizeBytes; start += PIECE_BYTES) {
      yield await readContent(file.content, start, PIECE_BYTES);
    }
  }

  region(file: ArchiveNode): Promise<Region | undefined> {
    const content = file.type === 'file' ? file.content : '';
    if (typeof content === 'string' || content.extents !== undefined) return Promise.resolve(undefined);
    return Promise.resolve({ file: content.store, start: content.position, length: content.sizeBytes });
  }

  release(): Promise<void> {
    return Promise.resolve();
  }
}

/** Bytes of a file from a place in it on; the gaps of a sparse one are zeros. */
async function readContent(
  { store, sizeBytes, position, extents }: Content,
  start: number,
  length: number,
): Promise<Uint8Array> {
  const end = Math.min(sizeBytes, start + length);
  const wanted = end - start;
  if (extents === undefined)
    return complete(await readFully(store, { position: position + start, length: wanted }), wanted);
  const bytes = Buffer.alloc(wanted);
  for (const extent of extents) {
    const from = Math.max(start, extent.offset);
    const part = Math.min(end, extent.offset + extent.length) - from;
    if (part <= 0) continue;
    const place = extent.position + from - extent.offset;
    bytes.set(complete(await readFully(store, { position: place, length: part }), part), from - start);
  }
  return bytes;
}

function complete(bytes: Uint8Array, length: number): Uint8Array {
  if (bytes.length < length) throw new Error('the archive has been shortened since it was opened');
  return bytes;
}

function toText(latin1: string): string {
  return Buffer.from(latin1, 'latin1').toString('utf8');
}
