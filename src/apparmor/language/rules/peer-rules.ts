import type { DraftBody } from '../draft.ts';
import type { Token } from '../lexer/token.ts';
import { UNIX_SOCKET_TYPES } from '../names.ts';
import type { Reader } from '../reader.ts';
import { isSignalName } from '../signal-name.ts';
import type { PeerRule } from '../syntax.ts';
import {
  checkConditions,
  type Condition,
  conditionRecord,
  peerRecord,
  readConditions,
  readGroup,
  valueOf,
} from './conditions.ts';
import { checkPeerAccess, SOCKET_PERMISSIONS } from './network.ts';
import { type PermissionWords, readPermissions } from './permissions.ts';

const FLOW_LETTERS = { r: 'receive', w: 'send' };
const FLOW_SYNONYMS = { read: 'receive', write: 'send' };
const DBUS: PermissionWords = {
  rule: 'dbus',
  words: ['bind', 'send', 'receive', 'eavesdrop'],
  letters: FLOW_LETTERS,
  synonyms: FLOW_SYNONYMS,
};
const UNIX: PermissionWords = {
  rule: 'unix',
  words: SOCKET_PERMISSIONS,
  letters: FLOW_LETTERS,
  synonyms: FLOW_SYNONYMS,
};
const SIGNAL: PermissionWords = {
  rule: 'signal',
  words: ['send', 'receive'],
  letters: FLOW_LETTERS,
  synonyms: FLOW_SYNONYMS,
};
const PTRACE: PermissionWords = {
  rule: 'ptrace',
  words: ['read', 'readby', 'trace', 'tracedby'],
  letters: { r: 'read', w: 'trace' },
  synonyms: { write: 'trace' },
};

export interface PeerParts {
  readonly kind: PeerRule['kind'];
  readonly access: readonly string[];
  readonly conditions: readonly Condition[];
  readonly peers: readonly Condition[];
  /** What is a pattern in it. */
  readonly patterns: readonly Token[];
}

export function peerDraft({ kind, access, conditions, peers, patterns }: PeerParts): DraftBody {
  return {
    name: kind,
    isEntry: false,
    make: (scope, { base }) => {
      for (const pattern of patterns) scope.pattern(pattern, {});
      const own = conditions.filter(({ name }) => name !== 'peer');
      const label = valueOf(conditions, 'peer');
      const peer = { ...(label === undefined ? {} : { label: label.text }), ...peerRecord(peers) };
      return [{ ...base, kind, access, conditions: conditionRecord(own), peer }];
    },
  };
}

function allValues(conditions: readonly Condition[], except: readonly string[] = []): Token[] {
  return conditions.filter(({ name }) => !except.includes(name)).flatMap(({ values }) => values);
}

/** `dbus access conditions peer=(…),` */
export function readDbusRule(reader: Reader): DraftBody | undefined {
  reader.next();
  const access = readPermissions(reader, DBUS);
  const conditions = access === undefined ? undefined : readConditions(reader);
  const peer = conditions === undefined ? undefined : readGroup(reader, 'peer');
  if (
    access === undefined ||
    conditions === undefined ||
    peer === undefined ||
    reader.expect(',', 'a comma') === undefined
  )
    return undefined;
  const peers = peer === 'none' ? [] : peer.conditions;
  const names = { bus: {}, name: {}, label: {}, path: {}, interface: {}, member: {} };
  if (checkConditions(reader, [...conditions, ...peers], { rule: 'dbus', names }) === undefined) return undefined;
  const problem = dbusProblem(access, conditions, peers);
  const token = (conditions[0] ?? peers[0])?.token;
  if (problem !== undefined && token !== undefined) return reader.fail(token, { code: 'dbus', message: problem });
  return peerDraft({ kind: 'dbus', access, conditions, peers, patterns: allValues([...conditions, ...peers]) });
}

