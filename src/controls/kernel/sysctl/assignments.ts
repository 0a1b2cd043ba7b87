import type { Location } from '../../../core/finding.ts';
import type { BootParameter } from '../boot-parameters.ts';
import { type Assignment, parseConfFile } from './conf-file.ts';
import { sysctlPath } from './key.ts';
import type { ConfFileState } from '../conf-directory/state.ts';

/** An assignment with the file it stands in; the boot command line counts as one. */
export interface PlacedAssignment extends Assignment {
  readonly file: string;
}

export interface FileProblem extends Location {
  readonly problem: 'not-an-assignment' | 'line-too-long' | 'unreadable';
}

/** All assignments in the order in which systemd-sysctl reads them, and what it passes over. */
export function placedAssignments(files: readonly ConfFileState[]): {
  readonly assignments: readonly PlacedAssignment[];
  readonly problems: readonly FileProblem[];
} {
  const assignments: PlacedAssignment[] = [];
  const problems: FileProblem[] = [];
  for (const file of files) {
    if (file.content.kind === 'unreadable') problems.push({ path: file.path, problem: 'unreadable' });
    if (file.content.kind !== 'text') continue;
    const parsed = parseConfFile(file.content.text);
    for (const assignment of parsed.assignments) assignments.push({ ...assignment, file: file.path });
    for (const { line, problem } of parsed.problems) problems.push({ path: file.path, line, problem });
  }
  return { assignments, problems };
}

/** Names that the kernel takes without the `sysctl.` in front (sysctl_aliases in fs/proc/proc_sysctl.c). */
const COMMAND_LINE_ALIASES: ReadonlyMap<string, string> = new Map([
  ['hardlockup_all_cpu_backtrace', 'kernel/hardlockup_all_cpu_backtrace'],
  ['hung_task_panic', 'kernel/hung_task_panic'],
  ['numa_zonelist_order', 'vm/numa_zonelist_order'],
  ['softlockup_all_cpu_backtrace', 'kernel/softlockup_all_cpu_backtrace'],
]);

/**
 * `sysctl.*` parameters of a boot command line, which the kernel sets before init runs: every dot of the name is a
 * separator there, later ones win (kernel-parameters.txt, `sysctl.*=`; process_sysctl_arg() in fs/proc/proc_sysctl.c).
 */
export function commandLineAssignments(
  parameters: readonly BootParameter[],
  file: string,
): readonly PlacedAssignment[] {
  return parameters.flatMap(({ name, value }) => {
    const path = /^sysctl[./]/.test(name)
      ? sysctlPath(name.slice('sysctl.'.length).replaceAll('.', '/'))
      : COMMAND_LINE_ALIASES.get(name);
    return path === undefined || value === null ? [] : [{ path, value, line: 1, file }];
  });
}
