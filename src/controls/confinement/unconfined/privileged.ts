import type { ByteText } from '../../../core/byte-text.ts';
import { attachedTo, profileViews } from '../programs/view.ts';
import type { ConfinementState } from '../state.ts';

const SETUID = 0o4000;
const SETGID = 0o2000;

export interface PrivilegedProgram {
  readonly path: ByteText;
  /** `setuid root`, `setgid mail`, `capabilities`. */
  readonly rights: string;
}

export interface PrivilegedPrograms {
  /** Those that no profile attaches to, sorted. */
  readonly programs: readonly PrivilegedProgram[];
  /** How many there are in all. */
  readonly looked: number;
  readonly problems: readonly string[];
}

/** Programs with rights of their own that no profile attaches to, now or at the next boot. */
export function privilegedWithout(state: ConfinementState): PrivilegedPrograms {
  const { privileged, files, kernel } = state;
  if (privileged === undefined || privileged.kind === 'failed')
    return { programs: [], looked: 0, problems: [privileged?.reason ?? 'nobody looked'] };
  const views = [...profileViews(state).values()].filter(
    ({ now, next }) => now.kind === 'mode' || next.kind === 'mode',
  );
  const able = privileged.files.filter(({ isOnNosuid }) => !isOnNosuid);
  const judged = able.map((file) => ({ file, attached: attachedTo(file.path, views) }));
  const unclear = judged.flatMap(({ attached }) => (attached.kind === 'unclear' ? [attached.reason] : []));
  return {
    programs: judged
      .filter(({ attached }) => attached.kind === 'none')
      .map(({ file: { path, mode, owner, group, capabilities } }) => {
        const rights = [
          ...((mode & SETUID) === 0 ? [] : [`setuid ${owner}`]),
          ...((mode & SETGID) === 0 ? [] : [`setgid ${group}`]),
          ...(capabilities === undefined ? [] : ['capabilities']),
        ];
        return { path, rights: rights.join(', ') };
      }),
    looked: able.length,
    problems: [
      ...new Set([
        ...privileged.problems,
        ...files.problems,
        ...(kernel.kind === 'unreadable' ? [kernel.reason] : []),
        ...unclear,
      ]),
    ].sort(),
  };
}
