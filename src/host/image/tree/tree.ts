import type { EntryType } from '../../host.ts';
import type { Region } from '../tar/byte-source.ts';

/** One thing of an image, held without having been opened. */
export interface ImageNode {
  readonly type: EntryType;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly sizeBytes: number;
}

/**
 * The names of an image and what stands behind them, one step at a time: {@link walk} does the rest, and it alone follows
 * links. Each method may throw an error of Node with its `code`.
 */
export interface ImageTree<Node extends ImageNode = ImageNode> {
  readonly root: Node;
  /** One name below a directory; never `.`, `..` or empty. `undefined` when there is none. */
  child(directory: Node, name: string): Promise<Node | undefined>;
  /** Where a link points, as written. */
  target(link: Node, directory: Node, name: string): Promise<string>;
  /** The names below a directory, in no order. */
  list(directory: Node): Promise<readonly { readonly name: string; readonly type: EntryType }[]>;
  /** The bytes of a regular file from the start, `length` of them or fewer when it ends before. */
  read(file: Node, length: number): Promise<Uint8Array>;
  /** All bytes of a regular file, a piece at a time; a piece holds until the next one is asked for. */
  pieces(file: Node): AsyncIterable<Uint8Array>;
  /** Where the bytes of a regular file lie, for as long as the tree is open; `undefined` for a sparse file of an archive. */
  region(file: Node): Promise<Region | undefined>;
  /** Lets go of what {@link child} gave. */
  release(node: Node): Promise<void>;
}
