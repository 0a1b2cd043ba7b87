import type { InventoryProblem, Package } from '../package.ts';
import { field, namesIn } from './fields.ts';
import { readJsonObject } from './json-document.ts';
import { KeyLines, visitKeys } from '../json-lines.ts';
import { byText, isPackageName, plainText, problemAt } from './npm-text.ts';
import { originOf } from './origin.ts';

export type InstalledPackage =
  /** `needs`: the names it looks for, sorted; which folders they are is for whoever sees the tree to say. */
  | { readonly kind: 'package'; readonly package: Package; readonly needs: readonly string[] }
  | { readonly kind: 'problem'; readonly problem: InventoryProblem };

const MODULES_STEP = 'node_modules/';
const NEEDS = ['dependencies', 'optionalDependencies'];

/**
 * Reads the package.json of one installed package. Its key is its folder from the first node_modules of the path on.
 * Source: npm's documentation, package.json; `_resolved` is what npm up to version 6 wrote into it.
 */
export function installedPackage(text: string, path: string): InstalledPackage {
  const document = readJsonObject(text, path);
  if (document.kind === 'problem') return document;
  const { value } = document;
  const [name, version] = [plainText(field(value, 'name')), plainText(field(value, 'version'))];
  if (name === undefined || !isPackageName(name)) {
    return { kind: 'problem', problem: problemAt(path, undefined, 'The file names no package.') };
  }
  const line = lineOfVersion(document.text);
  const origin = originOf(plainText(field(value, '_resolved')), name);
  return {
    kind: 'package',
    package: {
      ecosystem: 'npm',
      name,
      version,
      key: folderOf(path),
      where: line === undefined ? { path } : { path, line },
      requires: [],
      ...(origin === undefined ? {} : { origin }),
    },
    needs: [...namesIn(value, NEEDS)].filter(isPackageName).toSorted(byText),
  };
}

function folderOf(path: string): string {
  const end = path.lastIndexOf('/');
  const folder = path.slice(0, Math.max(end, 0));
  const start = `/${folder}`.indexOf(`/${MODULES_STEP}`);
  return start < 0 ? folder : folder.slice(start);
}

function lineOfVersion(text: string): number | undefined {
  const lines = new KeyLines();
  visitKeys(text, 1, ([key], line) => {
    if (key !== undefined) lines.add(key, line);
  });
  return lines.get('version') ?? lines.get('name');
}
