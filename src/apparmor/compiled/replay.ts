import { type ByteText, compareBytes } from '../../core/byte-text.ts';
import type { AccessEvent } from '../log/event.ts';
import { filePermissionsOf } from '../log/file-letters.ts';
import type { FilePermission } from '../access.ts';
import { answerClass } from './class-answers.ts';
import { answerLink, FILE_BITS, permissionsOfFile } from './files.ts';
import type { CompiledProfile } from './profile.ts';
import { classQuestionOf } from './recorded-question.ts';

/** What a policy says to recorded accesses. */
export interface Replay {
  readonly counts: {
    readonly events: number;
    readonly allowed: number;
    readonly denied: number;
    readonly unknown: number;
  };
  /** What is not allowed: most often recorded first. */
  readonly groups: readonly ReplayGroup[];
}

/** Accesses of one profile to one thing, for which the answer is the same. */
export interface ReplayGroup {
  readonly verdict: 'denied' | 'unknown';
  readonly profile: ByteText;
  readonly class: string;
  readonly operation: string;
  /** What it was about: a path, a capability, a peer … */
  readonly subject: ByteText;
  /** What is not allowed, in letters or words. */
  readonly permissions: readonly string[];
  readonly reason?: string;
  /** The denial would not be logged. */
  readonly isQuiet: boolean;
  readonly count: number;
}

type Verdict =
  | { readonly kind: 'allowed' }
  | {
      readonly kind: 'denied';
      readonly permissions: readonly string[];
      readonly isQuiet: boolean;
      readonly reason?: string;
    }
  | { readonly kind: 'unknown'; readonly reason: string };

const ALLOWED: Verdict = { kind: 'allowed' };
const NULL_PROFILE = '//null-';

/** Which of these accesses would be denied now, by the rules as they are compiled, whatever the profiles' mode is. */
export function replay(profiles: readonly CompiledProfile[], events: Iterable<AccessEvent>): Replay {
  const byName = new Map(profiles.map((profile) => [profile.name, profile]));
  const groups = new Map<string, { readonly group: ReplayGroup; count: number }>();
  const counts = { events: 0, allowed: 0, denied: 0, unknown: 0 };
  for (const event of events) {
    const verdict = judge(byName, event);
    counts.events += 1;
    counts[verdict.kind] += 1;
    if (verdict.kind === 'allowed') continue;
    const permissions = verdict.kind === 'denied' ? verdict.permissions : [event.requested];
    const key = `${verdict.kind}\0${event.profile}\0${event.class}\0${event.operation}\0${subjectOf(event)}\0${permissions.join(' ')}`;
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { group: groupOf(event, verdict), count: 1 });
    else known.count += 1;
  }
  return { counts, groups: [...groups.values()].map(({ group, count }) => ({ ...group, count })).toSorted(byCount) };
}

function byCount(one: ReplayGroup, other: ReplayGroup): number {
  const words = ({ verdict, profile, subject, operation, permissions }: ReplayGroup): string =>
    [verdict, profile, subject, operation, ...permissions].join('\0');
  return other.count - one.count || compareBytes(words(one), words(other));
}

function groupOf(event: AccessEvent, verdict: Exclude<Verdict, { kind: 'allowed' }>): ReplayGroup {
  return {
    verdict: verdict.kind,
    profile: event.profile,
    class: event.class,
    operation: event.operation,
    subject: subjectOf(event),
    permissions: verdict.kind === 'denied' ? verdict.permissions : [event.requested],
    ...(verdict.reason !== undefined && { reason: verdict.reason }),
    isQuiet: verdict.kind === 'denied' && verdict.isQuiet,
    count: 0,
  };
}

function subjectOf({ name, target, peer, fields }: AccessEvent): ByteText {
  if (name !== undefined) return target === undefined ? name : `${name} -> ${target}`;
  const { capname, family, sock_type: type, signal } = fields;
  return [capname, family, type, signal, peer].filter((one) => one !== undefined).join(' ');
}

function judge(profiles: ReadonlyMap<string, CompiledProfile>, event: AccessEvent): Verdict {
  const profile = profiles.get(event.profile);
  if (profile === undefined) {
    const isMadeUp = event.profile.includes(NULL_PROFILE);
    const reason = isMadeUp
      ? 'the program ran under a name that complain mode made up: no profile says what follows it'
      : 'this policy has no profile of that name';
    return { kind: 'unknown', reason };
  }
  if (profile.mode === 'unconfined') return ALLOWED;
  if (event.isDisconnected && event.name?.startsWith('/') !== true)
    return { kind: 'unknown', reason: 'its name has no place in the tree of files' };
  return event.class === 'file' ? judgeFile(profile, event) : judgeClass(profile, event);
}

function judgeFile(profile: CompiledProfile, event: AccessEvent): Verdict {
  const { name, target, requested, isOwner } = event;
  if (name === undefined) return { kind: 'unknown', reason: 'the record names no file' };
  const asked = filePermissionsOf(requested);
  if (asked === undefined) return { kind: 'unknown', reason: `"${requested}" is no access to files` };
  if (asked.length === 0) return { kind: 'unknown', reason: 'the record says nothing of what was asked for' };
  if (isOwner !== undefined) return fileVerdict(profile, { name, target, asked, isOwner });
  const [owner, other] = [true, false].map((one) => fileVerdict(profile, { name, target, asked, isOwner: one }));
  return owner !== undefined && owner.kind === other?.kind
    ? owner
    : { kind: 'unknown', reason: 'it depends on whose file it is, which the record does not say' };
}

interface FileAccess {
  readonly name: ByteText;
  readonly target: ByteText | undefined;
  readonly asked: readonly FilePermission[];
  readonly isOwner: boolean;
}

function fileVerdict(profile: CompiledProfile, { name, target, asked, isOwner }: FileAccess): Verdict {
  if (asked.includes('l') && target !== undefined) {
    const { isAllowed, isQuiet, note } = answerLink(profile, { path: name, target, isOwner });
    if (!isAllowed) return { kind: 'denied', permissions: ['l'], isQuiet, ...(note !== undefined && { reason: note }) };
  }
  const { allow, quiet } = permissionsOfFile(profile, name, isOwner);
  const denied = asked.filter((one) => (allow & FILE_BITS[one]) === 0);
  if (denied.length === 0) return ALLOWED;
  return { kind: 'denied', permissions: denied, isQuiet: denied.every((one) => (quiet & FILE_BITS[one]) !== 0) };
}

function judgeClass(profile: CompiledProfile, event: AccessEvent): Verdict {
  const question = classQuestionOf(event);
  if (question.kind === 'unknown') return question;
  const answer = answerClass(profile, question.question);
  if (answer.kind === 'unknown') return answer;
  return answer.isAllowed ? ALLOWED : { kind: 'denied', permissions: answer.denied, isQuiet: answer.isQuiet };
}
