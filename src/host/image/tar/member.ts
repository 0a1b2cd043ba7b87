import type { Readable } from '../tree/read-fully.ts';

/** One entry of a tar; names are bytes as Latin-1. */
export type Member = MemberBase &
  (
    | { readonly kind: 'file'; readonly content: Content }
    | { readonly kind: 'directory' | 'other' }
    | { readonly kind: 'symlink' | 'hard link'; readonly linkName: string }
  );

interface MemberBase {
  readonly name: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/** Where the bytes of a file can be read. */
export interface Content {
  readonly store: Readable;
  readonly sizeBytes: number;
  /** Where they begin in the store. */
  readonly position: number;
  /** Of a sparse file: the pieces that are there, in order. */
  readonly extents?: readonly Extent[];
}

export interface Extent {
  readonly offset: number;
  readonly length: number;
  readonly position: number;
}
