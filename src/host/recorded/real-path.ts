import type { Host, StatResult } from '../host.ts';
import { LINKS_MAX } from './limits.ts';

/** Asks each path once. */
export type StatOf = (path: string) => Promise<StatResult>;

export function rememberingStat(host: Host): StatOf {
  const known = new Map<string, Promise<StatResult>>();
  return (path) => {
    const asked = known.get(path) ?? host.stat(path);
    known.set(path, asked);
    return asked;
  };
}

/**
 * Where a path leads once every symbolic link on its way is followed (path_resolution(7)); `undefined` where there are too many.
 * What can't be looked at any more stays as it is written. One round trip unless there are links.
 */
export async function realPath(path: string, statOf: StatOf): Promise<string | undefined> {
  const todo = partsOf(path).reverse();
  await Promise.all(prefixesOf(path).map(statOf));
  let done: readonly string[] = [];
  for (let links = 0; ;) {
    const part = todo.pop();
    if (part === undefined) return `/${done.join('/')}`;
    if (part === '..') {
      done = done.slice(0, -1);
      continue;
    }
    const here = [...done, part];
    const stat = await statOf(`/${here.join('/')}`);
    if (stat.kind !== 'stat' || stat.target === undefined) {
      done = here;
      continue;
    }
    links += 1;
    if (links > LINKS_MAX) return undefined;
    if (stat.target.startsWith('/')) done = [];
    todo.push(...partsOf(stat.target).reverse());
  }
}

function partsOf(path: string): string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.');
}

function prefixesOf(path: string): readonly string[] {
  const parts = partsOf(path);
  return parts.includes('..') ? [] : parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`);
}
