import type { ByteText } from '../../core/byte-text.ts';
import type { SensitivePath } from '../sensitive-paths.ts';
import { literalStart, pathTest, PatternIndex } from './pattern-index.ts';
import type { PatternEngine } from './pattern-engine.ts';
import type { Intersection } from '../pattern/compare.ts';
import { bit, type PermissionBits } from './permissions.ts';

const READS = bit('r') | bit('m') | bit('x');
const WRITES = bit('w') | bit('a') | bit('l');

/** Patterns that were compared with a sensitive path, and folders that were looked below; a log can name any number. */
const MAX_KNOWN = 100_000;

/** What a rule, or an access, would have to be to matter. */
export interface Reach {
  readonly bits: PermissionBits;
  readonly isOwner: boolean;
}

/** What is known of patterns, whichever paths are asked about. */
interface Known {
  readonly overlaps: Map<string, Intersection>;
  /** How each begins. */
  readonly starts: Map<ByteText, ByteText>;
}

/** Which sensitive paths a pattern reaches. */
export class SensitiveGuard {
  readonly #paths: readonly SensitivePath[];
  readonly #engine: PatternEngine;
  readonly #known: Known;
  readonly #below = new Map<ByteText, SensitiveGuard>();
  #index: PatternIndex<SensitivePath> | undefined;

  constructor(
    paths: readonly SensitivePath[],
    engine: PatternEngine,
    known: Known = { overlaps: new Map(), starts: new Map() },
  ) {
    this.#paths = paths;
    this.#engine = engine;
    this.#known = known;
  }

  get isEmpty(): boolean {
    return this.#paths.length === 0;
  }

  /** The same for other paths: what is known of patterns stays known. */
  of(paths: readonly SensitivePath[]): SensitiveGuard {
    return new SensitiveGuard(paths, this.#engine, this.#known);
  }

  /** Knows the sensitive paths that may lie below a folder, which ends with a slash: most folders have none. */
  below(folder: ByteText, isOwner: boolean): SensitiveGuard {
    const key = `${isOwner ? 'owner ' : ''}${folder}`;
    const known = this.#below.get(key);
    if (known !== undefined) return known;
    const paths = this.#paths.flatMap((path) => {
      if (path.isHarmlessToOwner && isOwner) return [];
      const patterns = path.patterns.filter((one) => this.#overlap(`${folder}**`, one).kind !== 'disjoint');
      return patterns.length === 0 ? [] : [{ ...path, patterns }];
    });
    const below = this.of(paths);
    if (this.#below.size < MAX_KNOWN) this.#below.set(key, below);
    return below;
  }

  /** The sensitive path that a name is. */
  ofName(name: ByteText, reach: Reach): SensitivePath | undefined {
    this.#index ??= indexOf(this.#paths, this.#engine);
    const found = this.#index.find(name);
    return found.length === 0 ? undefined : this.#paths.find((path) => found.includes(path) && matters(path, reach));
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
    // Patterns that begin with different names have nothing in common: most pairs are told apart so.
    const [startA, startB] = [this.#startOf(a), this.#startOf(b)];
    if (!startA.startsWith(startB) && !startB.startsWith(startA)) return DISJOINT;
    const key = `${a}\0${b}`;
    const { overlaps } = this.#known;
    const known = overlaps.get(key);
    if (known !== undefined) return known;
    const overlap = this.#engine.intersects(a, b);
    if (overlaps.size < MAX_KNOWN) overlaps.set(key, overlap);
    return overlap;
  }

  #startOf(pattern: ByteText): ByteText {
    const { starts } = this.#known;
    const known = starts.get(pattern);
    if (known !== undefined) return known;
    const start = literalStart(pattern);
    if (starts.size < MAX_KNOWN) starts.set(pattern, start);
    return start;
  }
}

function indexOf(paths: readonly SensitivePath[], engine: PatternEngine): PatternIndex<SensitivePath> {
  const index = new PatternIndex<SensitivePath>();
  for (const path of paths) for (const pattern of path.patterns) index.add(pathTest(pattern, engine), path);
  return index;
}

const DISJOINT: Intersection = { kind: 'disjoint' };

function matters({ permissions, isHarmlessToOwner }: SensitivePath, { bits, isOwner }: Reach): boolean {
  if (isHarmlessToOwner && isOwner) return false;
  return permissions.some((one) => (bits & (one === 'r' ? READS : WRITES)) !== 0);
}
