import type { InventoryProblem, ParsedInventory } from '../package.ts';
import { entriesOf, field } from './fields.ts';
import { readJsonObject } from './json-document.ts';
import { problemAt } from './npm-text.ts';
import { legacyTree } from './package-lock-legacy.ts';
import { locatedTree } from './package-lock-packages.ts';
import { toPackages } from './package-tree.ts';

/** Where version 2 and 3 keep the tree; version 1 has it in `dependencies`. */
const PACKAGES = 'packages';
const DEPENDENCIES = 'dependencies';
const NEWEST_VERSION = 3;

/**
 * Reads package-lock.json, npm-shrinkwrap.json (lockfileVersion 1, 2 and 3) and node_modules/.package-lock.json.
 * Source: npm's documentation, package-lock.json, "File Format"; lib/shrinkwrap.js and lib/arborist/load-virtual.js of
 * @npmcli/arborist.
 */
export function parsePackageLock(text: string, path: string): ParsedInventory {
  const document = readJsonObject(text, path);
  if (document.kind === 'problem') return { packages: [], problems: [document.problem] };
  const problems: InventoryProblem[] = [];
  const { value } = document;
  const version = field(value, 'lockfileVersion');
  if (version !== undefined && !(typeof version === 'number' && version >= 1 && version <= NEWEST_VERSION)) {
    problems.push(problemAt(path, undefined, 'The lockfileVersion is none that is known; it is read like version 3.'));
  }
  const hasPackages = field(value, PACKAGES) !== undefined;
  if (!hasPackages && entriesOf(field(value, DEPENDENCIES)).length === 0) return { packages: [], problems };
  const source = { text: document.text, path, problems };
  const tree = hasPackages
    ? locatedTree(field(value, PACKAGES), source)
    : legacyTree(field(value, DEPENDENCIES), source);
  return { packages: toPackages(tree, path), problems };
}

/**
 * Reads node_modules/.package-lock.json, npm's own note of what it has installed: the same format, but without the project itself,
 * so that nothing tells what was asked for by name. Source: npm's documentation, package-lock.json, "Hidden Lockfiles".
 */
export function parseHiddenLockfile(text: string, path: string): ParsedInventory {
  return parsePackageLock(text, path);
}
