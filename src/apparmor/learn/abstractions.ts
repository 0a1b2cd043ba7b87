import { compareBytes } from '../../core/byte-text.ts';
import type { FileRule, Rule } from '../language/syntax.ts';
import type { Measures } from './measures.ts';
import { bitsWithout, isSeenWithout, type Need } from './need.ts';
import type { PatternEngine } from './pattern-engine.ts';
import { PatternIndex, pathTest } from './pattern-index.ts';
import { bit, bitsOf, type PermissionBits, withImplied } from './permissions.ts';
import type { SensitiveGuard } from './sensitive.ts';

/** A file of rules that profiles may include, with all that it includes itself. */
export interface Abstraction {
  /** As an include names it: `abstractions/fonts`. */
  readonly name: string;
  readonly rules: readonly Rule[];
}

export interface UsedAbstraction {
  readonly name: string;
  readonly rulesHit: number;
  readonly rules: number;
  /** What it saves. */
  readonly needs: readonly Need[];
}

const RISKY = bit('w') | bit('a') | bit('l') | bit('m') | bit('x');

interface Candidate {
  readonly name: string;
  readonly files: readonly FileRule[];
  readonly rules: readonly Rule[];
}

interface BitRule {
  readonly rule: FileRule;
  readonly bits: PermissionBits;
}

/** The rules of one that allow something of a need. */
interface Hit {
  readonly candidate: Candidate;
  readonly rules: readonly BitRule[];
  /** What they allow together. */
  readonly bits: PermissionBits;
}

/** Says which abstractions are narrow enough: what each allows is worked out once, whichever runs are asked of. */
export class AbstractionShelf {
  readonly #candidates: readonly Candidate[];
  readonly #guard: SensitiveGuard;
  readonly #isHarmless = new Map<Candidate, boolean>();
  readonly #index = new PatternIndex<BitRule & { readonly candidate: Candidate }>();
  readonly #hits = new Map<Need, readonly Hit[]>();

  constructor(abstractions: readonly Abstraction[], engine: PatternEngine, guard: SensitiveGuard) {
    this.#guard = guard;
    this.#candidates = abstractions
      .filter(({ rules }) => rules.every((rule) => isHarmlessKind(rule)))
      .toSorted((a, b) => compareBytes(a.name, b.name))
      .map(({ name, rules }) => ({
        name,
        rules,
        files: rules.filter((rule): rule is FileRule => rule.kind === 'file' && rule.effect === 'allow'),
      }))
      .filter(({ files }) => files.length > 0);
    for (const candidate of this.#candidates) {
      for (const rule of candidate.files) {
        const one = { candidate, rule, bits: bitsOfRule(rule) };
        for (const pattern of rule.path?.expanded ?? []) this.#index.add(pathTest(pattern, engine), one);
      }
    }
  }

  /** Takes up what needs there are; answers those of which one of them allows something. */
  take(needs: readonly Need[]): readonly Need[] {
    return needs.filter((need) => {
      const hits = this.#find(need);
      if (hits.length > 0) this.#hits.set(need, hits);
      return hits.length > 0;
    });
  }

  /** Those that save most of what they know first; what one saves the next can't. */
  choose(needs: readonly Need[], measures: Measures, without?: number): readonly UsedAbstraction[] {
    const open = new Set(needs.filter((need) => isSeenWithout(need, without) && bitsWithout(need, without) !== 0));
    const used: UsedAbstraction[] = [];
    for (;;) {
      const best = this.#best(open, measures, without);
      if (best === undefined) return used;
      used.push(best);
      for (const need of best.needs) open.delete(need);
    }
  }

  /** What some of them allow of a need. */
  allowed(need: Need, names: ReadonlySet<string>): PermissionBits {
    if (names.size === 0) return 0;
    return this.#hitsOf(need).reduce((sum, { candidate, bits }) => (names.has(candidate.name) ? sum | bits : sum), 0);
  }

  #best(
    open: ReadonlySet<Need>,
    { abstractionPercent, abstractionNames }: Measures,
    without: number | undefined,
  ): UsedAbstraction | undefined {
    const found = new Map<Candidate, { readonly hit: Set<FileRule>; readonly needs: Need[] }>();
    for (const need of open) {
      const wanted = bitsWithout(need, without);
      for (const { candidate, rules, bits: allowed } of this.#hitsOf(need)) {
        const own = found.get(candidate) ?? { hit: new Set(), needs: [] };
        found.set(candidate, own);
        for (const { rule, bits } of rules) if ((bits & wanted) !== 0) own.hit.add(rule);
        if ((wanted & ~allowed) === 0) own.needs.push(need);
      }
    }
    let best: UsedAbstraction | undefined;
    for (const candidate of this.#candidates) {
      const own = found.get(candidate);
      if (own === undefined || own.needs.length < abstractionNames) continue;
      if (own.hit.size * PERCENT < candidate.files.length * abstractionPercent) continue;
      // What it would let be written, mapped or executed must have been: reading a bit more is the only widening.
      if (candidate.files.some((rule) => (bitsOfRule(rule) & RISKY) !== 0 && !own.hit.has(rule))) continue;
      if (best !== undefined && own.needs.length <= best.needs.length) continue;
      if (!this.#isHarmlessOne(candidate)) continue;
      best = { name: candidate.name, rulesHit: own.hit.size, rules: candidate.files.length, needs: own.needs };
    }
    return best;
  }

  /** Asked last, and of few: it compares each rule with each sensitive path. */
  #isHarmlessOne(candidate: Candidate): boolean {
    const known = this.#isHarmless.get(candidate);
    if (known !== undefined) return known;
    const isHarmless = !candidate.rules.some((rule) => reachesSensitive(rule, this.#guard));
    this.#isHarmless.set(candidate, isHarmless);
    return isHarmless;
  }

  #hitsOf(need: Need): readonly Hit[] {
    return this.#hits.get(need) ?? NO_HITS;
  }

  #find(need: Need): readonly Hit[] {
    const all = this.#index.find(need.path);
    // Of most names none of them says anything.
    if (all.length === 0) return NO_HITS;
    const found = new Map<Candidate, Set<BitRule>>();
    for (const one of all) {
      const { candidate, rule, bits } = one;
      if (rule.owner !== 'any' && (rule.owner === 'owner') !== need.isOwner) continue;
      if ((bits & need.bits) === 0) continue;
      const rules = found.get(candidate);
      if (rules === undefined) found.set(candidate, new Set([one]));
      else rules.add(one);
    }
    return Array.from(found, ([candidate, rules]) => ({ candidate, rules: [...rules], bits: allowedBy(rules) }));
  }
}

const NO_HITS: readonly never[] = [];
const PERCENT = 100;

function bitsOfRule(rule: FileRule): PermissionBits {
  return withImplied(bitsOf(rule.permissions) | (rule.exec === undefined ? 0 : bit('x')));
}

function allowedBy(rules: Iterable<BitRule>): PermissionBits {
  let allowed = 0;
  for (const { bits } of rules) allowed |= bits;
  return allowed;
}

/** Rules of other classes were not measured, so an abstraction that has more than denials of them is none for learning. */
function isHarmlessKind(rule: Rule): boolean {
  return rule.kind === 'file' || rule.effect === 'deny';
}

function reachesSensitive(rule: Rule, guard: SensitiveGuard): boolean {
  if (rule.kind !== 'file' || rule.effect === 'deny') return false;
  const patterns = rule.path?.expanded ?? ['/**'];
  return patterns.some(
    (pattern) => guard.ofPattern(pattern, { bits: bitsOfRule(rule), isOwner: rule.owner === 'owner' }) !== undefined,
  );
}