/** A rule is about messages or about owning a name, not both (dbus.cc). */
function dbusProblem(
  access: readonly string[],
  conditions: readonly Condition[],
  peers: readonly Condition[],
): string | undefined {
  const has = (list: readonly Condition[], name: string): boolean => list.some((one) => one.name === name);
  if (has(conditions, 'label')) return '“label=” stands within “peer=(…)” only';
  const all = [...conditions, ...peers];
  const isService = has(conditions, 'name');
  const isMessage =
    ['path', 'interface', 'member', 'label'].some((name) => has(all, name)) || (has(peers, 'name') && !isService);
  if (isMessage && isService) return 'conditions of messages and the name of a service exclude each other';
  if (isMessage && access.includes('bind')) return '“bind” has no conditions of messages';
  if (isService && (access.includes('send') || access.includes('receive')))
    return '“send” and “receive” have no name of a service; it goes into “peer=(…)”';
  if (access.includes('eavesdrop') && (isMessage || isService)) return '“eavesdrop” takes “bus=” only';
  return undefined;
}

/** `unix access conditions peer=(…),` */
export function readUnixRule(reader: Reader): DraftBody | undefined {
  reader.next();
  const access = readPermissions(reader, UNIX);
  const conditions = access === undefined ? undefined : readConditions(reader);
  const peer = conditions === undefined ? undefined : readGroup(reader, 'peer');
  if (
    access === undefined ||
    conditions === undefined ||
    peer === undefined ||
    reader.expect(',', 'a comma') === undefined
  )
    return undefined;
  const peers = peer === 'none' ? [] : peer.conditions;
  if (checkConditions(reader, conditions, { rule: 'unix', names: { addr: {}, type: {} } }) === undefined)
    return undefined;
  if (checkConditions(reader, peers, { rule: 'unix, peer', names: { addr: {}, label: {} } }) === undefined)
    return undefined;
  const type = valueOf(conditions, 'type');
  if (type !== undefined && !UNIX_SOCKET_TYPES.has(type.value))
    return reader.fail(type, {
      code: 'unix',
      message: `“${type.text}” is no type of sockets; there are ${[...UNIX_SOCKET_TYPES].join(', ')}`,
    });
  const address = [valueOf(conditions, 'addr'), valueOf(peers, 'addr')].find(
    (one) => one !== undefined && !/^(?:@|none$|auto$)/.test(one.value),
  );
  if (address !== undefined)
    return reader.fail(address, {
      code: 'unix',
      message: `the address “${address.text}” must be abstract (with “@” before it), “none” or “auto”`,
    });
  if (!checkPeerAccess(reader, access, peers)) return undefined;
  return peerDraft({
    kind: 'unix',
    access,
    conditions,
    peers,
    patterns: allValues([...conditions, ...peers], ['type']),
  });
}

/** `signal access set=(…) peer=…,` */
export function readSignalRule(reader: Reader): DraftBody | undefined {
  reader.next();
  const access = readPermissions(reader, SIGNAL);
  const conditions = access === undefined ? undefined : readConditions(reader);
  if (access === undefined || conditions === undefined || reader.expect(',', 'a comma') === undefined) return undefined;
  const names = { set: { isList: true }, peer: {} };
  if (checkConditions(reader, firstValuesOf(conditions, 'peer'), { rule: 'signal', names }) === undefined)
    return undefined;
  const signals = conditions.filter(({ name }) => name === 'set').flatMap(({ values }) => values);
  const unknown = signals.find(({ value }) => !isSignalName(value, reader.dialect));
  if (unknown !== undefined)
    return reader.fail(unknown, {
      code: 'signal',
      message: `“${unknown.text}” is no signal; signal(7), in lower case, without “SIG”, or rtmin+N`,
    });
  return peerDraft({ kind: 'signal', access, conditions, peers: [], patterns: allValues(conditions, ['set']) });
}

/** `ptrace access peer=…,` */
export function readPtraceRule(reader: Reader): DraftBody | undefined {
  reader.next();
  const access = readPermissions(reader, PTRACE);
  const conditions = access === undefined ? undefined : readConditions(reader);
  if (access === undefined || conditions === undefined || reader.expect(',', 'a comma') === undefined) return undefined;
  if (checkConditions(reader, firstValuesOf(conditions, 'peer'), { rule: 'ptrace', names: { peer: {} } }) === undefined)
    return undefined;
  return peerDraft({ kind: 'ptrace', access, conditions, peers: [], patterns: allValues(conditions) });
}

/** Of several values the parser takes the first. */
function firstValuesOf(conditions: readonly Condition[], name: string): readonly Condition[] {
  return conditions.map((one) => (one.name === name ? { ...one, values: one.values.slice(0, 1) } : one));
}
