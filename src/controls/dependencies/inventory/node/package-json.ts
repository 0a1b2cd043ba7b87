import { valid } from 'semver';
import type { InventoryProblem, Package, ParsedInventory } from '../package.ts';
import { entriesOf, field } from './fields.ts';
import { readJsonObject } from './json-document.ts';
import { KeyLines, visitKeys } from '../json-lines.ts';
import { badName, byText, isPackageName, plainText, problemAt, splitNamed } from './npm-text.ts';
import { withoutSecrets } from './origin.ts';

/** In the order in which the first counts: "Entries in optionalDependencies will override entries of the same name in dependencies". */
const SECTIONS = ['optionalDependencies', 'dependencies', 'devDependencies'] as const;
const DEVELOPMENT = 'devDependencies';
const KEY_DEPTH = 2;
/** As npm reads what is asked for: `=1.2.3` is a version too (npa.js of npm-package-arg). */
const LOOSE = true;
const ALIAS = 'npm:';
/** Another folder of the same project, which has a package.json of its own. */
const OWN = 'workspace:';
/** What pnpm and Yarn look up in a list of the workspace. */
const CATALOG = 'catalog:';

/** Reads what a project's package.json asks for by name. Source: npm's documentation, package.json, "dependencies" and following. */
export function parsePackageJson(text: string, path: string): ParsedInventory {
  const document = readJsonObject(text, path);
  if (document.kind === 'problem') return { packages: [], problems: [document.problem] };
  const lines = new KeyLines();
  visitKeys(document.text, KEY_DEPTH, (keys, line) => {
    if (keys.length === KEY_DEPTH) lines.add(keys.join('\n'), line);
  });
  const packages = new Map<string, Package>();
  const problems: InventoryProblem[] = [];
  for (const section of SECTIONS) {
    for (const [alias, value] of entriesOf(field(document.value, section))) {
      const line = lines.get(`${section}\n${alias}`);
      const one = toPackage(alias, value, section === DEVELOPMENT);
      if (typeof one === 'string') problems.push(problemAt(path, line, one));
      else if (one !== undefined && !packages.has(one.key)) {
        packages.set(one.key, { ...one, where: line === undefined ? { path } : { path, line } });
      }
    }
  }
  return { packages: [...packages.values()].toSorted((a, b) => byText(a.key, b.key)), problems };
}

/** A sentence where it makes none; `undefined` for the project's own. */
function toPackage(alias: string, value: unknown, isDevelopment: boolean): Omit<Package, 'where'> | string | undefined {
  if (!isPackageName(alias)) return badName(alias);
  // An empty text is the same as `*`.
  const asked = value === '' ? '*' : plainText(value);
  if (asked === undefined) return `What is asked for of ${alias} is no text; it is left out.`;
  if (asked.startsWith(OWN)) return undefined;
  const named = asked.startsWith(ALIAS) ? splitNamed(asked.slice(ALIAS.length)) : undefined;
  const isAddress = named === undefined && /[:/]/.test(asked) && !asked.startsWith(CATALOG);
  const range = named === undefined ? asked : named.reference === '' ? '*' : named.reference;
  const version = isAddress ? undefined : (valid(range, LOOSE) ?? undefined);
  return {
    ecosystem: 'npm',
    name: named?.name ?? alias,
    version: version === undefined ? undefined : range.trim().replace(/^[=v\s]+/, ''),
    ...(version !== undefined || isAddress ? {} : { constraint: range }),
    key: `node_modules/${alias}`,
    isDirect: true,
    isDevelopment,
    requires: [],
    ...(isAddress ? { origin: withoutSecrets(asked) } : {}),
  };
}
