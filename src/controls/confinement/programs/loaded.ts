import { shown } from '../../../core/byte-text.ts';
import type { Finding } from '../../../core/finding.ts';
import type { ConfinementState } from '../state.ts';
import { compareWithFile } from './compare.ts';
import { loadFile } from './remedy.ts';
import type { Subject } from './subject.ts';
import type { ProfileView } from './view.ts';

export interface Profiled {
  readonly subject: Subject;
  readonly profile: ProfileView;
  readonly state: ConfinementState;
}

/** Whether what the kernel holds is what the file says: the kernel's digest against that of a compile of the file. */
export function judgeLoaded({ subject: { program, wish }, profile, state }: Profiled): readonly Finding[] {
  const { file } = profile;
  const answers = compareWithFile(profile, state);
  if (file === undefined || answers.length === 0) return [];
  const base = {
    id: `confinement/loaded${program}`,
    severity: wish.severity ?? ('medium' as const),
    title: `${program}: the profile in force`,
    why: 'What was edited and never loaded holds nobody; what was loaded and is in no file is gone at the next boot, and was perhaps put there by somebody else.',
    expected: `what ${file.path} says`,
    where: { path: file.path },
    references: [{ source: 'NIST SP 800-53', item: 'CM-6', version: 'Rev. 5' }],
  };
  const observed = Object.fromEntries(answers.map(({ label: one, answer }) => [shown(one), answer.kind]));
  const other = answers.filter(({ answer }) => answer.kind === 'other');
  if (other.length > 0)
    return [
      {
        ...base,
        outcome: 'fail',
        observed,
        summary: `what is in force is not what ${file.path} says: ${other.map((one) => shown(one.label)).join(', ')}`,
        remedy: { kind: 'changes', changes: [loadFile(file.path, true)] },
      },
    ];
  const unknown = answers.find(({ answer }) => answer.kind === 'unknown')?.answer;
  if (unknown?.kind === 'unknown')
    return [
      {
        ...base,
        outcome: 'unknown',
        observed,
        summary: `it can’t be compared: ${unknown.reason}`,
        reason: unknown.reason,
      },
    ];
  return [{ ...base, outcome: 'pass', observed, summary: `what is in force is what ${file.path} says` }];
}
