import { quoted } from '../printable.ts';
import { entriesOf, field, isObject, namesIn } from './fields.ts';
import { KeyLines, visitKeys } from '../json-lines.ts';
import { badName, isPackageName, plainText, problemAt, splitNamed } from './npm-text.ts';
import { originOf } from './origin.ts';
import type { LockSource } from './package-lock-packages.ts';
import { LOCATION_LIMIT_CHARACTERS, type TreeNode } from './package-tree.ts';

const DEPENDENCIES = 'dependencies';
/** Not its `dependencies`, which are what lies below it, whoever needs that. */
const REQUIRES = 'requires';
const ALIAS = 'npm:';
/** A key and its `dependencies` are two steps; no location within the limit has more. */
const DEPTH_LIMIT = 2 * Math.ceil(LOCATION_LIMIT_CHARACTERS / '/node_modules/a'.length);

/**
 * The `dependencies` of lockfileVersion 1, which hold each other as folders do. It doesn't say what the project asks for by name.
 * Source: npm's documentation, package-lock.json, "dependencies".
 */
export function legacyTree(dependencies: unknown, source: LockSource): readonly TreeNode[] {
  const lines = linesOf(source.text);
  const nodes: TreeNode[] = [];
  const open = [{ parent: '', held: dependencies }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const [folder, entry] of entriesOf(next.held)) {
      const location = `${next.parent}node_modules/${folder}`;
      const line = location.length > LOCATION_LIMIT_CHARACTERS ? undefined : lines.get(location);
      const node = toNode(location, folder, { entry, line });
      if (typeof node === 'string') {
        source.problems.push(problemAt(source.path, line, node));
        continue;
      }
      nodes.push(node);
      open.push({ parent: `${location}/`, held: field(entry, DEPENDENCIES) });
    }
  }
  return nodes;
}

interface LegacyEntry {
  readonly entry: unknown;
  readonly line: number | undefined;
}

/** A sentence where it makes none. */
function toNode(location: string, folder: string, { entry, line }: LegacyEntry): TreeNode | string {
  if (location.length > LOCATION_LIMIT_CHARACTERS) return `${quoted(folder)} is nested too deep; it is left out.`;
  if (!isPackageName(folder)) return badName(folder);
  if (!isObject(entry)) return `The entry ${quoted(folder)} is no object; it is left out.`;
  const written = plainText(field(entry, 'version'));
  const alias = written?.startsWith(ALIAS) === true ? splitNamed(written.slice(ALIAS.length)) : undefined;
  const name = alias?.name ?? folder;
  // Of what isn't from a registry the version is an address: `git+ssh://…`, `file:…`.
  const isAddress = alias === undefined && written !== undefined && /[:/]/.test(written);
  return {
    location,
    kind: 'installed',
    name,
    version: isAddress ? undefined : (alias?.reference ?? written),
    line,
    needs: namesIn(entry, [REQUIRES]),
    isDevelopment: field(entry, 'dev') === true,
    origin: originOf(isAddress ? written : plainText(field(entry, 'resolved')), name),
  };
}

/** The line of each by its location. */
function linesOf(text: string): KeyLines {
  const lines = new KeyLines();
  visitKeys(text, DEPTH_LIMIT, (path, line) => {
    if (path.length % 2 !== 0 || path[0] !== DEPENDENCIES) return;
    const location = locationOf(path);
    if (location !== undefined) lines.add(location, line);
  });
  return lines;
}

function locationOf(path: readonly string[]): string | undefined {
  let location = '';
  for (const [index, step] of path.entries()) {
    if (index % 2 === 0 && step !== DEPENDENCIES) return undefined;
    if (index % 2 === 1) location += `${location === '' ? '' : '/'}node_modules/${step}`;
    if (location.length > LOCATION_LIMIT_CHARACTERS) return undefined;
  }
  return location;
}
