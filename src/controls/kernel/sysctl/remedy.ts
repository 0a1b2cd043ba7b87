import type { LinesChange, SysctlChange } from '../../../core/change.ts';
import { describeLocation } from '../../../core/describe.ts';
import type { Remedy } from '../../../core/finding.ts';
import { remedyAtRest } from '../remedy-at-rest.ts';
import { type Assessment, interfacesOf, type JudgedInterface, type WeakInterface } from './assess.ts';
import type { BootOutlook, NextBoot } from './boot-outlook.ts';
import { parseConfFile } from './conf-file.ts';
import { effectiveValue } from './effective.ts';
import { ANY_OTHER_INTERFACE } from './expected-interfaces.ts';
import { alsoChangedBy, effectsOf } from './kernel-effects.ts';
import { sysctlKey } from './key.ts';
import { confPath, confScope } from './scope.ts';
import type { SysctlState } from './state.ts';
import { normalizeValue, satisfies } from './value.ts';
import type { WishedSysctl } from './wish.ts';

const HEADER = [
  '# Kernel parameters kept by Freehold (https://www.freedesktop.org/software/systemd/man/sysctl.d.html for the format).',
  '# Change the blueprint rather than this file; `freehold rollback` takes back what the last run wrote.',
] as const;

export interface RemedyInput {
  readonly state: SysctlState;
  readonly outlook: BootOutlook;
  /** The file our settings go to. */
  readonly file: string;
  /** Of every wish: mending one key must not spoil another. */
  readonly assessments: readonly Assessment[];
  readonly failing: readonly Assessment[];
}

/** What would make each failing key right, by its path. */
export function sysctlRemedies(input: RemedyInput): ReadonlyMap<string, Remedy> {
  const { state, assessments } = input;
  const own = ownLines(state, input.file);
  const persisted = input.failing.filter((one) => !one.isNextRight);
  const replaced = new Set(persisted.flatMap((one) => own.filter((line) => line.path === one.wished.path)));
  const after = input.outlook.with(input.file, {
    removedLines: new Set([...replaced].map((line) => line.line)),
    added: persisted.map(({ wished }) => ({ path: wished.path, value: wished.wish.value })),
  });
  const wishes = new Map(assessments.map(({ wished }) => [wished.path, wished.wish.value]));
  const wishedPaths = new Set(wishes.keys());
  const interfaces = assessments.flatMap(({ wished }) =>
    interfacesOf(wished, { state, wishedPaths }).map((one) => ({ ...one, wished })),
  );
  const context: Context = { ...input, own, after, wishes, interfaces };
  return new Map(input.failing.map((assessment) => [assessment.wished.path, remedyFor(assessment, context)]));
}

interface Context extends RemedyInput {
  readonly own: readonly OwnLine[];
  /** The next boot once every failing key has its line in our file. */
  readonly after: BootOutlook;
  /** The wished values, by path. */
  readonly wishes: ReadonlyMap<string, string>;
  /** The interfaces that wishes for conf/all are wishes for as well. */
  readonly interfaces: readonly (JudgedInterface & { readonly wished: WishedSysctl })[];
}

function remedyFor(assessment: Assessment, context: Context): Remedy {
  const { wished } = assessment;
  const next = context.after.of(wished.path);
  if (!isRight(wished, next)) return manual(wayOut(next, context.file));
  const isLocked = isLockedUntilReboot(assessment);
  if (isLocked && assessment.isNextRight) return { kind: 'reboot' };
  const stubborn = assessment.weakInterfaces.find((one) => one.when === 'next boot');
  if (stubborn?.name === ANY_OTHER_INTERFACE) return remedyAtRest(inheritedRemedy(assessment, stubborn, context));
  if (stubborn !== undefined) {
    return manual(`${decider(stubborn.next)} sets ${sysctlKey(stubborn.path)} at the next boot: change it there.`);
  }
  const changes = [
    ...(assessment.isNextRight ? [] : [lineFor(wished, context)]),
    ...(assessment.isNowRight || isLocked ? [] : writesFor(wished, context)),
    ...assessment.weakInterfaces.map(({ path }) => write(path, wished)),
  ];
  const remedy: Remedy = { kind: 'changes', changes };
  return assessment.now.kind === 'not-running' ? remedyAtRest(remedy) : remedy;
}

/** What counts on interfaces that no file names comes from conf/default. */
function inheritedRemedy({ wished, isNextRight }: Assessment, weak: WeakInterface, context: Context): Remedy {
  const conf = confScope(weak.path);
  const path = conf === undefined ? weak.path : confPath({ ...conf, scope: 'default' });
  const key = sysctlKey(path);
  if (weak.next.kind === 'set') {
    return manual(`${decider(weak.next)} decides for ${weak.name}: see that ${key} is ${wished.wish.value} after it.`);
  }
  const inherited = lineFor({ ...wished, key, path }, context);
  return { kind: 'changes', changes: isNextRight ? [inherited] : [lineFor(wished, context), inherited] };
}

