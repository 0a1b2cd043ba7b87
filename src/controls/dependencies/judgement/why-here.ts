import type { Package } from '../inventory/package.ts';

/** How a package came to be there: from what was asked for by name, each with what it needs, to the package itself. */
export type Path = readonly Package[];

/** Nobody reads a longer way, and a hostile file could make one of all its packages, for each of them. */
const STEPS_MAX = 40;

/**
 * The shortest way from a package that was asked for to each other one; where nothing tells what was asked for, from one that no
 * other needs. What can't be reached so is only its own way, and of a long
 * one only its two ends are told.
 */
export function waysTo(packages: readonly Package[]): (key: string) => Path {
  const byKey = new Map(packages.map((one) => [one.key, one]));
  const needed = new Set(packages.flatMap(({ requires, key }) => requires.filter((other) => other !== key)));
  const from = new Map<string, string | undefined>();
  const beginnings = packages.filter((one) => one.isDirect ?? !needed.has(one.key));
  const queue = beginnings.map(({ key }) => key).sort();
  for (const key of queue) from.set(key, undefined);
  for (let index = 0; index < queue.length; index += 1) {
    const key = queue[index] ?? '';
    for (const next of byKey.get(key)?.requires ?? []) {
      if (from.has(next) || !byKey.has(next)) continue;
      from.set(next, key);
      queue.push(next);
    }
  }
  return (key) => {
    const way: Package[] = [];
    for (let at: string | undefined = key; at !== undefined; at = from.get(at)) {
      const one = byKey.get(at);
      if (one !== undefined) way.push(one);
    }
    way.reverse();
    return way.length > STEPS_MAX ? [...way.slice(0, STEPS_MAX / 2), ...way.slice(-STEPS_MAX / 2)] : way;
  };
}
