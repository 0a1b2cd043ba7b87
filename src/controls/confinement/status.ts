import { type ByteText, shown, toByteText } from '../../core/byte-text.ts';
import type { ConfinedProgram, ConfinementStatus, UnconfinedProgram } from '../../core/confinement-status.ts';
import { matchesPath, parseGlob } from '../../core/path-pattern.ts';
import { fitOf } from './attachment.ts';
import type { ConfinementPolicy } from './policy.ts';
import { isUnconfined, runsIn } from './programs/running.ts';
import { sinceOf, type Subject, subjectsOf } from './programs/subject.ts';
import { type ModeNext, type ModeNow, profileViews, type ProfileView } from './programs/view.ts';
import type { ConfinementState, ProcessSeen } from './state.ts';
import { listenersOf } from './unconfined/listeners.ts';
import { privilegedWithout } from './unconfined/privileged.ts';

/** What is confined and what isn't, for people and programs to look at. */
export function statusOf(
  state: ConfinementState,
  policy: ConfinementPolicy,
): Pick<ConfinementStatus, 'isActive' | 'programs' | 'unconfined' | 'unknown'> {
  const subjects = subjectsOf(state, policy).filter(({ isInstalled }) => isInstalled);
  const wished = new Map(
    subjects.flatMap((subject) =>
      subject.attached.kind === 'profile' ? [[subject.attached.profile.label, subject]] : [],
    ),
  );
  const views = [...profileViews(state).values()].filter(({ label }) => !label.includes('//'));
  const rows = [
    ...views.map((view) => rowOf(view, wished.get(view.label), state)),
    ...subjects.filter(({ attached }) => attached.kind !== 'profile').map(bareRow),
  ];
  return {
    isActive: { 'not-running': null, inactive: false, unreadable: null, profiles: true }[state.kernel.kind],
    programs: rows.sort((a, b) => ((a.program ?? a.profile ?? '') < (b.program ?? b.profile ?? '') ? -1 : 1)),
    unconfined: unconfinedOf(state, policy),
    unknown: unknownOf(state),
  };
}

function rowOf(view: ProfileView, subject: Subject | undefined, state: ConfinementState): ConfinedProgram {
  const { label, header, file, loaded, now, next } = view;
  const since = now.kind === 'mode' && now.mode === 'complain' ? sinceOf(view, state) : undefined;
  const sinceMs = since === undefined ? loaded?.loadedAtMs : since.kind === 'known' ? since.value : undefined;
  const processes = processesOf(view, subject, state);
  return {
    program: subject?.program ?? (view.attachments[0] === undefined ? null : shown(view.attachments[0])),
    profile: shown(label),
    now: wordOf(now),
    atNextBoot: wordOf(next),
    wished: subject?.wish.mode ?? null,
    where: file === undefined ? null : { path: file.path, ...(header !== undefined && { line: header.line }) },
    processes: processes && { confined: processes.confined.length, unconfined: processes.unconfined.length },
    listens: processes === null ? [] : listensOf([...processes.confined, ...processes.unconfined], state),
    since: sinceMs === undefined ? null : new Date(sinceMs).toISOString(),
    waitsFor: subject?.soak?.kind === 'waiting' ? subject.soak.reasons : [],
  };
}

/** A program of the blueprint that has no profile, or none that can be told. */
function bareRow({ program, wish, attached, processes }: Subject): ConfinedProgram {
  return {
    program,
    profile: null,
    now: attached.kind === 'none' ? 'none' : null,
    atNextBoot: attached.kind === 'none' ? 'none' : null,
    wished: wish.mode,
    where: null,
    processes: { confined: 0, unconfined: processes.length },
    listens: [],
    since: null,
    waitsFor: attached.kind === 'unclear' ? [attached.reason] : [],
  };
}

interface Processes {
  readonly confined: readonly ProcessSeen[];
  readonly unconfined: readonly ProcessSeen[];
}

function processesOf(
  view: ProfileView,
  subject: Subject | undefined,
  { processes }: ConfinementState,
): Processes | null {
  if (processes.kind === 'not-looked') return null;
  const fits = (program: ByteText): boolean =>
    view.attachments.some((pattern) => fitOf(pattern, program).kind === 'fits');
  const mine = new Set(subject?.processes.map(({ pid }) => pid));
  return {
    confined: processes.processes.filter((one) => one.label !== undefined && runsIn(one.label, view.label)),
    unconfined: processes.processes.filter(
      ({ pid, label, program }) =>
        label !== undefined && isUnconfined(label) && program !== undefined && (mine.has(pid) || fits(program)),
    ),
  };
}

function listensOf(processes: readonly ProcessSeen[], { sockets }: ConfinementState): readonly string[] {
  if (sockets?.kind !== 'sockets') return [];
  const pids = new Set(processes.map(({ pid }) => pid));
  const held = sockets.sockets.filter((socket) => socket.pids.some((pid) => pids.has(pid)));
  return [...new Set(held.map(({ protocol, address }) => `${protocol} ${address}`))].sort();
}

function unconfinedOf(state: ConfinementState, { allowed }: ConfinementPolicy): readonly UnconfinedProgram[] {
  const why = new Map<ByteText, string[]>();
  const add = (program: ByteText, reason: string): void => {
    why.set(program, [...(why.get(program) ?? []), reason]);
  };
  const listening = listenersOf(state);
  for (const one of listening.kind === 'listeners' ? listening.listeners : []) {
    const of = one.unit === undefined ? '' : ` (${one.unit})`;
    if (!one.isConfined) add(one.program, `listens on ${one.addresses.join(', ')}${of}`);
  }
  for (const { path, rights } of privilegedWithout(state).programs) add(path, rights);
  const globs = allowed.map(({ path }) => parseGlob(toByteText(path)));
  return [...why]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([program, reasons]) => ({
      program: shown(program),
      why: reasons,
      isAllowed: globs.some((glob) => matchesPath(glob, program)),
    }));
}

function unknownOf(state: ConfinementState): readonly string[] {
  const { kernel, processes, sockets, privileged, files, container } = state;
  const listening = sockets === undefined ? undefined : listenersOf(state);
  const listeningProblems =
    listening === undefined ? [] : listening.kind === 'unknown' ? [listening.reason] : listening.problems;
  return [
    ...new Set([
      ...(container === null ? [] : ['this is a container: AppArmor is that of its host']),
      ...(kernel.kind === 'unreadable' || kernel.kind === 'inactive' ? [kernel.reason] : []),
      ...files.problems,
      ...(processes.kind === 'not-looked' ? [processes.reason] : []),
      ...listeningProblems,
      ...(privileged === undefined ? [] : privilegedWithout(state).problems),
    ]),
  ];
}

function wordOf(mode: ModeNow | ModeNext): string | null {
  if (mode.kind === 'mode') return mode.mode;
  return mode.kind === 'none' ? 'none' : null;
}
