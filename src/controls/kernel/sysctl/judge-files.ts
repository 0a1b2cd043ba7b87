import type { Finding } from '../../../core/finding.ts';
import { type FileProblem, placedAssignments } from './assignments.ts';
import type { SysctlState } from './state.ts';

const WHAT: Readonly<Record<FileProblem['problem'], string>> = {
  'not-an-assignment': 'is not an assignment and is ignored',
  'line-too-long': 'is too long: this line and all that follow are ignored',
  unreadable: 'could not be read',
};

/** Whether systemd-sysctl takes every line of the files it reads: an ignored line is a setting that somebody believes in. */
export function judgeSysctlFiles(state: SysctlState): readonly Finding[] {
  if (state.loader.kind !== 'systemd-sysctl') return [];
  const { problems } = placedAssignments(state.files);
  const isUnreadable = ({ problem }: FileProblem): boolean => problem === 'unreadable';
  const ignored = problems.filter((problem) => !isUnreadable(problem));
  const doubts = [...state.unlisted.map(({ reason }) => reason), ...problems.filter(isUnreadable).map(describe)];
  const [first] = ignored;
  const outcome = first !== undefined ? 'fail' : doubts.length > 0 ? 'unknown' : 'pass';
  const texts = outcome === 'fail' ? ignored.map(describe) : doubts;
  return [
    {
      id: 'kernel/sysctl-files',
      outcome,
      severity: 'low',
      title: 'Lines of sysctl.d that are ignored at boot',
      summary: outcome === 'pass' ? `every line of ${String(state.files.length)} files counts` : texts.join('; '),
      why: 'A line that systemd-sysctl passes over looks like a setting but sets nothing.',
      expected: [],
      observed: ignored.map(describe),
      ...(outcome === 'unknown' && { reason: doubts.join('; ') }),
      ...(first !== undefined && {
        where: { path: first.path, ...(first.line !== undefined && { line: first.line }) },
      }),
      references: [],
      ...(outcome === 'fail' && { remedy: { kind: 'manual', instruction: 'Correct or remove these lines.' } }),
    },
  ];
}

function describe({ path, line, problem }: FileProblem): string {
  return `${path}${line === undefined ? '' : `:${String(line)}`} ${WHAT[problem]}`;
}
