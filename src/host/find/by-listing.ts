import { comparePaths } from '../entry.ts';
import type { Entry, FindQuestion, FindResult } from '../host.ts';
import { nameTest } from './pattern.ts';

/** The entries of a folder; `undefined` when it can't be looked into, an empty list when it is none. */
export type Lister = (path: string) => readonly Entry[] | undefined | Promise<readonly Entry[] | undefined>;

/** More folders than a machine has; an image's tree could be made so that it never ends. */
const FOLDERS_MAX = 5_000_000;

/** Looks for names by listing one folder after the other. */
export async function findByListing(list: Lister, question: FindQuestion): Promise<FindResult> {
  const { isSought, isClosed } = nameTest(question);
  const without = new Set(question.without);
  const paths: string[] = [];
  const unlisted: string[] = [];
  const open = question.below.filter((path) => !without.has(path));
  let folders = 0;
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    folders += 1;
    if (folders > FOLDERS_MAX) return unreadable(`there are more than ${String(FOLDERS_MAX)} folders`);
    const listed = list(folder);
    const entries = listed instanceof Promise ? await listed : listed;
    if (entries === undefined) unlisted.push(folder);
    const prefix = folder === '/' ? '/' : `${folder}/`;
    const parent = folder.slice(folder.lastIndexOf('/') + 1);
    for (const { name, type } of entries ?? []) {
      const path = prefix + name;
      if (without.has(path)) continue;
      if (isSought(name)) paths.push(path);
      if (type === 'directory' && !isClosed(parent, name)) open.push(path);
    }
  }
  return { kind: 'found', paths: paths.sort(comparePaths), unlisted: unlisted.sort(comparePaths) };
}

function unreadable(reason: string): FindResult {
  return { kind: 'unreadable', cause: 'too-large', message: `the search was given up: ${reason}` };
}
