import { type ByteText, compareBytes, shown } from '../../../core/byte-text.ts';
import type { Location } from '../../../core/finding.ts';
import { fitOf } from '../attachment.ts';
import { modeOfFlags } from '../policy-files/flags.ts';
import { headersOf, type ProfileHeader } from '../policy-files/headers.ts';
import type { ConfinementState, LoadedProfile, PolicyFile } from '../state.ts';

export type ModeNow =
  | { readonly kind: 'mode'; readonly mode: string }
  | { readonly kind: 'none' }
  | { readonly kind: 'not-running' }
  | { readonly kind: 'unknown'; readonly reason: string };

export type ModeNext =
  | { readonly kind: 'mode'; readonly mode: string; readonly where: Location }
  | { readonly kind: 'none'; readonly reason: string; readonly where?: Location }
  | { readonly kind: 'unknown'; readonly reason: string };

/** One profile, as the kernel holds it and as the next boot would load it. */
export interface ProfileView {
  readonly label: ByteText;
  /** Patterns of programs, the kernel's own and that of the file. */
  readonly attachments: readonly ByteText[];
  readonly loaded?: LoadedProfile;
  readonly file?: PolicyFile;
  readonly header?: ProfileHeader;
  readonly now: ModeNow;
  readonly next: ModeNext;
}

/** Complain mode makes up profiles for what a program starts; they are nobody's wish. */
const MADE_UP = '//null-';

/** Every profile that the kernel or a file knows, by label. */
export function profileViews(state: ConfinementState): ReadonlyMap<ByteText, ProfileView> {
  const written = new Map(
    state.files.files
      // Of two files with one profile, the one that is loaded last is in force.
      .flatMap((file) => headersOf(file.text).map((header) => [header.label, { file, header }] as const)),
  );
  const loaded = new Map(
    state.kernel.kind === 'profiles' ? state.kernel.profiles.map((profile) => [profile.name, profile] as const) : [],
  );
  const labels = [...new Set([...written.keys(), ...loaded.keys()])].filter((label) => !label.includes(MADE_UP));
  return new Map(
    labels.sort(compareBytes).map((label) => {
      const [place, profile] = [written.get(label), loaded.get(label)];
      const attachments = [place?.header.attachment, profile?.attachment].filter((one) => one !== undefined);
      const view: ProfileView = {
        label,
        attachments: [...new Set(attachments)],
        ...(profile !== undefined && { loaded: profile }),
        ...place,
        now: nowOf(state, profile),
        next: nextOf(state, label, place),
      };
      return [label, view];
    }),
  );
}

function nowOf({ kernel }: ConfinementState, profile: LoadedProfile | undefined): ModeNow {
  switch (kernel.kind) {
    case 'not-running':
      return kernel;
    case 'inactive':
      return { kind: 'none' };
    case 'unreadable':
      return { kind: 'unknown', reason: kernel.reason };
    case 'profiles':
      return profile === undefined ? { kind: 'none' } : { kind: 'mode', mode: profile.mode };
  }
}

function nextOf(
  { files }: ConfinementState,
  label: ByteText,
  place: { readonly file: PolicyFile; readonly header: ProfileHeader } | undefined,
): ModeNext {
  if (place === undefined) {
    if (label.includes('//'))
      return { kind: 'unknown', reason: `${shown(label)} is written in a file that another one includes` };
    const [problem] = files.problems;
    if (problem !== undefined) return { kind: 'unknown', reason: problem };
    return { kind: 'none', reason: 'no file in /etc/apparmor.d has it' };
  }
  const { file, header } = place;
  if (file.disabledBy !== undefined)
    return { kind: 'none', reason: `${file.disabledBy.path} switches it off`, where: { path: file.disabledBy.path } };
  // The parser puts all of the file into complain mode (parser_main.c, force_complain).
  if (file.forcedBy !== undefined) return { kind: 'mode', mode: 'complain', where: { path: file.forcedBy.path } };
  return { kind: 'mode', mode: modeOfFlags(header.flags), where: { path: file.path, line: header.line } };
}

/** Which profile a program starts in. */
export type Attached =
  | { readonly kind: 'profile'; readonly profile: ProfileView }
  | { readonly kind: 'none' }
  /** Several fit as well, or one that fits perhaps; the kernel then takes none of them, or nobody here can tell. */
  | { readonly kind: 'unclear'; readonly reason: string };

/** The profile whose attachment fits best: the path itself before any pattern, then what is longer before its first wildcard. */
export function attachedTo(program: ByteText, profiles: Iterable<ProfileView>): Attached {
  const unclear: ByteText[] = [];
  const fitting: { readonly profile: ProfileView; readonly rank: number }[] = [];
  for (const profile of profiles) {
    if (profile.label.includes('//')) continue;
    const fits = profile.attachments.map((pattern) => fitOf(pattern, program));
    const ranks = fits.flatMap((fit) =>
      fit.kind === 'fits' ? [fit.isExact ? Number.POSITIVE_INFINITY : fit.literalCharacters] : [],
    );
    if (ranks.length > 0) fitting.push({ profile, rank: Math.max(...ranks) });
    else if (fits.length > 0 && fits.every(({ kind }) => kind === 'unclear')) unclear.push(profile.label);
  }
  const best = fitting.reduce((highest, { rank }) => Math.max(highest, rank), -Infinity);
  const [first, second] = fitting.filter(({ rank }) => rank === best);
  if (first !== undefined && second !== undefined)
    return {
      kind: 'unclear',
      reason: `the profiles ${shown(first.profile.label)} and ${shown(second.profile.label)} fit it as well as each other`,
    };
  // Nothing fits better than the path itself; than a pattern, one with variables may.
  const isCertain = unclear.length === 0 || best === Number.POSITIVE_INFINITY;
  if (first !== undefined && isCertain) return { kind: 'profile', profile: first.profile };
  if (unclear.length === 0) return { kind: 'none' };
  return {
    kind: 'unclear',
    reason: `what these profiles attach to is written with variables: ${unclear.map(shown).join(', ')}; name the program’s own with \`profile:\``,
  };
}

/** Child profiles and hats of a profile, sorted. */
export function childrenOf(label: ByteText, views: ReadonlyMap<ByteText, ProfileView>): readonly ProfileView[] {
  return [...views.values()].filter((view) => view.label.startsWith(`${label}//`));
}
