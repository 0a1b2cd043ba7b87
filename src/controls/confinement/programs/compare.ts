import type { ByteText } from '../../../core/byte-text.ts';
import { headersOf } from '../policy-files/headers.ts';
import type { CompiledFile, ConfinementState, LoadedProfile } from '../state.ts';
import type { ProfileView } from './view.ts';

export type Comparison =
  { readonly kind: 'same' } | { readonly kind: 'other' } | { readonly kind: 'unknown'; readonly reason: string };

export interface Compared {
  readonly label: ByteText;
  readonly answer: Comparison;
}

/**
 * Whether what the kernel holds of a profile, its children and hats is what their file says: the kernel's digest of each against that of
 * a compile of the file. None where the file has nothing that is loaded, or isn't in force.
 */
export function compareWithFile(
  { file, label }: ProfileView,
  { kernel, compiled }: ConfinementState,
): readonly Compared[] {
  if (kernel.kind !== 'profiles' || file === undefined || file.disabledBy !== undefined) return [];
  const held = new Map(kernel.profiles.map((one) => [one.name, one]));
  const made = compiled[file.path] ?? { kind: 'failed', reason: `${file.path} was not compiled` };
  return headersOf(file.text)
    .map((header) => header.label)
    .filter((one) => held.has(one) && (one === label || one.startsWith(`${label}//`)))
    .map((one) => ({ label: one, answer: compare(held.get(one), made, one) }));
}

/** Whether it is known that the kernel holds exactly what the file says. */
export function isAsWritten(profile: ProfileView, state: ConfinementState): boolean {
  const compared = compareWithFile(profile, state);
  return compared.length > 0 && compared.every(({ answer }) => answer.kind === 'same');
}

function compare(held: LoadedProfile | undefined, compiled: CompiledFile, label: ByteText): Comparison {
  if (compiled.kind === 'failed') return { kind: 'unknown', reason: compiled.reason };
  if (held?.digest === undefined)
    return { kind: 'unknown', reason: 'the kernel shows no digests of profiles (CONFIG_SECURITY_APPARMOR_HASH)' };
  const made = compiled.profiles.findLast(({ name }) => name === label);
  return made?.[held.digest.algorithm] === held.digest.hex ? { kind: 'same' } : { kind: 'other' };
}
