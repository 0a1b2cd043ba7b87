import type { ByteText } from '../../core/byte-text.ts';
import type { SensitivePath } from '../sensitive-paths.ts';
import { literalStart, pathTest, PatternIndex } from './pattern-index.ts';
import type { PatternEngine } from './pattern-engine.ts';
import type { Intersection } from '../pattern/compare.ts';
import { bit, type PermissionBits } from './permissions.ts';

const READS = bit('r') | bit('m') | bit('x');
const WRITES = bit('w') | bit('a') | bit('l');

/** What a rule, or an access, would have to be to matter. */
export interface Reach {
  readonly bits: PermissionBits;
  readonly isOwner: boolean;
}

/** Which sensitive paths a pattern reaches. */
export class SensitiveGuard {
  readonly #paths: readonly SensitivePath[];
  readonly #engine: PatternEngine;
  readonly #index = new PatternIndex<SensitivePath>();
  readonly #known = new Map<string, Intersection>();

  constructor(paths: readonly SensitivePath[], engine: PatternEngine) {
    this.#paths = paths;
    this.#engine = engine;
    for (const path of paths) for (const pattern of path.patterns) this.#index.add(pathTest(pattern, engine), path);
  }

  /** The sensitive path that a name is. */
  ofName(name: ByteText, reach: Reach): SensitivePath | undefined {
    const found = new Set(this.#index.find(name));
    return found.size === 0 ? undefined : this.#paths.find((path) => found.has(path) && matters(path, reach));
  }

  /** The first sensitive path that a pattern may reach; what can't be told counts as reached. */
  ofPattern(pattern: ByteText, reach: Reach): SensitivePath | undefined {
    return this.#paths.find(
      (path) => matters(path, reach) && path.patterns.some((one) => this.#overlap(pattern, one).kind !== 'disjoint'),
    );
  }

  /** All that a pattern reaches, each with a path that shows it. */
  overlaps(
    pattern: ByteText,
    reach: Reach,
  ): readonly { readonly path: SensitivePath; readonly overlap: Intersection }[] {
    return this.#paths
      .filter((path) => matters(path, reach))
      .flatMap((path) => {
        const found = path.patterns.map((one) => this.#overlap(pattern, one));
        const overlap = found.find(({ kind }) => kind === 'common') ?? found.find(({ kind }) => kind === 'unknown');
        return overlap === undefined ? [] : [{ path, overlap }];
      });
  }

  #overlap(a: ByteText, b: ByteText): Intersection {
    if (areApart(a, b)) return DISJOINT;
    const key = `${a}\0${b}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const overlap = this.#engine.intersects(a, b);
    this.#known.set(key, overlap);
    return overlap;
  }
}

const DISJOINT: Intersection = { kind: 'disjoint' };

function matters({ permissions, isHarmlessToOwner }: SensitivePath, { bits, isOwner }: Reach): boolean {
  if (isHarmlessToOwner && isOwner) return false;
  return permissions.some((one) => (bits & (one === 'r' ? READS : WRITES)) !== 0);
}

/** Patterns that begin with different names have nothing in common: most pairs are told apart so. */
function areApart(a: ByteText, b: ByteText): boolean {
  const [startA, startB] = [literalStart(a), literalStart(b)];
  return !startA.startsWith(startB) && !startB.startsWith(startA);
}
