import { compareBytes } from '../../core/byte-text.ts';
import { pathTest } from './pattern-index.ts';
import { generalise, type LearnedPath } from './generalise.ts';
import type { Measures } from './measures.ts';
import { joinUses } from './name-tree.ts';
import type { Need } from './need.ts';
import type { NeedTree } from './need-tree.ts';
import { expandedPath, writtenPath } from './path-text.ts';
import type { PatternEngine } from './pattern-engine.ts';
import { type PermissionBits, withImplied } from './permissions.ts';
import type { Refused } from './replace.ts';
import type { Shapes } from './shape.ts';
import type { SensitiveGuard } from './sensitive.ts';

export interface LearnFilesContext {
  readonly measures: Measures;
  readonly guard: SensitiveGuard;
  readonly engine: PatternEngine;
  readonly shapes: Shapes;
  /** How many runs there were. */
  readonly runs: number;
  /** A run that is left out, to judge by it what the others teach. */
  readonly without: number | undefined;
  /** Needs that abstractions allow. */
  readonly saved: ReadonlySet<Need>;
}

export interface LearnedFiles {
  readonly paths: readonly LearnedPath[];
  readonly refused: readonly Refused[];
}

/** The needs of owners and those of others, which are learned apart. */
export interface NeedTrees {
  readonly owner: NeedTree;
  readonly others: NeedTree;
}

/** The patterns for what a program needs. */
export function learnFiles({ owner, others }: NeedTrees, context: LearnFilesContext): LearnedFiles {
  const refused: Refused[] = [];
  const { without, saved } = context;
  const runs = without === undefined ? context.runs : context.runs - 1;
  const paths = [owner, others].flatMap((tree) =>
    generalise(tree.select({ without, saved }), {
      runs,
      measures: context.measures,
      engine: context.engine,
      shapes: context.shapes,
      guard: context.guard,
      isOwner: tree === owner,
      refused,
    }),
  );
  return { paths: withoutCovered(paths, context.engine).toSorted(compareLearned), refused };
}

/** By the path, then the owner's first. */
function compareLearned(a: LearnedPath, b: LearnedPath): number {
  const byPath = compareBytes(writtenPath(a.segments, a.isFolder), writtenPath(b.segments, b.isFolder));
  return byPath === 0 ? Number(b.uses.isOwner) - Number(a.uses.isOwner) : byPath;
}

interface Wide {
  readonly path: LearnedPath;
  readonly bits: PermissionBits;
  readonly test: ReturnType<typeof pathTest>;
}

/** Leaves out names that a pattern allows already with all that was done to them, and counts them there. */
function withoutCovered(paths: readonly LearnedPath[], engine: PatternEngine): readonly LearnedPath[] {
  const wide: Wide[] = paths
    .filter(({ widening }) => widening !== 'none')
    .map((path) => ({
      path,
      bits: withImplied(path.uses.bits),
      test: pathTest(expandedPath(path.segments, path.isFolder), engine),
    }));
  const uses = new Map(wide.map(({ path }) => [path, path.uses]));
  const kept: LearnedPath[] = [];
  for (const path of paths) {
    const by = path.widening === 'none' ? wide.find((one) => covers(one, path)) : undefined;
    if (by === undefined) kept.push(path);
    else uses.set(by.path, { ...joinUses(uses.get(by.path), path.uses), isOwner: by.path.uses.isOwner });
  }
  return kept.map((path) => ({ ...path, uses: uses.get(path) ?? path.uses }));
}

function covers({ path, bits, test }: Wide, { segments, isFolder, uses }: LearnedPath): boolean {
  if (path.uses.isOwner && !uses.isOwner) return false;
  if ((uses.bits & ~bits) !== 0) return false;
  const name = `/${segments.map((segment) => segment.name ?? '').join('/')}${isFolder ? '/' : ''}`;
  return name.startsWith(test.prefix) && test.matches(name);
}
