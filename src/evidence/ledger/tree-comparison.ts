import { closeSync, openSync } from 'node:fs';
import { readAt } from './files.ts';
import { encodeNode } from './tree.ts';

const COMPARED_AT_ONCE = 20_000;

/** Holds a tree file against the hashes that the entries really have, in one pass over both. */
export class TreeComparison {
  #records: Buffer[] = [];
  #position = 0;
  #isSame = true;
  readonly #file: number | undefined;

  constructor(path: string) {
    try {
      this.#file = openSync(path, 'r');
    } catch {
      this.#isSame = false;
    }
  }

  /** The hashes of subtrees that the next entry completes, and where it ends. */
  add(hashes: readonly Uint8Array[], end: number): void {
    for (const hash of hashes) this.#records.push(encodeNode({ end, hash }));
    if (this.#records.length >= COMPARED_AT_ONCE) this.#compare();
  }

  /** Whether all was the same. */
  finish(): boolean {
    this.#compare();
    if (this.#file !== undefined) closeSync(this.#file);
    return this.#isSame;
  }

  #compare(): void {
    const expected = Buffer.concat(this.#records);
    this.#records = [];
    if (!this.#isSame || this.#file === undefined) return;
    try {
      this.#isSame = readAt(this.#file, expected.length, this.#position).equals(expected);
    } catch {
      // It ends before, or can't be read.
      this.#isSame = false;
    }
    this.#position += expected.length;
  }
}
