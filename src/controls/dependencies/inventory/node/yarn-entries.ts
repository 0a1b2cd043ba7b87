import type { Package } from '../package.ts';
import { byText } from './npm-text.ts';

/** What an entry of yarn.lock says, before it is known whom it needs. */
export interface YarnEntry {
  readonly name: string;
  readonly version: string | undefined;
  readonly key: string;
  readonly line: number | undefined;
  readonly origin: string | undefined;
  /** What is asked for and answered by this entry: `a@^1.0.0`. */
  readonly descriptors: readonly string[];
  /** For each that it needs the name, and what it may be asked for as. */
  readonly needs: readonly YarnNeed[];
  /** A folder of the project itself: no package to judge. */
  readonly isOwn: boolean;
}

export interface YarnNeed {
  readonly name: string;
  readonly descriptors: readonly string[];
}

/** Finds whom each needs. Entries with one key are one package. */
export function linkEntries(entries: readonly YarnEntry[], path: string, knowsDirect: boolean): readonly Package[] {
  const index = new YarnIndex(entries);
  const direct = new Set(entries.filter(({ isOwn }) => isOwn).flatMap(({ needs }) => index.keysOf(needs)));
  const packages = new Map<string, Package>();
  for (const entry of entries) {
    if (entry.isOwn) continue;
    const { key, line, name, version, origin } = entry;
    const before = packages.get(key);
    const requires = new Set([...(before?.requires ?? []), ...index.keysOf(entry.needs)]);
    packages.set(key, {
      ecosystem: 'npm',
      name,
      version,
      key,
      where: before?.where ?? (line === undefined ? { path } : { path, line }),
      ...(knowsDirect ? { isDirect: direct.has(key) } : {}),
      requires: [...requires].toSorted(byText),
      ...(origin === undefined ? {} : { origin }),
    });
  }
  return [...packages.values()].toSorted((a, b) => byText(a.key, b.key));
}

class YarnIndex {
  readonly #byDescriptor = new Map<string, YarnEntry>();
  /** `undefined` for a name that several packages have. */
  readonly #byName = new Map<string, YarnEntry | undefined>();

  constructor(entries: readonly YarnEntry[]) {
    for (const entry of entries) {
      for (const descriptor of entry.descriptors) this.#byDescriptor.set(descriptor, entry);
      const isOther = this.#byName.has(entry.name) && this.#byName.get(entry.name)?.key !== entry.key;
      this.#byName.set(entry.name, isOther ? undefined : entry);
    }
  }

  keysOf(needs: readonly YarnNeed[]): readonly string[] {
    return needs.flatMap(({ name, descriptors }) => {
      const known = descriptors.find((descriptor) => this.#byDescriptor.has(descriptor));
      // `resolutions` in package.json answer with another range than the one asked for.
      const entry = known === undefined ? this.#byName.get(name) : this.#byDescriptor.get(known);
      return entry === undefined || entry.isOwn ? [] : [entry.key];
    });
  }
}