function manual(instruction: string): Remedy {
  return { kind: 'manual', instruction };
}

function isRight(wished: WishedSysctl, next: NextBoot): boolean {
  return next.kind === 'set' && isRightValue(wished, next.value);
}

/** A value that the kernel takes once and never gives back: all that can be done now is for the next boot. */
function isLockedUntilReboot({ wished, now, isNowRight }: Assessment): boolean {
  return !isNowRight && now.kind === 'value' && wished.knowledge?.writeOnce?.values.includes(now.text) === true;
}

/** Why a line in our file would not decide, and what a person can do about it. */
function wayOut(next: NextBoot, file: string): string {
  if (next.kind !== 'set') return next.kind === 'unknown' ? next.reason : `A line in ${file} would not take effect.`;
  return (
    `${decider(next)} would still set ${next.value} after ${file}: ` +
    `change that line, or let the blueprint name a file that is read later (kernel.file).`
  );
}

function decider(next: NextBoot): string {
  return next.kind === 'set' ? describeLocation(next.where) : 'Nothing';
}

interface OwnLine {
  readonly path: string;
  readonly line: number;
  /** The line as it stands in the file. */
  readonly text: string;
}

/** Only lines that say the same taken alone: where line ends are mixed, an editor counts otherwise than systemd. */
function ownLines(state: SysctlState, file: string): readonly OwnLine[] {
  const content = state.files.find((one) => one.path === file)?.content;
  if (content?.kind !== 'text') return [];
  const texts = content.text.split('\n');
  return parseConfFile(content.text).assignments.flatMap(({ path, line }) => {
    const text = texts[line - 1] ?? '';
    const alone = parseConfFile(text).assignments;
    return alone.length === 1 && alone[0]?.path === path ? [{ path, line, text }] : [];
  });
}

function lineFor(wished: WishedSysctl, { file, own }: Context): LinesChange {
  return {
    kind: 'lines',
    path: file,
    remove: own.filter((line) => line.path === wished.path).map((line) => line.text),
    add: [`${wished.key} = ${wished.wish.value}`],
    header: HEADER,
    created: { mode: 0o644, owner: 'root', group: 'root' },
  };
}

/** Writes the key, and puts right again what the kernel changes along with it against other wishes. */
function writesFor(wished: WishedSysctl, context: Context): readonly SysctlChange[] {
  const { state, assessments } = context;
  const now = state.values[wished.path];
  const previous = now?.kind === 'value' ? now.text : undefined;
  if (previous === undefined) return [];
  const effects = effectsOf(wished.path, wished.wish.value, { interfaces: state.interfaces, previous });
  if (effects.length === 0) return [write(wished.path, wished)];
  const spoiled = assessments.filter(({ wished: other }) =>
    effects.some(({ path, value }) => path === other.path && !isRightValue(other, value)),
  );
  return [
    write(wished.path, wished),
    ...spoiled.map(({ wished: other }) => write(other.path, other)),
    ...spoiledInterfaces(
      [[wished.path, wished.wish.value], ...effects.map(({ path, value }) => [path, value] as const)],
      context,
    ),
  ];
}

/**
 * Interfaces on which another value would count once these are written, although nobody touches their own: whether
 * redirects are accepted, for one, is decided in another way where packets are no longer forwarded.
 */
function spoiledInterfaces(
  written: readonly (readonly [string, string])[],
  { state, wishes, interfaces }: Context,
): readonly SysctlChange[] {
  const after = new Map(written);
  const valueOf = (path: string): string | undefined => {
    const current = state.values[path];
    return wishes.get(path) ?? after.get(path) ?? (current?.kind === 'value' ? current.text : undefined);
  };
  return interfaces.flatMap(({ own, path, rule, wished }) => {
    const effective = effectiveValue(own, rule, valueOf);
    return effective === undefined || isRightValue(wished, effective) ? [] : [write(path, wished)];
  });
}

function isRightValue({ wish, knowledge }: WishedSysctl, value: string): boolean {
  return satisfies(value, wish.value, knowledge?.order);
}

function write(path: string, { wish, knowledge }: WishedSysctl): SysctlChange {
  const once = knowledge?.writeOnce;
  return {
    kind: 'sysctl',
    key: sysctlKey(path),
    path: `/proc/sys/${path}`,
    // As the kernel reads it back, so that the transaction can compare.
    value: normalizeValue(wish.value),
    alsoChanges: alsoChangedBy(path).map((one) => `/proc/sys/${one}`),
    ...(once?.values.includes(wish.value) === true && { irreversible: once.reason }),
  };
}
