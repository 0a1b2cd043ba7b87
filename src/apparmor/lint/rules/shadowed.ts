import { ownerOf } from '../../granted.ts';
import type { ByteText } from '../../../core/byte-text.ts';
import { Neighbours } from '../../pattern/neighbours.ts';
import { literalPrefix, literalSuffix, literalText, matches } from '../../pattern/pattern.ts';
import { type LintContext, reportOn } from '../context.ts';
import type { PreparedRule } from '../prepared-rule.ts';
import type { LintRule } from '../lint-rule.ts';
import type { Report } from '../report.ts';
import { manual } from '../references.ts';

export const shadowed: LintRule = {
  id: 'shadowed',
  title: 'Another rule allows all of it already',
  severity: 'info',
  why: 'A rule that changes nothing hides what the profile really allows: whoever takes it out believes that something is forbidden now.',
  safer: 'Take out the one of the two that is not meant.',
  references: [manual('Rule semantics')],
  check: (context) => [...checkAll(context.allowed, context), ...checkAll(context.denied, context)],
};

function checkAll(rules: readonly PreparedRule[], context: LintContext): readonly Report[] {
  const wider = new Wider(rules);
  return rules.flatMap((one) => {
    // What an include brings is as it is.
    if (one.rule.place.includedFrom.length > 0 || one.rule.place.path !== context.profile.place.path) return [];
    const by = coveredBy(one, wider, context);
    if (by === undefined) return [];
    const { path, line } = by.rule.place;
    return [reportOn(one.rule, `changes nothing: ${by.rule.text} (${path}:${line}) says all of it`)];
  });
}

/** Rules by what can be told of what they cover: the one text that they match, or how all begins that they match. */
class Wider {
  readonly order: ReadonlyMap<PreparedRule, number>;
  readonly #globs = new Neighbours<PreparedRule>();
  readonly #byText = new Map<ByteText, PreparedRule[]>();

  constructor(rules: readonly PreparedRule[]) {
    this.order = new Map(rules.map((one, index) => [one, index]));
    for (const one of rules) {
      const text = literalText(one.pattern);
      const same = text === undefined ? undefined : this.#byText.get(text);
      if (text === undefined) this.#globs.add([literalPrefix(one.pattern)], one);
      else if (same === undefined) this.#byText.set(text, [one]);
      else same.push(one);
    }
  }

  *than({ pattern }: PreparedRule): Generator<PreparedRule> {
    const text = literalText(pattern);
    if (text !== undefined) yield* this.#byText.get(text) ?? [];
    yield* this.#globs.before(literalPrefix(pattern));
  }
}

/** What it takes to tell most pairs apart. */
const PAIR_STEPS = 10;

function coveredBy(one: PreparedRule, wider: Wider, context: LintContext): PreparedRule | undefined {
  const isEarlier = (other: PreparedRule): boolean => (wider.order.get(other) ?? 0) < (wider.order.get(one) ?? 0);
  for (const other of wider.than(one)) {
    if (other === one) continue;
    context.effort.left -= PAIR_STEPS;
    const isCovered = covers(other, one, context);
    // Of two that say the same the later one changes nothing.
    const isTaken = isCovered === true && (isEarlier(other) || covers(one, other, context) === false);
    if (isTaken) return other;
    if (isCovered !== undefined && context.effort.left > 0) continue;
    context.notCompared.add(one.rule);
    return undefined;
  }
  return undefined;
}

/** `undefined` where the effort is spent. */
function covers(wide: PreparedRule, narrow: PreparedRule, { patterns, effort }: LintContext): boolean | undefined {
  const [a, b] = [wide.rule, narrow.rule];
  if (a.kind !== 'file' || b.kind !== 'file') return false;
  const isSame = a.priority === b.priority && a.isAudited === b.isAudited && a.effect === b.effect;
  if (!isSame || (ownerOf(a) !== 'any' && ownerOf(a) !== ownerOf(b))) return false;
  // An exact path may be there to say how to execute.
  if (b.exec !== undefined && JSON.stringify(a.exec) !== JSON.stringify(b.exec)) return false;
  if (![...narrow.permissions].every((permission) => wide.permissions.has(permission))) return false;
  if (wide.pattern === narrow.pattern) return true;
  if (!literalPrefix(narrow.pattern).startsWith(literalPrefix(wide.pattern))) return false;
  if (!literalSuffix(narrow.pattern).endsWith(literalSuffix(wide.pattern))) return false;
  const text = literalText(narrow.pattern);
  if (text !== undefined) {
    const isMatch = matches(wide.pattern, text);
    effort.left -= text.length + wide.pattern.automaton.takeWork();
    return isMatch;
  }
  const inclusion = patterns.includes(wide.pattern, narrow.pattern, effort);
  return inclusion.kind === 'unknown' && inclusion.isSpent === true ? undefined : inclusion.kind === 'included';
}
