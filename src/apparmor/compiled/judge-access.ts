import type { ByteText } from '../../core/byte-text.ts';
import type { FilePermission } from '../access.ts';
import type { AccessEvent } from '../log/event.ts';
import { filePermissionsOf } from '../log/file-letters.ts';
import { answerClass } from './class-answers.ts';
import { answerLink, FILE_BITS, type GivenToBoth, givenToBoth } from './files.ts';
import type { Resolved } from './made-up-label.ts';
import type { CompiledProfile } from './profile.ts';
import { classQuestionOf } from './recorded-question.ts';

/** What a policy says to one recorded access. */
export type Verdict =
  | { readonly kind: 'allowed' }
  | {
      readonly kind: 'denied';
      readonly permissions: readonly string[];
      readonly isQuiet: boolean;
      readonly reason?: string;
    }
  | { readonly kind: 'unknown'; readonly reason: string };

const ALLOWED: Verdict = { kind: 'allowed' };

/** Asks the profile under which it would have happened; what that gives to the file may be known already. */
export function judgeAccess(resolved: Resolved, event: AccessEvent, given?: GivenToBoth): Verdict {
  if (resolved.kind === 'unknown') return resolved;
  const { profile } = resolved;
  if (profile.mode === 'unconfined') return ALLOWED;
  if (event.isDisconnected && event.name?.startsWith('/') !== true)
    return { kind: 'unknown', reason: 'its name has no place in the tree of files' };
  return event.class === 'file' ? judgeFile(profile, event, given) : judgeClass(profile, event);
}

function judgeFile(profile: CompiledProfile, event: AccessEvent, known: GivenToBoth | undefined): Verdict {
  const { name, target, requested, isOwner } = event;
  if (name === undefined) return { kind: 'unknown', reason: 'the record names no file' };
  const asked = filePermissionsOf(requested);
  if (asked === undefined) return { kind: 'unknown', reason: `"${requested}" is no access to files` };
  if (asked.length === 0) return { kind: 'unknown', reason: 'the record says nothing of what was asked for' };
  const given = known ?? givenToBoth(profile, name);
  const access = { name, target, asked, given };
  if (isOwner !== undefined) return fileVerdict(profile, { ...access, isOwner });
  const [owner, other] = [true, false].map((one) => fileVerdict(profile, { ...access, isOwner: one }));
  return owner !== undefined && owner.kind === other?.kind
    ? owner
    : { kind: 'unknown', reason: 'it depends on whose file it is, which the record does not say' };
}

interface FileAccess {
  readonly name: ByteText;
  readonly target: ByteText | undefined;
  readonly asked: readonly FilePermission[];
  readonly given: GivenToBoth;
  readonly isOwner: boolean;
}

function fileVerdict(profile: CompiledProfile, { name, target, asked, given, isOwner }: FileAccess): Verdict {
  if (asked.includes('l') && target !== undefined) {
    const { isAllowed, isQuiet, note } = answerLink(profile, { path: name, target, isOwner });
    if (!isAllowed) return { kind: 'denied', permissions: ['l'], isQuiet, ...(note !== undefined && { reason: note }) };
  }
  const { allow, quiet } = isOwner ? given.owner : given.other;
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
