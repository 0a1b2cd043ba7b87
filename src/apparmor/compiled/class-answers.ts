import { type Answer, allowedAll, answerBits, type GivenBits, UNCONFINED_NOTE } from './answer.ts';
import { NO_MATCH } from './automaton.ts';
import { CLASS, DBUS_BITS, MOUNT_BITS, MOUNT_CONTINUES, NAMESPACE_BITS, PTRACE_BITS, SIGNAL_BITS } from './classes.ts';
import { CAPABILITIES, MOUNT_FLAGS, numberOf, SIGNALS } from './names.ts';
import { answerNetwork, answerUnix } from './network-answers.ts';
import { NO_PERMISSIONS, PERMISSION, permissionsAt } from './permissions.ts';
import type { CompiledProfile } from './profile.ts';
import type {
  ChangeProfileQuestion,
  ClassQuestion,
  DbusQuestion,
  MountQuestion,
  PtraceQuestion,
  SignalQuestion,
} from './question.ts';
import { bytesOf, classWalk, joined } from './walk.ts';

/** May a program of this profile do this? Asked as the kernel asks. */
export function answerClass(profile: CompiledProfile, question: ClassQuestion): Answer {
  if (profile.mode === 'unconfined') return allowedAll([question.kind], UNCONFINED_NOTE);
  switch (question.kind) {
    case 'capability':
      return answerCapability(profile, question.capability);
    case 'network':
      return answerNetwork(profile, question);
    case 'unix':
      return answerUnix(profile, question);
    case 'signal':
      return answerSignal(profile, question);
    case 'ptrace':
      return answerPtrace(profile, question);
    case 'dbus':
      return answerDbus(profile, question);
    case 'mount':
      return answerMount(profile, question);
    case 'umount':
      return answerMounted(profile, question.mountPoint, 'umount');
    case 'pivot-root':
      return answerMounted(profile, joined([question.newRoot, question.oldRoot]), 'pivot_root');
    case 'change-profile':
      return answerChangeProfile(profile, question);
    case 'user-namespace':
      return answerUserNamespace(profile);
  }
}

/** aa_capable() of capability.c. */
function answerCapability(profile: CompiledProfile, name: string): Answer {
  const number = numberOf(name, CAPABILITIES);
  if (number === undefined) return { kind: 'unknown', reason: `"${name}" is no capability that Freehold knows` };
  const { allow, audit, quiet } = profile.capabilities;
  const bit = (set: bigint): number => Number((set >> BigInt(number)) & 1n);
  const given: GivenBits = { allow: bit(allow), audit: bit(audit), quiet: bit(quiet) };
  return answerBits(given, [name], { names: { [name]: 1 }, isAuditedWhole: profile.isAudited });
}

/** profile_signal_perm() of ipc.c: the signal, then the label of the other process. */
function answerSignal(profile: CompiledProfile, { signal, permissions, peer }: SignalQuestion): Answer {
  const number = signalNumber(signal);
  if (number === undefined) return { kind: 'unknown', reason: `"${signal}" is no signal of apparmor.d(5)` };
  const walk = classWalk(profile, CLASS.signal);
  if (walk.kind === 'unmediated') return allowedAll(permissions, walk.note);
  return answerBits(walk.at(bytesOf(number) + peer), permissions, {
    names: SIGNAL_BITS,
    isAuditedWhole: profile.isAudited,
  });
}

const FIRST_REAL_TIME = 128;
const REAL_TIME_MAX = 32;
const REAL_TIME = /^rtmin\+([0-9]{1,2})$/;

function signalNumber(name: string): number | undefined {
  const realTime = REAL_TIME.exec(name);
  if (realTime === null) return numberOf(name, SIGNALS);
  const above = Number(realTime[1]);
  return above > REAL_TIME_MAX ? undefined : FIRST_REAL_TIME + above;
}

/** aa_profile_match_label() of lib.c: by way of the class of labels. */
function answerPtrace(profile: CompiledProfile, { permissions, peer }: PtraceQuestion): Answer {
  const mediated = classWalk(profile, CLASS.ptrace);
  if (mediated.kind === 'unmediated')
    return {
      kind: 'unknown',
      reason: `${mediated.note.replace(/:.*/s, '')}: the kernel then asks for the capability sys_ptrace instead`,
    };
  const labels = classWalk(profile, CLASS.label);
  const given = labels.kind === 'unmediated' ? NO_PERMISSIONS : labels.at(bytesOf(CLASS.ptrace) + peer);
  return answerBits(given, permissions, { names: PTRACE_BITS, isAuditedWhole: profile.isAudited });
}

