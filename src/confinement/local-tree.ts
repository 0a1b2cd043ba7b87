import { readdirSync, readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { PolicyTree } from '../apparmor/language/syntax.ts';
import { FILE_LIMIT_CHARACTERS } from '../apparmor/language/limits.ts';

/** A policy in the files of this machine; `root` is set before every path, and stands for `/`. */
export function localPolicyTree(root = ''): PolicyTree {
  return {
    file(path) {
      const full = locate(root, path);
      if (full === undefined) return undefined;
      try {
        const facts = statSync(full);
        // One more than the parser takes is enough for it to see that the file is too large.
        return facts.isFile()
          ? readFileSync(full)
              .subarray(0, FILE_LIMIT_CHARACTERS + 1)
              .toString('latin1')
          : undefined;
      } catch {
        return undefined;
      }
    },
    folder(path) {
      const full = locate(root, path);
      if (full === undefined) return undefined;
      try {
        return readdirSync(full).sort();
      } catch {
        return undefined;
      }
    },
  };
}

/** Names of files can't have a NUL. */
function locate(root: string, path: string): string | undefined {
  return path.includes('\0') ? undefined : root + resolve('/', Buffer.from(path, 'latin1').toString('latin1'));
}
