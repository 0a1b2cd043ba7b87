import { type ByteText, shown } from '../../../core/byte-text.ts';
import type { FilePermission } from '../../access.ts';
import { Neighbours } from '../../pattern/neighbours.ts';
import { matches, type Pattern } from '../../pattern/pattern.ts';
import { allowing, findPath, type LintContext, reportOn } from '../context.ts';
import { type Allowance, allowanceOf } from '../denials.ts';
import type { PreparedRule } from '../prepared-rule.ts';
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
    const writing = allowing(context, 'w', 'a');
    // A rule that is wide enough for both says it once, and not with every rule that it meets.
    const alone = writing.flatMap((one) => {
      const [report] = WAYS.flatMap((way) =>
        one.permissions.has(way.permission) ? checkWay(context, one, executionBy([one], way, context)) : [],
      );
      return report === undefined ? [] : [{ rule: one.rule, report }];
    });
    const wide = new Set(alone.map(({ rule }) => rule));
    const rest = context.allowed.filter(({ rule }) => !wide.has(rule));
    const executions = WAYS.flatMap((way) => {
      const executing = allowing({ allowed: rest }, way.permission);
      return executing.length === 0 ? [] : [executionBy(executing, way, context)];
    });
    const pairs = writing
      .filter(({ rule }) => !wide.has(rule))
      // What may be executed as well as mapped is said once.
      .flatMap((one) => executions.flatMap((execution) => checkWay(context, one, execution)).slice(0, 1));
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

/** What rules let be executed in one way. */
interface Execution {
  readonly way: Way;
  readonly executing: Neighbours<PreparedRule>;
  /** A denial counts only where it holds for each of the rules. */
  readonly allowance: Allowance;
  readonly pattern: Pattern;
}

function executionBy(executing: readonly PreparedRule[], way: Way, { patterns }: LintContext): Execution {
  return {
    way,
    executing: new Neighbours(executing.map((value) => ({ prefixes: value.pattern.prefixes, value }))),
    allowance: allowanceOf(
      way.permission,
      executing.map(({ rule }) => rule),
    ),
    pattern: patterns.union(executing.map(({ pattern }) => pattern)),
  };
}

function checkWay(context: LintContext, writing: PreparedRule, execution: Execution): readonly Report[] {
  const { way, executing, allowance, pattern } = execution;
  const found = findPath(context, writing.rule, {
    inAll: [writing.pattern, pattern],
    inNone: [FOLDERS],
    allowances: [allowanceOf('w', [writing.rule]), allowance],
  });
  if (found.kind === 'none') return [];
  if (found.kind === 'unknown') {
    const what = `it is not known whether what it writes may be executed: ${found.reason}`;
    return [reportOn(writing.rule, what, { severity: 'low' })];
  }
  const other = matching(executing, found.text);
  if (other === undefined || other.rule === writing.rule)
    return [reportOn(writing.rule, `allows to write ${shown(found.text)} and to ${way.word} it`)];
  const where = `${other.rule.place.path}:${other.rule.place.line} (${other.rule.text})`;
  return [reportOn(writing.rule, `allows to write ${shown(found.text)}, which ${where} allows to ${way.word}`)];
}

/** The one that begins most as the path does. */
function matching(rules: Neighbours<PreparedRule>, path: ByteText): PreparedRule | undefined {
  for (const one of rules.before(path)) if (matches(one.pattern, path)) return one;
  return undefined;
}
