import { createHash } from 'node:crypto';
import type { CommandChange, FileChange, PackageChange, SysctlChange, UnitChange } from '../../core/change.ts';
import { FreeholdError } from '../../core/error.ts';
import type { PlannedChange } from '../../core/plan.ts';
import { quote, quoteAll } from '../../host/shell/quote.ts';

/** What one step becomes in the scripts: lines of shell, by what they are for. */
export interface StepCode {
  /** Keeps the before-image; a failure refuses the whole run. */
  readonly keep: readonly string[];
  /** What must hold before the step is even begun: one that fails here has nothing to take back. */
  readonly ready: readonly string[];
  /** The command that makes the change. */
  readonly run: string;
  /** Whether the change outlives a reboot, and if so whether the command itself sees to it that it is on the disk. */
  readonly endurance: 'flushed' | 'written' | 'passing';
  /** Notes what the change made of the machine, where that is not known before. */
  readonly record: readonly string[];
  /** Looks whether somebody else has changed it since. */
  readonly check: readonly string[];
  /** The commands that go back, in this order. */
  readonly restore: readonly string[];
  /** What follows when every step is back: programs that must see the old files. */
  readonly settle: readonly string[];
  /** Shell functions that `run` and `restore` call. */
  readonly functions: readonly string[];
  /** The content of after/NUMBER: text, or `null` for "no such file"; `undefined` where it isn't known before. */
  readonly after: string | null | undefined;
}

const NOTHING = {
  keep: [],
  ready: [],
  record: [],
  check: [],
  restore: [],
  settle: [],
  functions: [],
  after: undefined,
} as const;
const OCTAL = 8;

/** Which step this is. */
export interface StepPlace {
  /** Its place in the plan, from 1, which also names its images. */
  readonly number: string;
  /** What the plan was made from; see {@link PlanStep}. */
  readonly before: string | null;
  /** The images that the plan's steps make of each file: what one made is not somebody else's doing for another. */
  readonly imagesOf: ReadonlyMap<string, readonly string[]>;
}

/** The files and folders that a change writes, with the number of their images. */
export function imagesOf(change: PlannedChange, number: string): readonly (readonly [path: string, image: string])[] {
  if (change.kind === 'file') return [[change.path, number]];
  if (change.kind !== 'command') return [];
  return [...change.touches, ...(change.touchesFolders ?? [])].map(
    (path, index) => [path, `${number}.${String(index + 1)}`] as const,
  );
}

/** Compiles one change. Throws for a path that no change may have. */
export function stepCode(change: PlannedChange, place: StepPlace): StepCode {
  const { number } = place;
  switch (change.kind) {
    case 'file':
      return fileCode(change, place);
    case 'sysctl':
      return sysctlCode(change, number);
    case 'unit':
      return unitCode(change, number);
    case 'package':
      return packageCode(change, number);
    case 'command':
      return commandCode(change, place);
  }
}

/** The arguments that name a file: its image, its path, and the images that other steps make of it. */
function fileWords(path: string, image: string, place: StepPlace): { readonly name: string; readonly others: string } {
  requirePlainPath(path);
  const others = (place.imagesOf.get(path) ?? []).filter((other) => other !== image);
  return { name: `${image} ${quote(path)}`, others: others.map((other) => ` ${other}`).join('') };
}

/** The scripts' own lists have one path a line, and a way upwards would lead out of what was checked. */
function requirePlainPath(path: string): void {
  if (
    /^\/[^\p{Cc}]+$/u.test(path) &&
    !path
      .split('/')
      .slice(1)
      .some((part) => ['', '.', '..'].includes(part))
  )
    return;
  const message = `No change may be made to ${JSON.stringify(path)}.`;
  const hint = 'Paths are absolute, without empty parts, `.`, `..` and control characters.';
  throw new FreeholdError('usage', [{ code: 'plan/path', level: 'error', message, hint }]);
}

