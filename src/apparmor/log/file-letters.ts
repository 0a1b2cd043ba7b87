import type { FilePermission } from '../access.ts';

/** Letters of file access in the log (aa_file_perm_chrs of the kernel's lib.c): creating and deleting are parts of `w`. */
const LETTERS: Readonly<Record<string, FilePermission>> = {
  r: 'r',
  w: 'w',
  a: 'a',
  c: 'w',
  d: 'w',
  l: 'l',
  k: 'k',
  m: 'm',
  x: 'x',
};

/** What the letters of a record ask for, each once; `undefined` where one of them is no access to files. */
export function filePermissionsOf(letters: string): readonly FilePermission[] | undefined {
  const found = new Set<FilePermission>();
  for (const letter of letters) {
    const one = LETTERS[letter];
    if (one === undefined) return undefined;
    found.add(one);
  }
  return [...found];
}
