import { compareBytes } from '../conf-directory/order.ts';
import type { BootParameter } from '../boot-parameters.ts';
import { commandLineAssignments, type PlacedAssignment, placedAssignments } from './assignments.ts';
import { type BootValue, simulateBoot } from './next-boot.ts';
import type { SysctlState } from './state.ts';

/** What can be said of a key's value after the next boot. */
export type NextBoot =
  | ({ readonly kind: 'set' } & BootValue)
  /** No file and no boot parameter names it: whatever the kernel starts with. */
  | { readonly kind: 'kernel-default' }
  | { readonly kind: 'unknown'; readonly reason: string };

/** The boot command line that `sysctl.*` parameters are taken from, and where it stands. */
export interface CommandLine {
  readonly parameters: readonly BootParameter[];
  readonly file: string;
  /** Why this need not be the next boot's: what it sets is then not known to stay. */
  readonly doubt?: string;
}

/** The next boot as a question per key; `extra` are assignments of one more file, to see what writing it would give. */
export interface BootOutlook {
  of(path: string): NextBoot;
  with(file: string, change: FileEdit): BootOutlook;
}

/** Lines of a file that go and assignments that come. */
export interface FileEdit {
  readonly removedLines: ReadonlySet<number>;
  readonly added: readonly { readonly path: string; readonly value: string }[];
}

export function bootOutlook(state: SysctlState, commandLine: CommandLine): BootOutlook {
  const assignments = placedAssignments(state.files).assignments;
  return outlook({ state, commandLine, assignments, order: state.files.map((file) => file.path) });
}

interface OutlookInput {
  readonly state: SysctlState;
  readonly commandLine: CommandLine;
  readonly assignments: readonly PlacedAssignment[];
  /** File paths in the order they are read. */
  readonly order: readonly string[];
}

function outlook(input: OutlookInput): BootOutlook {
  const { state, order } = input;
  const general = generalDoubt(state);
  const current = new Map(
    Object.entries(state.values).flatMap(([path, value]) => (value.kind === 'value' ? [[path, value.text]] : [])),
  );
  const values =
    general === undefined
      ? simulateBoot({
          commandLine: commandLineAssignments(input.commandLine.parameters, input.commandLine.file),
          assignments: input.assignments,
          keys: Object.keys(state.values),
          interfaces: state.interfaces,
          current,
        })
      : new Map<string, BootValue>();
  const unreadable = state.files.flatMap((file) =>
    file.content.kind === 'unreadable' ? [{ index: order.indexOf(file.path), reason: file.content.reason }] : [],
  );
  return {
    of(path) {
      if (general !== undefined) return { kind: 'unknown', reason: general };
      const value = values.get(path);
      const isSafe = value?.isExplicit === true;
      const decided = isSafe ? order.indexOf(value.where.path) : -1;
      const doubt = unreadable.find((file) => file.index > decided);
      if (doubt !== undefined) return { kind: 'unknown', reason: `${doubt.reason}: it may set this key` };
      if (value === undefined) return { kind: 'kernel-default' };
      const { file, doubt: lineDoubt } = input.commandLine;
      if (value.where.path === file && lineDoubt !== undefined) return { kind: 'unknown', reason: lineDoubt };
      return { kind: 'set', ...value };
    },
    with(file, edit) {
      return outlook({ ...input, ...edited(input, file, edit) });
    },
  };
}

function generalDoubt(state: SysctlState): string | undefined {
  if (state.loader.kind !== 'systemd-sysctl') return state.loader.reason;
  return state.unlisted[0]?.reason;
}

function edited(input: OutlookInput, file: string, edit: FileEdit): Pick<OutlookInput, 'assignments' | 'order'> {
  // Ours stands in /etc, which hides its namesakes elsewhere.
  const others = input.order.filter((path) => fileName(path) !== fileName(file));
  const order = [...others, file].sort((a, b) => compareBytes(fileName(a), fileName(b)));
  const position = new Map(order.map((path, index) => [path, index]));
  const kept = input.assignments.filter(
    (one) => position.has(one.file) && !(one.file === file && edit.removedLines.has(one.line)),
  );
  const added = edit.added.map((one) => ({ ...one, line: Number.MAX_SAFE_INTEGER, file }));
  const indexOf = (one: PlacedAssignment): number => position.get(one.file) ?? 0;
  return { order, assignments: [...kept, ...added].sort((a, b) => indexOf(a) - indexOf(b)) };
}

function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
