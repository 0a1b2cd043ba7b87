import type { FindQuestion } from '../host.ts';

/** What a name is to one question. */
export interface NameTest {
  readonly isSought: (name: string) => boolean;
  /** `parent`: the name of the folder it is in. */
  readonly isClosed: (parent: string, name: string) => boolean;
}

/** Patterns with more stars than this take too long to try; nobody needs them. */
const STARS_MAX = 3;

/** Throws for a pattern that is none: the question comes from our own code. */
export function nameTest({ names, closed }: FindQuestion): NameTest {
  const sought = names.map(toTest);
  const closedNames = closed.filter((pattern) => !pattern.includes('/')).map(toTest);
  const closedParents = new Set(closed.filter((pattern) => pattern.includes('/')).map(toParent));
  const isSought = (name: string): boolean => sought.some((test) => test(name));
  return {
    isSought,
    isClosed: (parent, name) =>
      (closedParents.has(parent) && !isSought(name)) || closedNames.some((test) => test(name)),
  };
}

function toParent(pattern: string): string {
  const parent = /^([^/*]+)\/\*$/.exec(pattern)?.[1];
  if (parent === undefined) throw new Error(`${pattern} can't be left closed`);
  return parent;
}

function toTest(pattern: string): (text: string) => boolean {
  const parts = pattern.split('*');
  if (pattern === '' || pattern.includes('/') || parts.length - 1 > STARS_MAX)
    throw new Error(`${pattern} can't be looked for`);
  if (parts.length === 1) return (text) => text === pattern;
  const source = parts.map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&')).join('[^/]*');
  const expression = new RegExp(`^${source}$`, 's');
  return (text) => expression.test(text);
}