function fileCode({ path, content, created }: FileChange, place: StepPlace): StepCode {
  const { name, others } = fileWords(path, place.number, place);
  const attributes = `${created.mode.toString(OCTAL)} ${quote(created.owner)} ${quote(created.group)}`;
  const checksum = place.before === null ? '' : ` ${createHash('sha256').update(place.before).digest('hex')}`;
  return {
    ...NOTHING,
    keep: [`keep_file ${name}${checksum}`],
    ready: [`may_change ${name}${others}`],
    run: content === null ? `remove_file ${name}${others}` : `write_file ${name} ${attributes}${others}`,
    endurance: 'flushed',
    check: [`check_file ${name}${others}`],
    restore: [`restore_written ${name}${others}`],
    after: content,
  };
}

function sysctlCode({ path, value, alsoChanges, irreversible }: SysctlChange, number: string): StepCode {
  for (const one of [path, ...alsoChanges]) requirePlainPath(one);
  const patterns = quoteAll([path, ...alsoChanges]);
  return {
    ...NOTHING,
    keep: [`keep_values ${number} ${patterns}`],
    run: `write_value ${number} ${quote(path)} ${quote(value)}`,
    endurance: 'passing',
    record: [`note_values ${number} ${patterns}`],
    check: [`check_values ${number}`],
    restore: [`${irreversible === undefined ? '' : 'if_possible '}restore_values ${number}`],
  };
}

function unitCode({ name, action }: UnitChange, number: string): StepCode {
  return {
    ...NOTHING,
    keep: [`keep_unit ${number} ${quote(name)}`],
    run: `change_unit ${action} ${quote(name)}`,
    endurance: 'written',
    restore: [`restore_unit ${number} ${quote(name)}`],
    settle: [`restore_activity ${number} ${action} ${quote(name)}`],
  };
}

function packageCode({ name, action, version }: PackageChange, number: string): StepCode {
  const wanted = version === undefined ? name : `${name}=${version}`;
  return {
    ...NOTHING,
    keep: [`keep_packages ${number}`],
    run: `change_package ${number} ${action} ${quote(action === 'install' ? wanted : name)}`,
    endurance: 'written',
    restore: [`restore_packages ${number}`],
  };
}

function commandCode(change: CommandChange, place: StepPlace): StepCode {
  const { number } = place;
  const { run, undo, unless, touches, settle } = change;
  const kept = imagesOf(change, number).map(([path, image], index) => {
    return { ...fileWords(path, image, place), words: index < touches.length ? FILE_WORDS : FOLDER_WORDS };
  });
  const skip =
    unless === undefined
      ? []
      : [`  if ${quoteAll(unless)} </dev/null >/dev/null 2>&1; then skip ${number} && return; fi`];
  return {
    ...NOTHING,
    keep: kept.map(({ name, words }) => `${words.keep} ${name}`),
    run: `command_${number}`,
    endurance: 'written',
    check: kept.map(({ name, others, words }) => `${words.check} ${name}${others}`),
    restore: [
      ...(undo === null ? [] : [`undo_command ${number} ${quoteAll(undo)}`]),
      ...kept.map(({ name, others, words }) => `${words.restore} ${name}${others}`),
    ],
    ...(settle !== undefined && { settle: [`logged ${quoteAll(settle)}`] }),
    functions: [
      `command_${number}() {`,
      ...skip,
      `  logged ${quoteAll(run)}${kept.length === 0 ? '' : ' &&'}`,
      ...kept.map(({ name, words }, index) => `    ${words.note} ${name}${index === kept.length - 1 ? '' : ' &&'}`),
      '}',
    ],
  };
}

/** The shell functions that keep what a command rewrites. */
const FILE_WORDS = { keep: 'keep_file', note: 'note_file', check: 'check_file', restore: 'restore_file' } as const;
const FOLDER_WORDS = {
  keep: 'keep_folder',
  note: 'note_folder',
  check: 'check_kept_folder',
  restore: 'restore_folder',
} as const;
