import { type FileLikeRule, ownerOf } from '../granted.ts';
import type { FilePermission } from '../access.ts';
import type { Effort } from '../pattern/compare.ts';
import { Neighbours } from '../pattern/neighbours.ts';
import type { Pattern } from '../pattern/pattern.ts';
import type { PatternStore } from '../pattern/pattern-store.ts';
import type { PreparedRule } from './prepared-rule.ts';

/** What rules allow that a denial is held against. */
export interface Allowance {
  readonly permission: FilePermission;
  readonly priority: number;
  /** Whose files all of the rules speak of; `any` also where they differ. */
  readonly owner: ReturnType<typeof ownerOf>;
}

export function allowanceOf(permission: FilePermission, rules: readonly FileLikeRule[]): Allowance {
  const owners = new Set(rules.map(ownerOf));
  const [owner = 'any'] = owners;
  const priority = rules.reduce((highest, rule) => Math.max(highest, rule.priority), -Infinity);
  return { permission, priority, owner: owners.size > 1 ? 'any' : owner };
}

/** What a denial takes to be looked at, and to be put together with others. */
const DENIAL_STEPS = 20;

/** The rules of one profile that deny. */
export class Denials {
  readonly #near: Neighbours<PreparedRule>;
  readonly #patterns: PatternStore;
  readonly #known = new Map<Pattern, Map<string, readonly Pattern[]>>();

  constructor(denied: readonly PreparedRule[], patterns: PatternStore) {
    this.#near = new Neighbours(denied.map((value) => ({ prefixes: value.pattern.prefixes, value })));
    this.#patterns = patterns;
  }

  /** What of a pattern is denied whatever is allowed: for all files, at its priority or over it. `undefined` when the effort is spent. */
  within(pattern: Pattern, allowance: Allowance, effort: Effort): readonly Pattern[] | undefined {
    const { permission, priority, owner } = allowance;
    const key = `${permission} ${String(priority)} ${owner}`;
    const answers = this.#known.get(pattern) ?? new Map<string, readonly Pattern[]>();
    this.#known.set(pattern, answers);
    const known = answers.get(key);
    if (known !== undefined) return known;
    const found = new Set<Pattern>();
    for (const { rule, permissions, pattern: denied } of this.#near.near(pattern.prefixes)) {
      if (effort.left <= 0) return undefined;
      effort.left -= DENIAL_STEPS;
      const isForAll = ownerOf(rule) === 'any' || ownerOf(rule) === owner;
      if (isForAll && permissions.has(permission) && rule.priority >= priority) found.add(denied);
    }
    const answer = found.size === 0 ? [] : [this.#patterns.union([...found])];
    answers.set(key, answer);
    return answer;
  }
}
