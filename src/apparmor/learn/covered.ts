import { type ByteText, compareBytes } from '../../core/byte-text.ts';
import type { FileRule, Rule } from '../language/syntax.ts';
import { bitsOf, type PermissionBits, withImplied } from './permissions.ts';
import type { PatternEngine } from './pattern-engine.ts';

interface CoveringRule {
  readonly rule: FileRule;
  readonly bits: PermissionBits;
  readonly tests: readonly PathTest[];
}

/** A pattern that is compiled when a path begins as it does. */
interface PathTest {
  readonly prefix: ByteText;
  readonly matches: (path: ByteText) => boolean;
}

/** What rules for files that are there say of a path. */
export class CoveringRules {
  readonly #rules: readonly CoveringRule[];

  constructor(rules: readonly Rule[], engine: PatternEngine) {
    this.#rules = rules
      .filter((rule): rule is FileRule => rule.kind === 'file')
      .map((rule) => ({
        rule,
        bits: withImplied(bitsOf(rule.permissions) | (rule.exec === undefined ? 0 : bitsOf(['x']))),
        tests: rule.path === undefined ? [EVERYTHING] : rule.path.expanded.map((pattern) => pathTest(pattern, engine)),
      }));
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
    return this.#rules.filter(
      ({ rule, tests }) =>
        (rule.owner === 'any' || (rule.owner === 'owner') === isOwner) &&
        tests.some(({ prefix, matches }) => path.startsWith(prefix) && matches(path)),
    );
  }
}

const EVERYTHING: PathTest = { prefix: '', matches: () => true };

/** What begins a pattern before anything in it may mean more than itself. */
const LITERAL_START = /^[^*?[\]{}\\"^,]*/;

export function pathTest(pattern: ByteText, engine: PatternEngine): PathTest {
  const [prefix = ''] = LITERAL_START.exec(pattern) ?? [];
  if (prefix === pattern && !pattern.includes('//'))
    return { prefix, matches: (path) => compareBytes(path, pattern) === 0 };
  let test: ((path: ByteText) => boolean) | undefined;
  return {
    // Doubled slashes are one for the parser, so nothing is sure of what begins with them.
    prefix: prefix.includes('//') ? '' : prefix,
    matches: (path) => {
      test ??= engine.compile(pattern) ?? (() => false);
      return test(path);
    },
  };
}
