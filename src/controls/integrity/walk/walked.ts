import type { ByteText } from '../../../core/byte-text.ts';

export const FILE_TYPES = [
  'file',
  'directory',
  'symlink',
  'fifo',
  'socket',
  'character-device',
  'block-device',
  'other',
] as const;

export type FileType = (typeof FILE_TYPES)[number];

/** What the file system says of one path, without opening it. */
export interface Walked {
  readonly path: ByteText;
  readonly type: FileType;
  /** Permission bits with setuid, setgid and sticky: `0o644`. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly sizeBytes: number;
  /** Where a symbolic link points. */
  readonly target?: ByteText;
  /** What tells whether a file was touched since; absent where nothing tells it, as in an image. */
  readonly identity?: Identity;
}

/** All of it stays the same only while nobody writes to the file: the kernel sets the change time, and programs can't. */
export interface Identity {
  /** Seconds since 1970 with nine digits behind the point. */
  readonly modified: string;
  readonly changed: string;
  readonly inode: string;
  readonly device: string;
}

/** Extended attributes by name, their values in hexadecimal. */
export type Attributes = Readonly<Record<string, string>>;