/** The buses ask by aa_query_label(2), in this order; to bind a name by the first two, to eavesdrop by the first. */
function answerDbus(profile: CompiledProfile, question: DbusQuestion): Answer {
  const walk = classWalk(profile, CLASS.dbus);
  if (walk.kind === 'unmediated') return allowedAll(question.permissions, walk.note);
  const { bus, name = '', peerLabel = '', path = '', interface: called = '', member = '' } = question;
  const whole = walk.at(joined([bus, name, peerLabel, path, called, member]));
  const parts = [
    { given: whole, bits: DBUS_BITS.send | DBUS_BITS.receive },
    { given: walk.at(joined([bus, name])), bits: DBUS_BITS.bind },
    { given: walk.at(bus), bits: DBUS_BITS.eavesdrop },
  ];
  const all = (read: (given: GivenBits) => number): number =>
    parts.reduce((sum, { given, bits }) => sum | (read(given) & bits), 0);
  const given = { allow: all((one) => one.allow), audit: all((one) => one.audit), quiet: all((one) => one.quiet) };
  return answerBits(given, question.permissions, { names: DBUS_BITS, isAuditedWhole: profile.isAudited });
}

/** do_match_mnt() of mount.c: the data count only where the policy says so. */
function answerMount(profile: CompiledProfile, question: MountQuestion): Answer {
  const walk = classWalk(profile, CLASS.mount);
  if (walk.kind === 'unmediated') return allowedAll(['mount'], walk.note);
  const unknown = question.flags.find((flag) => MOUNT_FLAGS[flag] === undefined);
  if (unknown !== undefined) return { kind: 'unknown', reason: `"${unknown}" is no flag of a mount` };
  const flags = question.flags.reduce((all, flag) => all | (MOUNT_FLAGS[flag] ?? 0), 0);
  const { mountPoint, source = '', fileSystem = '', data } = question;
  const text = joined([mountPoint, source, fileSystem, flagBytes(flags)]);
  const first = walk.at(text);
  const isByData = (first.allow & MOUNT_BITS.mount) === 0 && (first.allow & MOUNT_CONTINUES) !== 0;
  const given = isByData && data !== undefined ? walk.at(joined([text, data])) : first;
  return answerBits(given, ['mount'], { names: MOUNT_BITS, isAuditedWhole: profile.isAudited });
}

/** Each flag that is set as a byte, its number and one (match_mnt_flags()). */
function flagBytes(flags: number): string {
  let bytes = '';
  for (let bit = 0; bit < 32; bit++) if (((flags >>> bit) & 1) !== 0) bytes += bytesOf(bit + 1);
  return bytes;
}

function answerMounted(profile: CompiledProfile, text: string, permission: 'umount' | 'pivot_root'): Answer {
  const walk = classWalk(profile, CLASS.mount);
  if (walk.kind === 'unmediated') return allowedAll([permission], walk.note);
  return answerBits(walk.at(text), [permission], { names: MOUNT_BITS, isAuditedWhole: profile.isAudited });
}

/** aa_change_profile() of domain.c: labels stand among the files; with an execution the program's path comes first. */
function answerChangeProfile(profile: CompiledProfile, { target, exec }: ChangeProfileQuestion): Answer {
  const { files, isAudited } = profile;
  const names = { change_profile: exec === undefined ? PERMISSION.changeProfile : PERMISSION.onExec };
  const options = { names, isAuditedWhole: isAudited };
  if (files === undefined) return answerBits(NO_PERMISSIONS, ['change_profile'], options);
  const at = (start: number, text: string): number => files.automaton.walk(start, text);
  const given = permissionsAt(files, at(files.start, target), false);
  if (exec === undefined || (given.allow & PERMISSION.onExec) === 0)
    return answerBits(given, ['change_profile'], options);
  const program = at(files.start, exec);
  if ((permissionsAt(files, program, false).allow & PERMISSION.onExec) === 0)
    return answerBits(NO_PERMISSIONS, ['change_profile'], options);
  const between = files.automaton.step(program, 0);
  const state = between === NO_MATCH ? NO_MATCH : at(between, target);
  return answerBits(permissionsAt(files, state, false), ['change_profile'], options);
}

function answerUserNamespace(profile: CompiledProfile): Answer {
  const walk = classWalk(profile, CLASS.namespace);
  if (walk.kind === 'unmediated') return allowedAll(['create'], walk.note);
  return answerBits(walk.at(''), ['create'], { names: NAMESPACE_BITS, isAuditedWhole: profile.isAudited });
}
