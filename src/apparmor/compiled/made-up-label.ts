import type { ByteText } from '../../core/byte-text.ts';
import { answerFile } from './files.ts';
import type { CompiledProfile } from './profile.ts';

/** Under which profile it would have run. */
export type Resolved =
  | { readonly kind: 'profile'; readonly profile: CompiledProfile }
  | { readonly kind: 'unknown'; readonly reason: string };

/** Before the program that was executed in complain mode without a rule (aa_new_null_profile() of policy.c). */
const MADE_UP = '//null-';

/** The profile of a label, be it made up by complain mode: then the one that this policy's rules for execution lead to. */
export function profileOfLabel(profiles: ReadonlyMap<ByteText, CompiledProfile>, label: ByteText): Resolved {
  const known = profiles.get(label);
  if (known !== undefined) return { kind: 'profile', profile: known };
  const [first = '', ...programs] = label.split(MADE_UP);
  const start = profiles.get(first);
  if (start === undefined) return unknown('this policy has no profile of that name');
  let profile = start;
  for (const program of programs) {
    const next = afterExecution(profiles, profile, program);
    if (next.kind === 'unknown') return next;
    profile = next.profile;
  }
  return { kind: 'profile', profile };
}

function afterExecution(
  profiles: ReadonlyMap<ByteText, CompiledProfile>,
  profile: CompiledProfile,
  program: ByteText,
): Resolved {
  // Earlier kernels number such labels.
  if (!program.startsWith('/') || program.includes('//'))
    return unknown('the label does not say which program was executed');
  if (profile.mode === 'unconfined') return { kind: 'profile', profile };
  const [owner, other] = [true, false].map((isOwner) =>
    answerFile(profile, { path: program, isOwner, permissions: ['x'] }),
  );
  const exec = owner?.exec;
  if (exec === undefined || other?.exec === undefined)
    return unknown(`${profile.name} does not allow to execute ${program}, so nothing of this would happen`);
  if (exec.to !== other.exec.to || exec.target !== other.exec.target)
    return unknown(`what follows the execution of ${program} depends on whose file it is`);
  if (exec.to === 'inherit') return { kind: 'profile', profile };
  const names =
    exec.to === 'child'
      ? [`${profile.name}//${exec.target ?? program}`]
      : exec.to === 'profile'
        ? [exec.target ?? program]
        : [];
  const next = names.map((name) => profiles.get(name)).find((one) => one !== undefined);
  return next === undefined
    ? unknown(`which profile follows the execution of ${program} can't be told from this policy`)
    : { kind: 'profile', profile: next };
}

function unknown(reason: string): Resolved {
  return { kind: 'unknown', reason };
}
