import type { ByteText } from '../core/byte-text.ts';

/** What may be asked of a file, by the letters of apparmor.d(5); `w` is all that `a` is, and more. */
export const FILE_PERMISSIONS = ['r', 'w', 'a', 'l', 'k', 'm', 'x'] as const;

export type FilePermission = (typeof FILE_PERMISSIONS)[number];

/** May a program of a profile do this to a file? */
export interface FileQuestion {
  /** Absolute, as the kernel spells it: without `.`, `..` or doubled slashes; a folder ends with a slash. */
  readonly path: ByteText;
  /** Whether the file belongs to who asks (its owner is the process's fsuid). */
  readonly isOwner: boolean;
  readonly permissions: readonly FilePermission[];
}
