import { quoted } from '../printable.ts';
import type { InventoryProblem } from '../package.ts';
import { entriesOf, field, isObject, namesIn } from './fields.ts';
import { KeyLines, visitKeys } from '../json-lines.ts';
import { badName, isPackageName, plainText, problemAt } from './npm-text.ts';
import { originOf } from './origin.ts';
import { LOCATION_LIMIT_CHARACTERS, nameOfLocation, type TreeNode } from './package-tree.ts';

export interface LockSource {
  readonly text: string;
  readonly path: string;
  readonly problems: InventoryProblem[];
}

const PACKAGES = 'packages';
const KEY_DEPTH = 2;
const NEEDS = ['dependencies', 'optionalDependencies', 'peerDependencies'];
/** What a project's own folder asks for by name. */
const OWN_NEEDS = [...NEEDS, 'devDependencies'];

/** The `packages` of lockfileVersion 2 and 3: folders, each with what is in its package.json. */
export function locatedTree(packages: unknown, source: LockSource): readonly TreeNode[] {
  const lines = linesOf(source.text);
  if (!isObject(packages)) {
    source.problems.push(problemAt(source.path, undefined, 'The value of "packages" is no object.'));
  }
  return entriesOf(packages).flatMap(([location, entry]) => {
    const node = toNode(location, entry, lines.get(location));
    if (typeof node !== 'string') return [node];
    source.problems.push(problemAt(source.path, lines.get(location), node));
    return [];
  });
}

/** A sentence where it makes none. */
function toNode(location: string, entry: unknown, line: number | undefined): TreeNode | string {
  if (location.length > LOCATION_LIMIT_CHARACTERS)
    return `${quoted(location)} is longer than a path can be; it is left out.`;
  if (!isObject(entry)) return `The entry ${quoted(location)} is no object; it is left out.`;
  const folderName = nameOfLocation(location);
  const named = plainText(field(entry, 'name'));
  const name = folderName === undefined || (named !== undefined && isPackageName(named)) ? (named ?? '') : folderName;
  const [resolved, version] = [plainText(field(entry, 'resolved')), plainText(field(entry, 'version'))];
  const node = { location, name, version, line, isDevelopment: field(entry, 'dev') === true };
  if (field(entry, 'link') === true) {
    return {
      ...node,
      kind: 'link',
      needs: new Set(),
      origin: undefined,
      ...(resolved === undefined ? {} : { target: resolved }),
    };
  }
  if (folderName === undefined) return { ...node, kind: 'own', needs: namesIn(entry, OWN_NEEDS), origin: undefined };
  if (!isPackageName(name)) return badName(folderName);
  return { ...node, kind: 'installed', needs: namesIn(entry, NEEDS), origin: originOf(resolved, name) };
}

function linesOf(text: string): KeyLines {
  const lines = new KeyLines();
  visitKeys(text, KEY_DEPTH, (path, line) => {
    const [section, location] = path;
    if (section === PACKAGES && location !== undefined) lines.add(location, line);
  });
  return lines;
}
