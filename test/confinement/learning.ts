import type { ByteText } from '../../src/core/byte-text.ts';
import type { FilePermission } from '../../src/apparmor/access.ts';
import type { ExecTransition, FileRule, Profile, Rule, RulePlace } from '../../src/apparmor/language/syntax.ts';
import type { AccessEvent } from '../../src/apparmor/log/event.ts';
import { sensitivePaths } from '../../src/apparmor/sensitive-paths.ts';
import { learn } from '../../src/apparmor/learn/learn.ts';
import type { LearnInput } from '../../src/apparmor/learn/learn-input.ts';
import { DEFAULT_MEASURES } from '../../src/apparmor/learn/measures.ts';
import { Observations, type RunRule } from '../../src/apparmor/learn/observations.ts';
import { PatternEngine } from '../../src/apparmor/learn/pattern-engine.ts';
import type { Learned } from '../../src/apparmor/learn/result.ts';

/* What the tests of learning build logs and profiles with. */

export const LABEL = 'office';
const PROGRAM = '/usr/lib/office/program/office.bin';

export function access(name: ByteText, more: Partial<AccessEvent> = {}): AccessEvent {
  return {
    verdict: 'ALLOWED',
    operation: 'open',
    class: 'file',
    profile: LABEL,
    name,
    requested: 'r',
    denied: more.requested ?? 'r',
    isOwner: false,
    isDisconnected: false,
    fields: {},
    ...more,
  };
}

export function exec(name: ByteText, more: Partial<AccessEvent> = {}): AccessEvent {
  const profile = more.profile ?? LABEL;
  return access(name, { operation: 'exec', requested: 'x', target: `${profile}//null-${name}`, ...more });
}

export type Runs = Readonly<Record<string, readonly AccessEvent[]>>;

export function observe(runs: Runs, rule: RunRule = { kind: 'files' }): ReturnType<Observations['cut']> {
  const observations = new Observations();
  for (const [name, events] of Object.entries(runs)) {
    const { event: take } = observations.source(name);
    for (const event of events) take(event);
  }
  return observations.cut(rule);
}

export function learnRuns(runs: Runs, more: Partial<LearnInput> = {}): Learned {
  return learn({
    label: LABEL,
    program: PROGRAM,
    profile: undefined,
    observed: observe(runs),
    abstractions: [],
    profileFor: () => undefined,
    engine: new PatternEngine(),
    sensitivePaths: sensitivePaths(),
    measures: DEFAULT_MEASURES,
    vocabulary: { hasTunables: true },
    dialect: '3.0',
    allowedExecs: new Set(),
    allowedSensitive: new Set(),
    ...more,
  });
}

/** The same names in all of several runs. */
export function everyRun(events: readonly AccessEvent[], runs = 3): Runs {
  return Object.fromEntries(Array.from({ length: runs }, (_, run) => [`run-${String(run)}`, events]));
}

export function texts(learned: Learned, label: ByteText = LABEL): readonly ByteText[] {
  return learned.blocks.find((block) => block.label === label)?.rules.map(({ text }) => text) ?? [];
}

export function placeAt(line: number, endLine = line): RulePlace {
  return { path: 'office', line, endLine, includedFrom: [] };
}

export interface FileRuleWish {
  readonly path: ByteText;
  readonly permissions: readonly FilePermission[];
  readonly line?: number;
  readonly effect?: 'allow' | 'deny';
  readonly owner?: FileRule['owner'];
  readonly exec?: ExecTransition;
}

export function fileRule({
  path,
  permissions,
  line = 1,
  effect = 'allow',
  owner = 'any',
  exec: transition,
}: FileRuleWish): FileRule {
  return {
    kind: 'file',
    place: placeAt(line),
    text: `${path} ${permissions.join('')},`,
    isAudited: false,
    effect,
    priority: 0,
    path: { written: path, expanded: [path] },
    owner,
    permissions,
    ...(transition !== undefined && { exec: transition }),
  };
}

export function profileOf(rules: readonly Rule[], more: Partial<Profile> = {}): Profile {
  return {
    kind: 'profile',
    name: LABEL,
    flags: [],
    xattrs: {},
    place: placeAt(1, rules.length + 2),
    rules,
    includes: [],
    children: [],
    ...more,
  };
}
