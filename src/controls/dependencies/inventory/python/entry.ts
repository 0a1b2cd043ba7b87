import type { Package, ParsedInventory } from '../package.ts';
import { isPackageName, normalizedName } from './name.ts';
import { quoted } from '../printable.ts';
import type { Report } from './report.ts';

/** A package as one file names it, before all of them are known. */
export interface Entry {
  readonly name: string;
  readonly version: string | undefined;
  readonly constraint?: string | undefined;
  readonly marker?: string | undefined;
  readonly line?: number | undefined;
  readonly isDirect?: boolean | undefined;
  readonly isDevelopment?: boolean | undefined;
  readonly origin?: string | undefined;
  readonly needs: readonly Need[];
}

/** Another package that one needs; with a version if only that one will do. */
export interface Need {
  readonly name: string;
  readonly version?: string | undefined;
}

/** Far more than an environment holds. */
const ENTRY_LIMIT = 100_000;
/** How many edges are looked at in one file. */
const EDGE_LIMIT = 1_000_000;
/** The longest that is a version; see `VERSION_LIMIT_CHARACTERS`. */
const TEXT_LIMIT_CHARACTERS = 512;

/**
 * The packages that entries make, sorted by their keys.
 *
 * The key is the normalised name; where a file has several packages of one name, version and, if need be, origin follow it.
 * Entries that differ in nothing of that are one package: locked once more for an extra, asked for by several groups.
 */
export function toInventory(entries: readonly Entry[], report: Report): ParsedInventory {
  const merged = merge(entries.slice(0, ENTRY_LIMIT).filter((entry) => isUsable(entry, report)));
  if (entries.length > ENTRY_LIMIT) report.say(`names more than ${ENTRY_LIMIT} packages, the rest is not read`);
  const keys = toKeys(merged);
  const requires = connect({ entries: merged, keys, report });
  const packages = merged.map((entry): Package => {
    const key = keys.get(entry) ?? '';
    return {
      ecosystem: 'PyPI',
      name: entry.name,
      version: entry.version,
      ...(entry.constraint === undefined ? {} : { constraint: oneLine(entry.constraint) }),
      ...(entry.marker === undefined ? {} : { marker: oneLine(entry.marker) }),
      key,
      where: entry.line === undefined ? { path: report.path } : { path: report.path, line: entry.line },
      ...(entry.isDirect === undefined ? {} : { isDirect: entry.isDirect }),
      ...(entry.isDevelopment === undefined ? {} : { isDevelopment: entry.isDevelopment }),
      requires: requires.get(entry) ?? [],
      ...(entry.origin === undefined ? {} : { origin: entry.origin }),
    };
  });
  return { packages: packages.toSorted((a, b) => byText(a.key, b.key)), problems: report.problems };
}

function isUsable({ name, version, line }: Entry, report: Report): boolean {
  if (!isPackageName(name)) {
    report.say(`${quoted(name)} is not the name of a Python package`, line);
    return false;
  }
  if (version !== undefined && !isOneWord(version)) {
    report.say(`the version of ${quoted(name)} cannot be read`, line);
    return false;
  }
  return true;
}

/** Without what would break a line of a report or a key. */
export function isOneWord(text: string): boolean {
  return text.length <= TEXT_LIMIT_CHARACTERS && /^[^\s\p{Cc}\p{Cf}]+$/u.test(text);
}

function oneLine(text: string): string {
  return text.slice(0, TEXT_LIMIT_CHARACTERS).replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ');
}

function merge(entries: readonly Entry[]): readonly Entry[] {
  const groups = Map.groupBy(entries, ({ name, version, constraint, origin }) =>
    JSON.stringify([normalizedName(name), version ?? null, constraint ?? null, origin ?? null]),
  );
  return [...groups.values()].flatMap((same): readonly Entry[] => {
    const [first] = same;
    if (first === undefined) return [];
    // Entries may share one list, and a long one must not be copied for each of them.
    const needs = new Set(same.map((entry) => entry.needs));
    const isDirect = same.map((entry) => entry.isDirect);
    const isDevelopment = same.map((entry) => entry.isDevelopment);
    return [
      {
        ...first,
        marker: same.every(({ marker }) => marker === first.marker) ? first.marker : undefined,
        isDirect: isDirect.includes(true) ? true : isDirect.includes(undefined) ? undefined : false,
        isDevelopment: isDevelopment.includes(false) ? false : isDevelopment.includes(undefined) ? undefined : true,
        needs: needs.size === 1 ? first.needs : [...needs].flat(),
      },
    ];
  });
}

function toKeys(entries: readonly Entry[]): ReadonlyMap<Entry, string> {
  const keys = new Map<Entry, string>();
  const byName = Map.groupBy(entries, ({ name }) => normalizedName(name));
  for (const [name, same] of byName) {
    const withVersions = Map.groupBy(same, ({ version, constraint = '' }) =>
      version === undefined ? `${name}${constraint}` : `${name}==${version}`,
    );
    for (const [key, alike] of withVersions) {
      for (const entry of alike) {
        const origin = alike.length === 1 ? '' : ` @ ${entry.origin ?? 'index'}`;
        keys.set(entry, same.length === 1 ? name : key + origin);
      }
    }
  }
  return keys;
}

interface Connecting {
  readonly entries: readonly Entry[];
  readonly keys: ReadonlyMap<Entry, string>;
  readonly report: Report;
}

function connect({ entries, keys, report }: Connecting): ReadonlyMap<Entry, readonly string[]> {
  const byName = Map.groupBy(entries, ({ name }) => normalizedName(name));
  const byVersion = Map.groupBy(entries, (entry) => versionKey(entry));
  const requires = new Map<Entry, readonly string[]>();
  let looked = 0;
  for (const entry of entries) {
    const found = new Set<string>();
    for (const need of entry.needs) {
      const named = byName.get(normalizedName(need.name)) ?? [];
      const targets = need.version === undefined ? named : (byVersion.get(versionKey(need)) ?? named);
      looked += 1 + targets.length;
      if (looked > EDGE_LIMIT) {
        report.say('has too many dependencies between its packages, the rest of them is not read');
        return requires;
      }
      for (const target of targets) if (target !== entry) found.add(keys.get(target) ?? '');
    }
    requires.set(entry, [...found].toSorted(byText));
  }
  return requires;
}

function versionKey({ name, version }: Need): string {
  return `${normalizedName(name)}==${version ?? ''}`;
}

/** By the characters, in any language the same. */
function byText(a: string, b: string): number {
  return Number(a > b) - Number(a < b);
}
