import { isLiteral } from '../../../core/path-pattern.ts';
import type { WalkQuestion } from './walk.ts';

/** busybox knows no `/6000`. */
const PRIVILEGED = ['-type', 'f', '(', '-perm', '-4000', '-o', '-perm', '-2000', ')'] as const;

type Argv = readonly [string, ...string[]];

/** Only what GNU and busybox have in common, up to what is done with each path. In the C locale, so that complaints can be read. */
export function findArguments(
  { trees, without, hasOtherFileSystems, isPrivilegedOnly = false }: WalkQuestion,
  action: readonly string[],
): Argv {
  const pruned = without.filter(isLiteral).map((path) => escapePattern(path.replace(/\/+$/, '')));
  const tests = pruned.flatMap((path, index) => [...(index === 0 ? [] : ['-o']), '-path', path]);
  return [
    'env',
    'LC_ALL=C',
    'TZ=UTC0',
    'find',
    ...withoutNested(trees),
    ...(hasOtherFileSystems ? [] : ['-xdev']),
    ...(tests.length > 0 ? ['(', ...tests, ')', '-prune', '-o'] : []),
    ...(isPrivilegedOnly ? PRIVILEGED : []),
    ...action,
  ];
}

/** The characters that fnmatch(3) gives a meaning. */
function escapePattern(path: string): string {
  return path.replaceAll(/[*?[\\]/g, String.raw`\$&`);
}

/** One tree in another may be a file system of its own, so both begin a walk; what comes twice is dropped later. */
function withoutNested(trees: readonly string[]): readonly string[] {
  return [...new Set(trees.map((tree) => (tree === '/' ? tree : tree.replace(/\/+$/, ''))))].toSorted();
}
