import type { ByteText } from '../../../core/byte-text.ts';
import type { PolicyTree } from '../syntax.ts';
import { isIgnoredName } from '../../ignored-name.ts';
import { below, withoutEndSlash } from './include-path.ts';

export interface IncludeFolders {
  /** Searched for `<…>` before the base; `-I` of apparmor_parser(8). */
  readonly includeFolders: readonly string[];
  readonly base: string;
  /** What relative paths in quotes begin at. */
  readonly workingFolder: string;
  /** Whether what blocks include is left out. */
  readonly isOutline: boolean;
}

export type Included =
  | { readonly kind: 'files'; readonly files: readonly { readonly path: string; readonly text: ByteText }[] }
  /** Read before in the same block: the parser takes it once. Or nobody wants it. */
  | { readonly kind: 'again' }
  | { readonly kind: 'missing' };

/** Finds what an include names; remembers what was read, for each block anew. */
export class Includer {
  readonly #tree: PolicyTree;
  readonly #folders: IncludeFolders;
  readonly #seen: Set<string>[] = [new Set()];
  readonly #read = new Set<string>();

  constructor(tree: PolicyTree, folders: IncludeFolders) {
    this.#tree = tree;
    this.#folders = folders;
  }

  /** All paths that were asked for and are there. */
  readPaths(): string[] {
    return [...this.#read].sort();
  }

  file(path: string): ByteText | undefined {
    const text = this.#tree.file(path);
    if (text !== undefined) this.#read.add(path);
    return text;
  }

  /** A profile's block begins: what was included outside is included again within (parser_yacc.y, profile_base). */
  enterBlock(): void {
    this.#seen.push(new Set());
  }

  leaveBlock(): void {
    if (this.#seen.length > 1) this.#seen.pop();
  }

  include(name: string, isSearched: boolean): Included {
    if (this.#folders.isOutline && this.#seen.length > 1) return { kind: 'again' };
    const seen = this.#seen.at(-1) ?? new Set<string>();
    for (const path of this.#candidates(name, isSearched)) {
      if (seen.has(path)) return { kind: 'again' };
      const text = this.file(path);
      if (text !== undefined) {
        seen.add(path);
        return { kind: 'files', files: [{ path, text }] };
      }
      const names = this.#tree.folder(path);
      if (names === undefined) continue;
      this.#read.add(path);
      seen.add(path);
      return { kind: 'files', files: this.#filesOf(path, names, seen) };
    }
    return { kind: 'missing' };
  }

  /** Whether a file of features is there; it counts as included, as in the parser. */
  hasFeatures(name: string, isSearched: boolean): boolean {
    const seen = this.#seen.at(-1);
    return this.#candidates(name, isSearched).some((path) => {
      if (isSearched && seen?.has(path) === true) return true;
      const isThere = this.file(path) !== undefined;
      if (isThere && isSearched) seen?.add(path);
      return isThere;
    });
  }

  #candidates(name: string, isSearched: boolean): readonly string[] {
    if (!isSearched) return [withoutEndSlash(below(this.#folders.workingFolder, name))];
    return [...this.#folders.includeFolders, this.#folders.base].map((folder) => withoutEndSlash(`${folder}/${name}`));
  }

  #filesOf(folder: string, names: readonly string[], seen: Set<string>): { path: string; text: ByteText }[] {
    return [...names].sort().flatMap((name) => {
      const path = `${folder}/${name}`;
      if (isIgnoredName(name) || seen.has(path)) return [];
      const text = this.file(path);
      if (text === undefined) return [];
      seen.add(path);
      return [{ path, text }];
    });
  }
}
