import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Problems } from '../problems.ts';
import { quote } from '../quote.ts';
import { readText, type ReadTextOptions } from '../read-text.ts';
import type { Mark, SourceText } from '../source-text.ts';
import { GuardedText } from './guarded-text.ts';
import { INVENTORY_FILE_LIMIT_BYTES, INVENTORY_FILES_LIMIT } from './limits.ts';

const INVENTORY: ReadTextOptions = {
  limitBytes: INVENTORY_FILE_LIMIT_BYTES,
  noun: 'inventory',
  whenTooLarge: 'Split it into several files of a folder, and name the folder.',
};

/** Reads the files of an inventory, tells of those that can't be read, and counts them. */
export class InventoryFiles {
  readonly read: string[] = [];
  readonly #problems: Problems;
  #count = 0;

  constructor(problems: Problems) {
    this.#problems = problems;
  }

  /** `asked` is where the file is named, for a file that isn't there. */
  async text(path: string, asked: Mark): Promise<SourceText | undefined> {
    this.#count += 1;
    if (this.#count > INVENTORY_FILES_LIMIT) {
      if (this.#count === INVENTORY_FILES_LIMIT + 1) {
        const message = `The inventory has more than ${INVENTORY_FILES_LIMIT.toLocaleString('en')} files.`;
        this.#problems.error({ code: 'too-large', message, at: asked });
      }
      return undefined;
    }
    const result = await readText(path, INVENTORY);
    if (result.kind === 'refused') {
      const { diagnostic } = result;
      const code = diagnostic.code.replace(/^blueprint\//, 'inventory/');
      this.#problems.add({ ...diagnostic, code, where: diagnostic.where ?? asked.position() });
      return undefined;
    }
    this.read.push(path);
    if (result.isWritableByOthers) {
      const message = `Everybody on this machine may change ${quote(path)}, and with it which machines Freehold opens.`;
      const hint = 'chmod o-w takes that right away.';
      this.#problems.warn({ code: 'writable-by-others', message, hint, at: fileMark(path) });
    }
    return new GuardedText(result.source.path, result.source.text);
  }
}

/** A place that is a whole file. */
export function fileMark(path: string): Mark {
  return { position: () => ({ path }) };
}

export type PathKind = 'file' | 'folder' | 'missing';

/** What a path leads to; everything that is there and no folder is for {@link InventoryFiles.text} to judge. */
export async function kindOf(path: string): Promise<PathKind> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file';
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    return code === 'ENOENT' || code === 'ENOTDIR' ? 'missing' : 'file';
  }
}

/** The paths in a folder, sorted as Python sorts them; `undefined` for one that can't be listed. */
export async function pathsIn(folder: string): Promise<readonly string[] | undefined> {
  try {
    return (await readdir(folder)).sort(byCodePoint).map((name) => join(folder, name));
  } catch {
    return undefined;
  }
}

/** JavaScript compares UTF-16 units, Python code points. */
export function byCodePoint(a: string, b: string): number {
  if (a === b) return 0;
  const left = [...a];
  const right = [...b];
  for (const [index, character] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    if (character !== other) return (character.codePointAt(0) ?? 0) - (other.codePointAt(0) ?? 0);
  }
  return -1;
}
