import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { access, observe } from '../../../test/confinement/learning.ts';
import { sensitivePaths } from '../sensitive-paths.ts';
import { learnFiles, type LearnedFiles } from './learn-files.ts';
import { DEFAULT_MEASURES } from './measures.ts';
import { type Need, needsOf } from './need.ts';
import { NeedTree } from './need-tree.ts';
import { PatternEngine } from './pattern-engine.ts';
import { Places } from './places.ts';
import { SensitiveGuard } from './sensitive.ts';
import { Shapes } from './shape.ts';

const RUNS = 3;
const ENGINE = new PatternEngine();

/** What is learned when names that only their names tell apart stand together, or when each stands for itself. */
function learned(needs: readonly Need[], isApart: boolean, without: number | undefined): LearnedFiles {
  const shapes = new Shapes();
  const parts = { isApart: (): boolean => isApart, shapes };
  const trees = {
    owner: new NeedTree(needs, { ...parts, isOwner: true }),
    others: new NeedTree(needs, { ...parts, isOwner: false }),
  };
  return learnFiles(trees, {
    shapes,
    measures: DEFAULT_MEASURES,
    guard: new SensitiveGuard(sensitivePaths(), ENGINE),
    engine: ENGINE,
    runs: RUNS,
    without,
    saved: new Set(),
  });
}

const FOLDERS = [
  '/srv/docs',
  '/srv/docs/deep',
  '/tmp',
  '/tmp/o.aB3xYz',
  '/tmp/o.q7WxYz',
  '/home/anna/.cache/x',
  '/etc/conf.d',
];
const NAMES = [
  ...['ab', 'cd', 'ef', 'gh', 'ij', 'kl', 'mn', 'op', 'qr', 'st', 'uv', 'wx'].flatMap((word) => [
    word,
    `${word}.odt`,
    `.${word}`,
  ]),
  ...['aB3x0z', 'Qw7e1R', 'zX9c2V', 'worder', 'lockin'].flatMap((random) => [random, `lu${random}.tmp`, `o.${random}`]),
  ...[1, 22, 333].flatMap((number) => [`page-${String(number)}`, `pid-4711-${String(number)}`]),
  '0123456789abcdef0123456789abcdef',
  'd41d8cd98f00b204e9800998ecf8427e',
];

/** Names of one folder to which the same is done in the same runs. */
const alikeArbitrary = fc.record({
  folder: fc.constantFrom(...FOLDERS),
  names: fc.subarray(NAMES, { minLength: 1, maxLength: 14 }),
  below: fc.constantFrom('', '', '', '', '/', '/more'),
  requested: fc.constantFrom('r', 'r', 'rw', 'w', 'rm'),
  operation: fc.constantFrom('open', 'open', 'open', 'mkdir'),
  isOwner: fc.boolean(),
  runs: fc.constantFrom<readonly number[]>([0], [1], [2], [0, 1], [0, 1, 2]),
});

test('names that stand together are learned as if each stood for itself, whatever run is left out', () => {
  fc.assert(
    fc.property(
      fc.array(alikeArbitrary, { minLength: 1, maxLength: 8 }),
      fc.constantFrom(undefined, 0, 1, 2),
      (all, without) => {
        const runs = Object.fromEntries(
          [0, 1, 2].map((run) => [
            String(run),
            all
              .filter((one) => one.runs.includes(run))
              .flatMap(({ folder, names, below, requested, operation, isOwner }) =>
                names.map((name) => access(`${folder}/${name}${below}`, { requested, operation, isOwner, pid: 4711 })),
              ),
          ]),
        );
        const needs = needsOf(observe(runs).facts, new Places({ hasTunables: true }));
        const [together, apart] = [learned(needs, false, without), learned(needs, true, without)];
        assert.deepEqual(together.paths, apart.paths);
        const byPattern = (files: LearnedFiles): readonly string[] =>
          files.refused.map((one) => JSON.stringify(one)).toSorted();
        assert.deepEqual(byPattern(together), byPattern(apart));
      },
    ),
    { numRuns: 400 },
  );
});
