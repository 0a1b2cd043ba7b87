import { quoted } from '../printable.ts';
import type { InventoryProblem, Package, ParsedInventory } from '../package.ts';
import { InstalledIndex, type InstalledPackage } from './installed-index.ts';
import { readStanzas, type Stanza } from './stanzas.ts';

const WANTED: ReadonlySet<string> = new Set([
  'package',
  'status',
  'version',
  'source',
  'architecture',
  'depends',
  'pre-depends',
  'provides',
]);
/** dpkg(1), "Package states": of these there are files. */
const PRESENT: ReadonlySet<string> = new Set([
  'installed',
  'half-installed',
  'unpacked',
  'half-configured',
  'triggers-awaited',
  'triggers-pending',
]);
const ABSENT: ReadonlySet<string> = new Set(['not-installed', 'config-files']);
/** Where images without dpkg keep one file a package, which have no Status. */
const STATUS_FOLDER = /(?:^|\/)status\.d\//;
/** pkg_name_is_illegal() of dpkg's lib/dpkg/parsehelp.c. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9+._-]*$/;
const ARCHITECTURE = /^[A-Za-z0-9][A-Za-z0-9-]*$/;
/** deb-src-control(5): `name`, or `name (version)` where the source's version is another. */
const SOURCE = /^([A-Za-z0-9][A-Za-z0-9+._-]*)(?:\s*\(([^()\s]+)\))?$/;
const VALUE_LIMIT_CHARACTERS = 512;
const EVERY_ARCHITECTURE = 'all';
const PROBLEM_LIMIT = 100;

/** A package that is there, but for whom it needs. */
interface FoundPackage {
  readonly installed: InstalledPackage;
  readonly version: string | undefined;
  readonly source: Package['source'];
  readonly where: Package['where'];
}

/** One file as it was read. */
export interface StatusFile {
  readonly text: string;
  readonly path: string;
}

/**
 * Reads /var/lib/dpkg/status, or one file of /var/lib/dpkg/status.d as images without dpkg have it. `automatic`: the keys of what
 * APT installed by itself (extended-states.ts); without it nothing tells what somebody asked for.
 * Source: deb822(5), deb-control(5), "Package states" of dpkg(1).
 */
export function parseDpkgStatus(text: string, path: string, automatic?: ReadonlySet<string>): ParsedInventory {
  return parseFiles([{ text, path }], automatic);
}

/** Reads all files of /var/lib/dpkg/status.d at once: they need each other. */
export function parseDpkgStatusFolder(files: readonly StatusFile[]): ParsedInventory {
  return parseFiles(files, undefined);
}

function parseFiles(files: readonly StatusFile[], automatic: ReadonlySet<string> | undefined): ParsedInventory {
  const found = new Map<string, FoundPackage>();
  const problems: InventoryProblem[] = [];
  for (const { text, path } of files) {
    const report = (line: number, message: string): void => {
      if (problems.length < PROBLEM_LIMIT) problems.push({ where: { path, line }, message });
    };
    const isStatusFolder = STATUS_FOLDER.test(path);
    readStanzas(text, WANTED, {
      stanza: (stanza) => {
        const line = stanza.fields.get('package')?.line ?? stanza.line;
        const one = toFound(stanza, { path, line }, isStatusFolder);
        if (typeof one === 'string') report(line, one);
        else if (one !== undefined && found.has(one.installed.key)) {
          report(line, `The package ${one.installed.key} is there twice; the first counts.`);
        } else if (one !== undefined) found.set(one.installed.key, one);
      },
      badLine: (line, written) => report(line, `${quoted(written)} is no field; it is left out.`),
    });
  }
  const index = new InstalledIndex([...found.values()].map(({ installed }) => installed));
  const automaticNames = new Set([...(automatic ?? [])].map((key) => key.slice(0, key.lastIndexOf(':'))));
  const isAutomatic = ({ key, name, architecture }: InstalledPackage): boolean =>
    automatic?.has(key) === true || (architecture === EVERY_ARCHITECTURE && automaticNames.has(name));
  const packages = [...found.values()].map(({ installed, version, source, where }): Package => ({
    ecosystem: 'Debian',
    name: installed.name,
    version,
    key: installed.key,
    where,
    ...(automatic === undefined ? {} : { isDirect: !isAutomatic(installed) }),
    requires: index.requires(installed),
    ...(source === undefined ? {} : { source }),
    ...(installed.architecture === '' ? {} : { architecture: installed.architecture }),
  }));
  return { packages: packages.toSorted((a, b) => Number(a.key > b.key) - Number(a.key < b.key)), problems };
}

/** A sentence where it makes none; `undefined` for what isn't there. */
function toFound(
  { fields }: Stanza,
  where: Package['where'],
  isStatusFolder: boolean,
): FoundPackage | string | undefined {
  const value = (name: string): string => fields.get(name)?.value ?? '';
  const name = value('package');
  if (!NAME.test(name) || name.length > VALUE_LIMIT_CHARACTERS)
    return `${quoted(name)} is no name of a package; it is left out.`;
  const state = value('status').split(/\s+/).at(-1) ?? '';
  if (ABSENT.has(state) || (state === '' && !isStatusFolder)) return undefined;
  if (state !== '' && !PRESENT.has(state)) return `The package ${name} is in no state that is known; it is left out.`;
  const architecture = value('architecture');
  if (architecture !== '' && !isShort(architecture, ARCHITECTURE)) {
    return `${quoted(architecture)} is no architecture; the package ${name} is left out.`;
  }
  const version = isShort(value('version'), /^\S+$/) ? value('version') : undefined;
  return {
    installed: {
      key: architecture === '' ? name : `${name}:${architecture}`,
      name,
      architecture,
      needs: [value('depends'), value('pre-depends')],
      provides: value('provides'),
    },
    version,
    source: sourceOf(value('source'), name, version),
    where,
  };
}

/** Only where it is another than the package itself. */
function sourceOf(written: string, name: string, version: string | undefined): Package['source'] {
  const [, source, own] = written.length > VALUE_LIMIT_CHARACTERS ? [] : (SOURCE.exec(written) ?? []);
  const sourceVersion = own ?? version;
  if (source === undefined || sourceVersion === undefined) return undefined;
  return source === name && sourceVersion === version ? undefined : { name: source, version: sourceVersion };
}

function isShort(text: string, form: RegExp): boolean {
  return text.length <= VALUE_LIMIT_CHARACTERS && form.test(text);
}
