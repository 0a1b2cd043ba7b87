import { entriesOf, field } from './fields.ts';
import { byText, plainText } from './npm-text.ts';

export interface PnpmEdges {
  /** The keys that each package needs, sorted. */
  readonly requires: ReadonlyMap<string, readonly string[]>;
  readonly direct: ReadonlySet<string>;
  readonly development: ReadonlySet<string>;
}

const USED = ['dependencies', 'optionalDependencies'] as const;
const DEVELOPMENT = ['devDependencies'] as const;
const TRUE = 'true';

/**
 * Who needs whom. `isFlagged`: whether the packages themselves say that they are for development only (`dev`, up to version 6);
 * later files leave it to be found by what can be reached from what.
 */
export function findEdges(lock: unknown, entries: ReadonlyMap<string, unknown>, isFlagged: boolean): PnpmEdges {
  const requires = new Map([...entries].map(([key, entry]) => [key, targets(entry, USED, entries)]));
  // A file for one project has these sections at its top.
  const importers = [lock, ...entriesOf(field(lock, 'importers')).map(([, importer]) => importer)];
  const used = importers.flatMap((importer) => targets(importer, USED, entries));
  const development = importers.flatMap((importer) => targets(importer, DEVELOPMENT, entries));
  const direct = new Set([...used, ...development]);
  if (isFlagged) {
    const flagged = [...entries].filter(([, entry]) => field(entry, 'dev') === TRUE).map(([key]) => key);
    return { requires, direct, development: new Set(flagged) };
  }
  const shipped = reach(used, requires);
  const others = [...reach(development, requires)].filter((key) => !shipped.has(key));
  return { requires, direct, development: new Set(others) };
}

function targets(holder: unknown, sections: readonly string[], keys: ReadonlyMap<string, unknown>): readonly string[] {
  const found = new Set<string>();
  for (const section of sections) {
    for (const [name, value] of entriesOf(field(holder, section))) {
      // Of importers it is `{specifier, version}` since version 6, and the version alone before.
      const reference = plainText(typeof value === 'string' ? value : field(value, 'version'));
      const key = reference === undefined ? undefined : toKey(name, reference, keys);
      if (key !== undefined) found.add(key);
    }
  }
  return [...found].toSorted(byText);
}

/** refToRelative() of pnpm's packages dependency-path and deps.path, for the keys of every version. */
function toKey(name: string, reference: string, keys: ReadonlyMap<string, unknown>): string | undefined {
  const candidates = [`${name}@${reference}`, `/${name}@${reference}`, `/${name}/${reference}`, reference];
  return candidates.find((key) => keys.has(key));
}

function reach(from: readonly string[], requires: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const reached = new Set(from);
  // A set yields what is added while it is gone through.
  for (const key of reached) for (const next of requires.get(key) ?? []) reached.add(next);
  return reached;
}
