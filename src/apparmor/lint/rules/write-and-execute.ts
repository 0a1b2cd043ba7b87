import { shown } from '../../../core/byte-text.ts';
import type { FilePermission } from '../../access.ts';
import { matches } from '../../pattern/pattern.ts';
import { allowing, deniedPatterns, type LintContext, type PreparedRule, reportOn } from '../context.ts';
import { patternOf } from '../known-places.ts';
import type { LintRule } from '../lint-rule.ts';
import type { Report } from '../report.ts';
import { attack, manual } from '../references.ts';

/** Nobody runs a folder. */
const FOLDERS = patternOf(['/{,**/}']);

export const writeAndExecute: LintRule = {
  id: 'write-and-execute',
  title: 'A file may be written and executed',
  severity: 'high',
  why: 'Whoever takes over the program writes a program or library of their own there and runs it: nothing that the profile says about installed programs holds any more.',
  safer:
    'Let each path be either written (`rw`) or mapped and executed (`mr`, `ix`): narrow one of the two rules, or add `deny PATH mx,`.',
  references: [manual('Access Modes'), attack('T1204.002', 'User Execution: Malicious File')],
  check: (context) => {
    // A rule that is wide enough for both says it once, and not with every rule that it meets.
    const alone = allowing(context, 'w', 'a').flatMap((writing) => {
      const [report] = checkOne(context, writing, ({ rule }) => rule === writing.rule);
      return report === undefined ? [] : [{ rule: writing.rule, report }];
    });
    const wide = new Set(alone.map(({ rule }) => rule));
    const pairs = allowing(context, 'w', 'a')
      .filter(({ rule }) => !wide.has(rule))
      .flatMap((writing) => checkOne(context, writing, ({ rule }) => !wide.has(rule)));
    return [...alone.map(({ report }) => report), ...pairs];
  },
};

const WAYS: readonly Way[] = [
  { permission: 'x', word: 'execute' },
  { permission: 'm', word: 'map as code' },
];

interface Way {
  readonly permission: FilePermission;
  readonly word: string;
}

type Choice = (one: PreparedRule) => boolean;

/** At most one report: what may be executed as well as mapped is said once. */
function checkOne(context: LintContext, writing: PreparedRule, isChosen: Choice): readonly Report[] {
  return WAYS.flatMap((way) => checkWay(context, writing, { ...way, isChosen })).slice(0, 1);
}

function checkWay(
  context: LintContext,
  writing: PreparedRule,
  { permission, word, isChosen }: Way & { readonly isChosen: Choice },
): readonly Report[] {
  const executing = allowing(context, permission).filter(isChosen);
  if (executing.length === 0) return [];
  // A denial counts only where it holds for each of the rules.
  const denied = executing
    .map(({ rule }) => deniedPatterns(context, permission, rule))
    .reduce((least, one) => (one.length < least.length ? one : least));
  const found = context.patterns.find({
    inAll: [writing.pattern, context.patterns.union(executing.map(({ pattern }) => pattern))],
    inNone: [FOLDERS, ...deniedPatterns(context, 'w', writing.rule), ...denied],
  });
  if (found.kind === 'none') return [];
  if (found.kind === 'unknown') {
    const what = `it is not known whether what it writes may be executed: ${found.reason}`;
    return [reportOn(writing.rule, what, { severity: 'low' })];
  }
  const other = executing.find(({ pattern }) => matches(pattern, found.text));
  if (other === undefined || other.rule === writing.rule)
    return [reportOn(writing.rule, `allows to write ${shown(found.text)} and to ${word} it`)];
  const where = `${other.rule.place.path}:${other.rule.place.line} (${other.rule.text})`;
  return [reportOn(writing.rule, `allows to write ${shown(found.text)}, which ${where} allows to ${word}`)];
}
