import type { ByteText } from '../../core/byte-text.ts';
import type { FileRule, Rule } from '../language/syntax.ts';
import { bitsOf, type PermissionBits, withImplied } from './permissions.ts';
import type { PatternEngine } from './pattern-engine.ts';
import { PatternIndex, pathTest } from './pattern-index.ts';

interface CoveringRule {
  readonly rule: FileRule;
  readonly bits: PermissionBits;
  readonly order: number;
}

/** What rules for files that are there say of a path. */
export class CoveringRules {
  readonly engine: PatternEngine;
  readonly #index = new PatternIndex<CoveringRule>();
  #last: { readonly path: ByteText | undefined; readonly found: readonly CoveringRule[] } = {
    path: undefined,
    found: [],
  };

  constructor(rules: readonly Rule[], engine: PatternEngine) {
    this.engine = engine;
    for (const [order, rule] of rules.entries()) {
      if (rule.kind !== 'file') continue;
      const bits = withImplied(bitsOf(rule.permissions) | (rule.exec === undefined ? 0 : bitsOf(['x'])));
      const covering = { rule, bits, order };
      for (const pattern of rule.path?.expanded ?? ['/{,**}']) this.#index.add(pathTest(pattern, engine), covering);
    }
  }

  /** All rules that match a path; those for owners only where the owner did it. */
  matching(path: ByteText, isOwner: boolean): readonly FileRule[] {
    return this.#matching(path, isOwner).map(({ rule }) => rule);
  }

  /** What is allowed already, with denials taken away: in AppArmor they win over everything. */
  allowed(path: ByteText, isOwner: boolean): PermissionBits {
    let allowed = 0;
    let denied = 0;
    for (const { rule, bits } of this.#matching(path, isOwner)) {
      if (rule.effect === 'deny') denied |= bits;
      else if (rule.effect === 'allow') allowed |= bits;
    }
    return allowed & ~denied;
  }

  /** The first rule, by its place, that denies some of this. */
  denial(path: ByteText, isOwner: boolean, bits: PermissionBits): FileRule | undefined {
    return this.#matching(path, isOwner).find(({ rule, bits: said }) => rule.effect === 'deny' && (said & bits) !== 0)
      ?.rule;
  }

  #matching(path: ByteText, isOwner: boolean): readonly CoveringRule[] {
    // What allows a path and what denies it is asked one after the other.
    if (path !== this.#last.path) this.#last = { path, found: this.#index.find(path) };
    const { found } = this.#last;
    // Of most names nothing is said yet.
    if (found.length === 0) return found;
    const own = found.filter(({ rule }) => rule.owner === 'any' || (rule.owner === 'owner') === isOwner);
    return [...new Set(own)].sort((a, b) => a.order - b.order);
  }
}
