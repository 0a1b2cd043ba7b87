import { compareBytes } from '../../core/byte-text.ts';
import { pathTest } from './pattern-index.ts';
import { generalise, type LearnedPath } from './generalise.ts';
import type { Measures } from './measures.ts';
import { addToTree, joinUses, NameNode } from './name-tree.ts';
import { isSeenWithout, type Need, usesWithout } from './need.ts';
import { expandedPath, writtenPath } from './path-text.ts';
import type { PatternEngine } from './pattern-engine.ts';
import { type PermissionBits, withImplied } from './permissions.ts';
import { patternSegment } from './places.ts';
import type { Refused } from './replace.ts';
import type { shapeOf } from './shape.ts';
import type { SensitiveGuard } from './sensitive.ts';

export interface LearnFilesContext {
  readonly measures: Measures;
  readonly guard: SensitiveGuard;
  readonly engine: PatternEngine;
  readonly shapeOf: typeof shapeOf;
  /** How many runs there were. */
  readonly runs: number;
  /** A run that is left out, to judge by it what the others teach. */
  readonly without?: number;
}

export interface LearnedFiles {
  readonly paths: readonly LearnedPath[];
  readonly refused: readonly Refused[];
}

/** The patterns for what a program needs. What the owner did and what others did is learned apart. */
export function learnFiles(needs: readonly Need[], context: LearnFilesContext): LearnedFiles {
  const refused: Refused[] = [];
  const runs = context.without === undefined ? context.runs : context.runs - 1;
  const paths = [true, false].flatMap((isOwner) => {
    const root = new NameNode(patternSegment(''));
    for (const need of needs) if (need.isOwner === isOwner) addNeed(root, need, context.without);
    return generalise(root, {
      runs,
      measures: context.measures,
      engine: context.engine,
      shapeOf: context.shapeOf,
      guard: context.guard,
      isOwner,
      refused,
    });
  });
  return { paths: withoutCovered(paths, context.engine).toSorted(compareLearned), refused };
}

function addNeed(root: NameNode, need: Need, without: number | undefined): void {
  if (isSeenWithout(need, without)) addToTree(root, need.placed, usesWithout(need, without));
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
