import type { DraftBody } from '../draft.ts';
import { parsePattern } from '../../pattern/pattern.ts';
import { isAtLeast } from '../dialect.ts';
import type { Token } from '../lexer/token.ts';
import { ADDRESS_FAMILIES, FAMILY_PROTOCOLS, SOCKET_TYPES } from '../names.ts';
import type { Reader } from '../reader.ts';
import type { NetworkRule } from '../syntax.ts';
import { checkConditions, type Condition, type ConditionRule, readConditions, readGroup } from './conditions.ts';
import { isAddress, isPort } from './network-address.ts';
import { type PermissionWords, readPermissions } from './permissions.ts';

export const SOCKET_PERMISSIONS: readonly string[] = [
  'create',
  'bind',
  'listen',
  'accept',
  'connect',
  'shutdown',
  'getattr',
  'setattr',
  'getopt',
  'setopt',
  'send',
  'receive',
];
const PERMISSIONS: PermissionWords = {
  rule: 'network',
  words: SOCKET_PERMISSIONS,
  letters: { r: 'receive', w: 'send' },
  synonyms: { read: 'receive', write: 'send' },
};
/** Only these are asked of the other side (AA_PEER_NET_PERMS of network.h). */
const PEER_PERMISSIONS: readonly string[] = ['send', 'receive', 'connect', 'accept'];

/** `network access family type,` with `ip=`, `port=` and `peer=(…)` of newer versions. */
export function readNetworkRule(reader: Reader): DraftBody | undefined {
  reader.next();
  const isOld = !isAtLeast(reader.dialect, '4.0');
  const access = isOld ? [] : readPermissions(reader, PERMISSIONS);
  if (access === undefined) return undefined;
  const family = reader.accept('id');
  const type = family === undefined ? undefined : reader.accept('id');
  const conditions = isOld ? [] : readConditions(reader);
  const peer = isOld ? 'none' : conditions === undefined ? undefined : readGroup(reader, 'peer');
  if (conditions === undefined || peer === undefined || reader.expect(',', 'a comma') === undefined) return undefined;
  const peers = peer === 'none' ? [] : peer.conditions;
  if (
    !areConditionsRight(reader, conditions, { isPeer: false }) ||
    !areConditionsRight(reader, peers, { isPeer: true })
  )
    return undefined;
  const named = nameFamily(reader, { family, type, hasConditions: conditions.length + peers.length > 0 });
  if (named === undefined) return undefined;
  if (peers.length > 0 && !checkPeerAccess(reader, access, peers)) return undefined;
  return networkDraft({
    access,
    conditions: [...conditions, ...peers.map((one) => ({ ...one, isPeer: true }))],
    ...named,
  });
}

/** Some accesses have no other side. */
export function checkPeerAccess(reader: Reader, access: readonly string[], peers: readonly Condition[]): boolean {
  const wrong = access.find((one) => !PEER_PERMISSIONS.includes(one));
  const token = peers[0]?.token;
  if (wrong === undefined || token === undefined) return true;
  reader.fail(token, {
    code: 'condition',
    message: `“${wrong}” has no peer: “peer=(…)” goes with ${PEER_PERMISSIONS.join(', ')}`,
  });
  return false;
}

function areConditionsRight(
  reader: Reader,
  conditions: readonly Condition[],
  { isPeer }: { isPeer: boolean },
): boolean {
  const isNewest = isAtLeast(reader.dialect, '5.0');
  const labels: ConditionRule = { operators: ['=', ':='] };
  const known: Record<string, ConditionRule> = { ip: {}, port: {} };
  if (isNewest) known['label'] = labels;
  if (isNewest && !isPeer) known['interface'] = {};
  const names = Object.fromEntries(Object.entries(known).map(([name, rule]) => [name, { ...rule }]));
  if (checkConditions(reader, conditions.map(withFirstValue), { rule: 'network', names }) === undefined) return false;
  return conditions.every((condition) => isValueRight(reader, condition));
}

/** The parser looks at the first of several values. */
function withFirstValue(condition: Condition): Condition {
  return { ...condition, values: condition.values.slice(0, 1) };
}

function isValueRight(reader: Reader, { name, values }: Condition): boolean {
  const [token] = values;
  if (token === undefined) return true;
  const text = token.value;
  const isRight =
    name === 'ip'
      ? isAddress(text)
      : name === 'port'
        ? isPort(text)
        : name === 'interface'
          ? parsePattern(text).kind === 'pattern'
          : true;
  if (!isRight) reader.fail(token, { code: 'network', message: `“${token.text}” is no value of “${name}”` });
  return isRight;
}

interface Naming {
  readonly family: Token | undefined;
  readonly type: Token | undefined;
  readonly hasConditions: boolean;
}

function nameFamily(
  reader: Reader,
  { family, type, hasConditions }: Naming,
): Pick<NetworkRule, 'family' | 'type' | 'protocol'> | undefined {
  if (family === undefined) return {};
  const name = family.value;
  const isFamily = ADDRESS_FAMILIES.has(name);
  const types = isFamily ? typesOf(name) : [];
  if (type !== undefined && !types.includes(type.value))
    return reader.fail(isFamily ? type : family, {
      code: 'network',
      message: isFamily
        ? `“${type.text}” is no type of the family “${name}”; there are ${types.join(', ')}`
        : `“${family.text}” is no address family`,
    });
  if (type === undefined && !isFamily && !isAnyType(name))
    return reader.fail(family, {
      code: 'network',
      message: `“${family.text}” is neither an address family nor a type of sockets`,
    });
  if (hasConditions && isFamily && name !== 'inet' && name !== 'inet6')
    return reader.fail(family, { code: 'network', message: `the family “${name}” has no addresses to compare` });
  if (type === undefined) return isFamily ? { family: name } : typeOrProtocol(name);
  return { family: name, ...typeOrProtocol(type.value) };
}

function typesOf(family: string): readonly string[] {
  return [...SOCKET_TYPES, ...(Object.hasOwn(FAMILY_PROTOCOLS, family) ? (FAMILY_PROTOCOLS[family] ?? []) : [])];
}

function isAnyType(name: string): boolean {
  return SOCKET_TYPES.includes(name) || Object.values(FAMILY_PROTOCOLS).flat().includes(name);
}

function typeOrProtocol(name: string): { type: string } | { protocol: string } {
  return SOCKET_TYPES.includes(name) ? { type: name } : { protocol: name };
}

type Parts = Pick<NetworkRule, 'access' | 'family' | 'type' | 'protocol'> & {
  readonly conditions: readonly (Condition & { readonly isPeer?: boolean })[];
};

function networkDraft({ conditions, ...named }: Parts): DraftBody {
  const written = conditions.map(({ name, operator, values, isPeer }) => {
    const text = `${name}${operator === 'none' ? '' : operator}${values.map((value) => value.text).join(' ')}`;
    return isPeer === true ? `peer=(${text})` : text;
  });
  return {
    name: 'network',
    isEntry: false,
    make: (_, { base }) => [{ ...base, kind: 'network', ...named, conditions: written }],
  };
}
