import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { PolicyTree } from '../apparmor/language/syntax.ts';

/** The largest profile of Debian has 60 KB. */
const MAX_FILE_BYTES = 16 * 1024 * 1024;
/** What apparmor_parser passes over in folders (libapparmor/src/private.c: ignored_suffixes). */
const LEFT_OUT = /^\.|~$|\.(?:dpkg-(?:new|old|dist|bak|remove)|pacsave|pacnew|rpmnew|rpmsave|orig|rej)$/;

/** The texts of policies on this computer. */
export const localPolicy: PolicyTree = {
  file: (path) => {
    try {
      const { size } = statSync(path);
      return size > MAX_FILE_BYTES ? undefined : readFileSync(path, 'latin1');
    } catch {
      return undefined;
    }
  },
  folder: (path) => {
    try {
      return readdirSync(path).toSorted();
    } catch {
      return undefined;
    }
  },
};

/** The profiles that a path names: itself, or the files of a folder that apparmor_parser would read; none for what isn't there. */
export function policyFiles(path: string): readonly string[] {
  const names = localPolicy.folder(path);
  if (names === undefined) return localPolicy.file(path) === undefined ? [] : [path];
  return names
    .filter((name) => !LEFT_OUT.test(name))
    .map((name) => join(path, name))
    .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile() === true);
}
