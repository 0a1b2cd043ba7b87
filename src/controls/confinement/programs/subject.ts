import { type ByteText, shown, toByteText } from '../../../core/byte-text.ts';
import type { ConfinementPolicy, ProgramWish, WishedMode } from '../policy.ts';
import { headersOf } from '../policy-files/headers.ts';
import { judgeSoak, type SoakVerdict } from '../soak/judge.ts';
import { complainSince } from '../soak/since.ts';
import type { ConfinementState, Known, PolicyFile, ProcessSeen } from '../state.ts';
import { isAsWritten } from './compare.ts';
import type { FileWish } from './remedy.ts';
import { type Attached, attachedTo, childrenOf, profileViews, type ProfileView } from './view.ts';

/** One program of the blueprint with all that was seen of it. */
export interface Subject {
  readonly program: string;
  readonly wish: ProgramWish;
  readonly isInstalled: boolean;
  readonly attached: Attached;
  /** The profile's children, each with the mode that is wished of it. */
  readonly children: readonly { readonly view: ProfileView; readonly wished: WishedMode }[];
  /** All but those of containers, which may have a program of that path. */
  readonly processes: readonly ProcessSeen[];
  /** How many those are. */
  readonly elsewhere: number;
  /** Absent where nothing must be seen first. */
  readonly soak?: SoakVerdict;
}

export function subjectsOf(state: ConfinementState, policy: ConfinementPolicy): readonly Subject[] {
  const views = profileViews(state);
  return Object.entries(policy.programs)
    .flatMap(([program, wish]) => (wish === null ? [] : [subjectOf({ program, wish, state, views })]))
    .sort((a, b) => (a.program < b.program ? -1 : 1));
}

interface Seen {
  readonly program: string;
  readonly wish: ProgramWish;
  readonly state: ConfinementState;
  readonly views: ReadonlyMap<ByteText, ProfileView>;
}

function subjectOf({ program, wish, state, views }: Seen): Subject {
  const { isInstalled, realPath } = state.programs[program] ?? { isInstalled: true, realPath: toByteText(program) };
  const attached = wish.profile === undefined ? attachedTo(realPath, views.values()) : named(wish.profile, views);
  const profile = attached.kind === 'profile' ? attached.profile : undefined;
  const children = (profile === undefined ? [] : childrenOf(profile.label, views))
    .map((view) => ({ view, wished: wishOfChild(view, profile?.label ?? '', wish) }))
    .filter((child) => profile === undefined || !isLeftOver(child, { profile, state }));
  const running =
    state.processes.kind === 'processes' ? state.processes.processes.filter((one) => one.program === realPath) : [];
  const processes = running.filter(({ home }) => home !== 'elsewhere');
  const soak = profile === undefined ? undefined : soakOf(profile, { program, wish, state, views });
  return {
    program,
    wish,
    isInstalled,
    attached,
    children,
    processes,
    elsewhere: running.length - processes.length,
    ...(soak !== undefined && { soak }),
  };
}

/**
 * The kernel keeps a child that a replacement of its parent doesn't have any more (__replace_profile() of policy.c), until the next boot.
 * It is known for one where the file of its parent was compiled, and is nobody's concern as long as it is as strict as is wished.
 */
function isLeftOver(
  { view, wished }: Subject['children'][number],
  { profile: { file }, state }: { readonly profile: ProfileView; readonly state: ConfinementState },
): boolean {
  const compiled = file === undefined ? undefined : state.compiled[file.path];
  if (view.file !== undefined || compiled?.kind !== 'compiled') return false;
  const isStrict = view.now.kind !== 'mode' || isAs(view.now.mode, wished);
  return isStrict && compiled.profiles.every(({ name }) => name !== view.label);
}

function named(name: string, views: ReadonlyMap<ByteText, ProfileView>): Attached {
  const profile = views.get(toByteText(name));
  return profile === undefined ? { kind: 'none' } : { kind: 'profile', profile };
}

function wishOfChild({ label }: ProfileView, parent: ByteText, { children = {}, mode }: ProgramWish): WishedMode {
  return children[shown(label.slice(parent.length + '//'.length))] ?? mode;
}

/** What is enforced already has nothing to wait for. */
function soakOf(profile: ProfileView, { program, wish, state }: Seen): SoakVerdict | undefined {
  if (wish.soak === undefined || wish.mode !== 'enforce') return undefined;
  if (profile.now.kind === 'mode' && isAs(profile.now.mode, 'enforce')) return undefined;
  const since = sinceOf(profile, state);
  // Nobody knows from when on the logs would have to be read.
  const unread = since.kind === 'unknown' ? since : UNREAD;
  const seen = state.soak[program] ?? { runs: unread, lost: unread, denials: unread, reach: unread };
  return judgeSoak({ since, ...seen }, wish.soak, state.nowMs);
}

const UNREAD = { kind: 'unknown', reason: 'the logs were not read' } as const;

/** Since when it has been in complain mode as it is now. */
export function sinceOf(profile: ProfileView, state: ConfinementState): Known<number> {
  const { processes } = state;
  return complainSince(profile, {
    isAsWritten: isAsWritten(profile, state),
    ...(processes.kind === 'processes' && processes.bootedAtMs !== undefined && { bootedAtMs: processes.bootedAtMs }),
  });
}

/** Whether a mode is what is wished, or stricter. */
export function isAs(mode: string, wished: WishedMode): boolean {
  return mode === wished || (wished === 'enforce' && mode === 'kill');
}

/** What becomes of each file: all wishes for its profiles at once, but for those that have to wait. */
export function fileWishes(subjects: readonly Subject[], { kernel }: ConfinementState): ReadonlyMap<string, FileWish> {
  const wishes = new Map<string, { readonly file: PolicyFile; readonly modes: Map<ByteText, WishedMode> }>();
  for (const { attached, wish, children, soak } of subjects) {
    if (attached.kind !== 'profile' || attached.profile.file === undefined || soak?.kind === 'waiting') continue;
    const { file, label } = attached.profile;
    const entry = wishes.get(file.path) ?? { file, modes: new Map() };
    entry.modes.set(label, wish.mode);
    for (const { view, wished } of children) if (view.file?.path === file.path) entry.modes.set(view.label, wished);
    wishes.set(file.path, entry);
  }
  const loaded = new Set(kernel.kind === 'profiles' ? kernel.profiles.map(({ name }) => name) : []);
  return new Map(
    [...wishes].map(([path, { file, modes }]) => [
      path,
      { file, modes, isLoaded: headersOf(file.text).some(({ label }) => loaded.has(label)) },
    ]),
  );
}
