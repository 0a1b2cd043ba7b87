import type { ByteText } from '../../../core/byte-text.ts';
import type { Attributes, Walked } from './walked.ts';

/** Everything below some trees, each path once, sorted by bytes. */
export interface Walk {
  readonly paths: readonly ByteText[];
  at(index: number): Walked;
}

export interface WalkQuestion {
  /** Absolute paths; what lies there need not be a folder, nor be there at all. */
  readonly trees: readonly string[];
  /** Patterns of paths that don't count, with what lies below. */
  readonly without: readonly string[];
  readonly hasOtherFileSystems: boolean;
  /** Only regular files that run with the rights of their owner or group (setuid, setgid). */
  readonly isPrivilegedOnly?: boolean;
}

export interface AttributesQuestion extends WalkQuestion {
  /** The one attribute that is wanted, of regular files; all of everything where none is named. */
  readonly name?: string;
}

export type WalkResult =
  | {
      readonly kind: 'walked';
      readonly walk: Walk;
      /** Folders that could not be looked into. */
      readonly unlisted: readonly string[];
    }
  | { readonly kind: 'failed'; readonly reason: string };

/** Extended attributes of what has some. */
export type AttributesResult =
  | {
      readonly kind: 'attributes';
      readonly attributes: ReadonlyMap<ByteText, Attributes>;
      readonly unread: readonly string[];
    }
  | { readonly kind: 'unavailable'; readonly reason: string };

/** More than a machine has; a tree could be made that never ends. */
export const ENTRIES_MAX = 5_000_000;
