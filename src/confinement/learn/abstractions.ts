import type { Abstraction } from '../../apparmor/learn/abstractions.ts';
import { parsePolicy } from '../../apparmor/language/parse-policy.ts';
import type { Dialect, PolicyTree, Rule } from '../../apparmor/language/syntax.ts';

const ABSTRACTIONS = 'abstractions';
/** A folder that no file system has: NUL is in no name. */
const OWN = '\0learn';

/** A file without those of the abstractions' folder that it includes: most are included by many, and each is read once. */
interface Part {
  readonly rules: readonly Rule[];
  readonly includes: readonly string[];
}

/**
 * The abstractions of a folder such as /etc/apparmor.d; one that can't be read for certain is left out. Of one that allows more than
 * files, which none is learned of, only the rest is told.
 */
export function readAbstractions(
  tree: PolicyTree,
  { folder, dialect }: { readonly folder: string; readonly dialect: Dialect },
): readonly Abstraction[] {
  if (tree.file(`${folder}/tunables/global`) === undefined) return [];
  const own = `${folder}/${ABSTRACTIONS}`;
  const paths = (tree.folder(own) ?? [])
    .filter((name) => /^[A-Za-z0-9._+-]+$/.test(name))
    .map((name) => `${own}/${name}`)
    .filter((path) => tree.file(path) !== undefined);
  const parts = new Map<string, Part | undefined>();
  for (let open: readonly string[] = paths; open.length > 0; open = unknownOf(parts)) {
    for (const [path, part] of readParts(open)) parts.set(path, part);
  }
  return paths.flatMap((path): readonly Abstraction[] => {
    const rules = rulesOf(path, parts);
    return rules === undefined ? [] : [{ name: path.slice(folder.length + 1), rules }];
  });

  /** Each in a profile of its own, all in one policy, unless that has a mistake. */
  function readParts(some: readonly string[]): ReadonlyMap<string, Part | undefined> {
    const together = parseParts(some);
    if (together !== undefined) return together;
    return new Map(some.map((path) => [path, parseParts([path])?.get(path)]));
  }

  function parseParts(some: readonly string[]): ReadonlyMap<string, Part> | undefined {
    const policy = `${folder}/${OWN}`;
    const profiles = some.map((path, index) => `profile learn-${String(index)} {\n  include <${OWN}${path}>\n}\n`);
    const text = `include <tunables/global>\n${profiles.join('')}`;
    const apart: PolicyTree = {
      file(asked) {
        if (asked === policy) return text;
        if (asked.startsWith(policy)) return tree.file(asked.slice(policy.length));
        const there = tree.file(asked);
        return there !== undefined && asked.startsWith(`${own}/`) ? '' : there;
      },
      folder: (asked) => tree.folder(asked),
    };
    const parsed = parsePolicy(policy, apart, { dialect, base: folder, isForFilesAlone: true });
    if (parsed.diagnostics.some(({ level }) => level === 'error')) return undefined;
    return new Map(
      parsed.profiles.flatMap(({ name, rules, includes }): readonly [string, Part][] => {
        const path = some[Number(name.slice('learn-'.length))];
        const included = includes.flatMap((one) => one.paths).filter((one) => one.startsWith(`${own}/`));
        return path === undefined ? [] : [[path, { rules, includes: included }]];
      }),
    );
  }
}

function unknownOf(parts: ReadonlyMap<string, Part | undefined>): readonly string[] {
  const included = new Set([...parts.values()].flatMap((part) => part?.includes ?? []));
  return [...included].filter((path) => !parts.has(path));
}

/** With the rules of all that it includes, each file once as the parser has it; `undefined` where one of them is not known. */
function rulesOf(path: string, parts: ReadonlyMap<string, Part | undefined>): readonly Rule[] | undefined {
  const rules: Rule[] = [];
  const seen = new Set([path]);
  for (const one of seen) {
    const part = parts.get(one);
    if (part === undefined) return undefined;
    rules.push(...part.rules);
    for (const included of part.includes) seen.add(included);
  }
  return rules;
}
