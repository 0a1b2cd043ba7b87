import type { ByteText } from '../../core/byte-text.ts';
import { FILE_PERMISSIONS, type FilePermission, type FileQuestion } from '../access.ts';
import { UNCONFINED_NOTE } from './answer.ts';
import { NO_MATCH } from './automaton.ts';
import { type CompiledTransition, EXEC, readTransition } from './exec.ts';
import {
  type KernelPermissions,
  LINK_SUBSET,
  NO_PERMISSIONS,
  PERMISSION,
  permissionsAt,
  type RuleAutomaton,
} from './permissions.ts';
import type { CompiledProfile } from './profile.ts';

/** What the kernel asks for when a program does what the letter means. */
export const FILE_BITS: Readonly<Record<FilePermission, number>> = {
  r: PERMISSION.read,
  w: PERMISSION.write,
  a: PERMISSION.append,
  l: PERMISSION.link,
  k: PERMISSION.lock,
  m: PERMISSION.map,
  x: PERMISSION.execute,
};

export interface FileAnswer {
  readonly kind: 'answer';
  /** Whether all that was asked for is allowed; a link (`l`) needs its target too: {@link answerLink}. */
  readonly isAllowed: boolean;
  readonly isAudited: boolean;
  readonly isQuiet: boolean;
  /** All that is allowed on the path, asked for or not. */
  readonly allowed: readonly FilePermission[];
  /** What was asked for and is not allowed. */
  readonly denied: readonly FilePermission[];
  /** How it goes on, where `x` is allowed. */
  readonly exec?: CompiledTransition;
  readonly note?: string;
}

/** May a program of this profile do this to a file? */
export function answerFile(profile: CompiledProfile, question: FileQuestion): FileAnswer {
  if (profile.mode === 'unconfined') return unconfined();
  const permissions = permissionsOfFile(profile, question.path, question.isOwner);
  return fileAnswer(profile, permissions, question.permissions);
}

/** What stands in the policy for a path. */
export function permissionsOfFile(profile: CompiledProfile, path: ByteText, isOwner: boolean): KernelPermissions {
  const { files } = profile;
  return files === undefined ? NO_PERMISSIONS : permissionsAt(files, files.automaton.walk(files.start, path), isOwner);
}

export interface GivenToBoth {
  readonly owner: KernelPermissions;
  readonly other: KernelPermissions;
}

/** What stands in the policy for a path, for its owner and for others. */
export function givenToBoth({ files }: CompiledProfile, path: ByteText): GivenToBoth {
  if (files === undefined) return { owner: NO_PERMISSIONS, other: NO_PERMISSIONS };
  const state = files.automaton.walk(files.start, path);
  return { owner: permissionsAt(files, state, true), other: permissionsAt(files, state, false) };
}

function filePermissionsOf(bits: number): readonly FilePermission[] {
  return FILE_PERMISSIONS.filter((one) => (bits & FILE_BITS[one]) !== 0);
}

function fileAnswer(
  profile: CompiledProfile,
  permissions: KernelPermissions,
  asked: readonly FilePermission[],
): FileAnswer {
  const { allow, audit, quiet, execIndex } = permissions;
  const allowed = filePermissionsOf(allow);
  const denied = asked.filter((one) => (allow & FILE_BITS[one]) === 0);
  const isAudited = (one: FilePermission): boolean => profile.isAudited || (audit & FILE_BITS[one]) !== 0;
  return {
    kind: 'answer',
    isAllowed: denied.length === 0,
    isAudited: asked.some((one) => allowed.includes(one) && isAudited(one)),
    isQuiet: denied.length > 0 && !profile.isAudited && denied.every((one) => (quiet & FILE_BITS[one]) !== 0),
    allowed,
    denied,
    ...((allow & PERMISSION.execute) !== 0 && { exec: readTransition(execIndex, profile.files?.transitions ?? []) }),
  };
}

function unconfined(): FileAnswer {
  return {
    kind: 'answer',
    isAllowed: true,
    isAudited: false,
    isQuiet: false,
    allowed: FILE_PERMISSIONS,
    denied: [],
    exec: { to: 'inherit', isUnsafe: true },
    note: UNCONFINED_NOTE,
  };
}

export interface LinkQuestion {
  readonly path: ByteText;
  /** What the new name leads to. */
  readonly target: ByteText;
  /** Of the target: a hard link has the same owner. */
  readonly isOwner: boolean;
}

/** May it make a hard link? profile_path_link() of file.c: both names in one walk, and no more on the link than on its target. */
export function answerLink(profile: CompiledProfile, { path, target, isOwner }: LinkQuestion): FileAnswer {
  if (profile.mode === 'unconfined') return unconfined();
  const { files } = profile;
  if (files === undefined) return fileAnswer(profile, NO_PERMISSIONS, ['l']);
  const state = files.automaton.walk(files.start, path);
  const link = permissionsAt(files, state, isOwner);
  if ((link.allow & PERMISSION.link) === 0) return fileAnswer(profile, link, ['l']);
  const pair = permissionsAt(files, pairState(files, state, target), isOwner);
  const logged = { ...link, audit: pair.audit, quiet: pair.quiet };
  const isPair = (pair.allow & PERMISSION.link) !== 0;
  const isGranted =
    isPair && ((pair.allow & LINK_SUBSET) === 0 || isSubset(link, permissionsOfFile(profile, target, isOwner)));
  const answer = fileAnswer(profile, isGranted ? logged : { ...logged, allow: logged.allow & ~PERMISSION.link }, ['l']);
  if (isGranted) return answer;
  const note = isPair ? 'the link would give more than its target' : 'this link may not lead to this target';
  return { ...answer, note };
}

function pairState({ automaton }: RuleAutomaton, state: number, target: ByteText): number {
  const between = automaton.step(state, 0);
  return between === NO_MATCH ? NO_MATCH : automaton.walk(between, target);
}

/** What the subset is about: AA_AUDIT_FILE_MASK and execution with its way on (xindex_is_subset()). */
const SUBSET_BITS =
  PERMISSION.read | PERMISSION.write | PERMISSION.append | PERMISSION.lock | PERMISSION.map | PERMISSION.execute;

function isSubset(link: KernelPermissions, target: KernelPermissions): boolean {
  if ((link.allow & SUBSET_BITS & ~target.allow) !== 0) return false;
  if ((link.allow & PERMISSION.execute) === 0) return true;
  const [a, b] = [link.execIndex, target.execIndex];
  const isSameWay = (a & ~EXEC.unsafe) === (b & ~EXEC.unsafe);
  return isSameWay && ((a & EXEC.unsafe) === 0 || (b & EXEC.unsafe) !== 0);
}
