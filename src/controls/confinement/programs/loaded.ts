import { shown } from '../../../core/byte-text.ts';
import type { Finding } from '../../../core/finding.ts';
import { headersOf } from '../policy-files/headers.ts';
import type { CompiledFile, ConfinementState, LoadedProfile } from '../state.ts';
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
  const { file, label } = profile;
  if (state.kernel.kind !== 'profiles' || file === undefined || file.disabledBy !== undefined) return [];
  const held = new Map(state.kernel.profiles.map((one) => [one.name, one]));
  const labels = headersOf(file.text)
    .map((header) => header.label)
    .filter((one) => held.has(one) && (one === label || one.startsWith(`${label}//`)));
  if (labels.length === 0) return [];
  const base = {
    id: `confinement/loaded${program}`,
    severity: wish.severity ?? ('medium' as const),
    title: `${program}: the profile in force`,
    why: 'What was edited and never loaded holds nobody; what was loaded and is in no file is gone at the next boot, and was perhaps put there by somebody else.',
    expected: `what ${file.path} says`,
    where: { path: file.path },
    references: [{ source: 'NIST SP 800-53', item: 'CM-6', version: 'Rev. 5' }],
  };
  const compiled = state.compiled[file.path] ?? { kind: 'failed', reason: `${file.path} was not compiled` };
  const answers = labels.map((one) => ({ label: one, answer: compare(held.get(one), compiled, one) }));
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

type Comparison =
  { readonly kind: 'same' } | { readonly kind: 'other' } | { readonly kind: 'unknown'; readonly reason: string };

function compare(held: LoadedProfile | undefined, compiled: CompiledFile, label: string): Comparison {
  if (compiled.kind === 'failed') return { kind: 'unknown', reason: compiled.reason };
  if (held?.digest === undefined)
    return { kind: 'unknown', reason: 'the kernel shows no digests of profiles (CONFIG_SECURITY_APPARMOR_HASH)' };
  const made = compiled.profiles.findLast(({ name }) => name === label);
  return made?.[held.digest.algorithm] === held.digest.hex ? { kind: 'same' } : { kind: 'other' };
}
