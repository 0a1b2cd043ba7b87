import { type Answer, allowedAll, answerBits } from './answer.ts';
import { CLASS, NETWORK_BITS } from './classes.ts';
import { ADDRESS_FAMILIES, numberOf, SOCKET_TYPES } from './names.ts';
import { type KernelPermissions, NO_PERMISSIONS, PERMISSION } from './permissions.ts';
import type { CompiledProfile, NetworkSets } from './profile.ts';
import type { NetworkQuestion, UnixQuestion } from './question.ts';
import { bytesOf, bytesOf16, type ClassWalk, classWalk } from './walk.ts';

const UNIX = 1;

/** aa_profile_af_perm() of net.c: the family and the type decide, unless the policy says that more does. */
export function answerNetwork(profile: CompiledProfile, question: NetworkQuestion): Answer {
  const family = numberOf(question.family, ADDRESS_FAMILIES);
  const type = numberOf(question.type, SOCKET_TYPES);
  if (family === undefined) return { kind: 'unknown', reason: `"${question.family}" is no address family` };
  if (type === undefined) return { kind: 'unknown', reason: `"${question.type}" is no type of sockets` };
  const walk = networkWalk(profile);
  const names = { names: NETWORK_BITS, isAuditedWhole: profile.isAudited };
  if (walk.kind === 'unmediated')
    return profile.network === undefined
      ? allowedAll(question.permissions, walk.note)
      : answerBits(givenByTable(profile.network[family], type), question.permissions, names);
  const text = bytesOf16(family) + bytesOf16(type);
  const given = walk.at(text);
  const answer = answerBits(given, question.permissions, names);
  if (answer.kind === 'unknown' || answer.isAllowed || (given.allow & PERMISSION.continues) === 0) return answer;
  return { kind: 'unknown', reason: `whether it may ${answer.denied.join(', ')} depends on addresses and ports` };
}

function networkWalk(profile: CompiledProfile): ClassWalk {
  const newest = classWalk(profile, CLASS.networkV9);
  return newest.kind === 'mediated' ? newest : classWalk(profile, CLASS.networkV8);
}

/** Old policies know types of sockets, and nothing of what is done with them. */
function givenByTable(
  sets: NetworkSets | undefined,
  type: number,
): Pick<KernelPermissions, 'allow' | 'audit' | 'quiet'> {
  if (sets === undefined) return NO_PERMISSIONS;
  const all = (set: number): number => (((set >>> type) & 1) === 0 ? 0 : ALL_NETWORK);
  return { allow: all(sets.allow), audit: all(sets.audit), quiet: all(sets.quiet) };
}

const ALL_NETWORK = Object.values(NETWORK_BITS).reduce<number>((all, bit) => all | bit, 0);
const COMMAND = { address: 1, listen: 2, option: 4 } as const;
const ANONYMOUS = bytesOf(1);
const PEER = NETWORK_BITS.send | NETWORK_BITS.receive | NETWORK_BITS.connect;
const OPTIONS = NETWORK_BITS.getopt | NETWORK_BITS.setopt;

/** af_unix.c, for sockets that are no files: those are asked about as files. */
export function answerUnix(profile: CompiledProfile, question: UnixQuestion): Answer {
  const type = numberOf(question.type, SOCKET_TYPES);
  if (type === undefined) return { kind: 'unknown', reason: `"${question.type}" is no type of sockets` };
  if (question.address?.startsWith('/') === true || question.peerAddress?.startsWith('/') === true)
    return { kind: 'unknown', reason: 'a socket with a path is a file: ask about w on its path' };
  const walk = unixWalk(profile);
  if (walk === undefined) return answerNetwork(profile, { ...question, kind: 'network', family: 'unix' });
  const kind = bytesOf16(UNIX) + bytesOf16(type);
  const early = walk.at(kind);
  const socket = kind + bytesOf16(0);
  const local = `${socket}${addressBytes(question.address)}\0\0`;
  const peer = `${local}${bytesOf(COMMAND.address)}${addressBytes(question.peerAddress)}\0${question.peerLabel ?? ''}`;
  const parts = [
    { bits: NETWORK_BITS.create, given: walk.at(socket) },
    { bits: NETWORK_BITS.listen, given: walk.at(local + bytesOf(COMMAND.listen, 0, 0)) },
    { bits: OPTIONS, given: walk.at(local + bytesOf(COMMAND.option, 0, 0)) },
    { bits: PEER, given: walk.at(peer) },
    { bits: ALL_NETWORK & ~(NETWORK_BITS.create | NETWORK_BITS.listen | OPTIONS | PEER), given: walk.at(local) },
  ];
  const all = (read: (given: KernelPermissions) => number): number =>
    parts.reduce((sum, { bits, given }) => sum | (read(given) & bits), 0);
  const isEarly = (early.allow & PERMISSION.continues) === 0 && (early.allow & ALL_NETWORK) !== 0;
  const given = isEarly
    ? early
    : { allow: all((one) => one.allow), audit: all((one) => one.audit), quiet: all((one) => one.quiet) };
  return answerBits(given, question.permissions, { names: NETWORK_BITS, isAuditedWhole: profile.isAudited });
}

/** Whether addresses of local sockets are mediated: RULE_MEDIATES_UNIX(), and the mark of older formats in the class before. */
function unixWalk(profile: CompiledProfile): Extract<ClassWalk, { kind: 'mediated' }> | undefined {
  const newest = classWalk(profile, CLASS.networkV9);
  if (newest.kind === 'mediated') return newest.reaches(bytesOf16(UNIX)) ? newest : undefined;
  const mark = classWalk(profile, CLASS.networkV7);
  if (mark.kind === 'unmediated' || !mark.reaches(bytesOf16(UNIX))) return undefined;
  // A known fault of parsers: with `network_v8` the rules stand in its class, the mark in the one before (write_to_prot()).
  const newer = classWalk(profile, CLASS.networkV8);
  return newer.kind === 'mediated' ? newer : mark;
}

function addressBytes(address: string | undefined): string {
  if (address === undefined) return ANONYMOUS;
  return address.startsWith('@') ? `\0${address.slice(1)}` : address;
}
