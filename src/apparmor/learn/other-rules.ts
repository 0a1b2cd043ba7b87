import { type ByteText, shown } from '../../core/byte-text.ts';
import type { Dialect } from '../language/syntax.ts';
import type { AccessEvent } from '../log/event.ts';
import { escapeName } from './escape.ts';
import { quotedName, type RuleGroup } from './rule-text.ts';
import { patternOf, shapeOf } from './shape.ts';

export type OtherRule =
  | { readonly kind: 'rule'; readonly group: RuleGroup; readonly text: ByteText }
  /** No rule can be written, and why. */
  | { readonly kind: 'uncovered'; readonly reason: string };

/** Words of rules: anything else in the record is no name of a capability, family, signal … */
const WORD = /^[a-z0-9_+-]+$/;
const BUS = /^[A-Za-z0-9_.:-]+$/;

type Maker = (event: AccessEvent, dialect: Dialect) => OtherRule;

const MAKERS: Readonly<Record<string, Maker>> = {
  cap: capability,
  net: network,
  signal,
  ptrace,
  dbus,
  mount,
  rlimits: rlimit,
  namespace: userns,
  io_uring: ioUring,
  posix_mqueue: mqueue,
};

/** The narrowest rule for what isn't an access to a file. */
export function otherRule(event: AccessEvent, dialect: Dialect): OtherRule {
  if (event.operation.startsWith('change_') || event.operation.startsWith('stack')) return changeProfile(event);
  const maker = Object.hasOwn(MAKERS, event.class) ? MAKERS[event.class] : undefined;
  return maker === undefined
    ? uncovered(`no rule is known for class ${shown(event.class)}, operation ${shown(event.operation)}`)
    : maker(event, dialect);
}

function capability({ fields }: AccessEvent): OtherRule {
  const name = fields['capname'];
  return isWord(name) ? rule('capability', `capability ${name},`) : unreadable('capname', name);
}

function network(event: AccessEvent): OtherRule {
  const { family, sock_type: type } = event.fields;
  if (!isWord(family)) return unreadable('family', family);
  if (!isWord(type)) return unreadable('sock_type', type);
  return family === 'unix' ? unix(event, type) : rule('network', `network ${family} ${type},`);
}

function unix(event: AccessEvent, type: string): OtherRule {
  const access = accessOf(event);
  if (access === undefined) return unreadable('requested', event.requested);
  const { addr, peer_addr: peerAddress } = event.fields;
  const peer = [
    ...(event.peer === undefined ? [] : [`label=${quotedName(event.peer)}`]),
    ...(peerAddress === undefined ? [] : [`addr=${address(peerAddress)}`]),
  ];
  const own = addr === undefined || addr === 'none' ? '' : ` addr=${address(addr)}`;
  return rule('unix', `unix ${access} type=${type}${own}${peer.length === 0 ? '' : ` peer=(${peer.join(', ')})`},`);
}

/** An abstract address with a random part (`@/tmp/dbus-Xk2…`) as its shape. */
function address(text: ByteText): ByteText {
  if (text === 'none') return text;
  const shape = shapeOf(text, { isTemporary: true, namesProcess: false });
  return `"${shape?.strength === 'strong' ? patternOf([shape]) : escapeName(text)}"`;
}

function signal(event: AccessEvent): OtherRule {
  const access = accessOf(event);
  const name = event.fields['signal'];
  if (access === undefined) return unreadable('requested', event.requested);
  if (!isWord(name)) return unreadable('signal', name);
  if (event.peer === undefined) return uncovered('the record names no peer');
  return rule('signal', `signal ${access} set=("${name}") peer=${quotedName(event.peer)},`);
}

function ptrace(event: AccessEvent): OtherRule {
  const access = accessOf(event);
  if (access === undefined) return unreadable('requested', event.requested);
  if (event.peer === undefined) return uncovered('the record names no peer');
  return rule('ptrace', `ptrace ${access} peer=${quotedName(event.peer)},`);
}

function dbus(event: AccessEvent): OtherRule {
  const access = accessOf(event);
  const { bus, path, interface: interfaceName, member } = event.fields;
  if (access === undefined) return unreadable('mask', event.requested);
  if (bus === undefined || !BUS.test(bus)) return unreadable('bus', bus);
  if (access === '(bind)') {
    return event.name === undefined
      ? uncovered('the record names no name to bind')
      : rule('dbus', `dbus (bind) bus=${bus} name=${quotedName(event.name)},`);
  }
  const said = [
    ...(path === undefined ? [] : [`path=${quotedName(path)}`]),
    ...(interfaceName === undefined ? [] : [`interface=${quotedName(interfaceName)}`]),
    ...(member === undefined ? [] : [`member=${quotedName(member)}`]),
  ];
  // A name such as :1.42 is another one at every login.
  const hasName = event.name !== undefined && !event.name.startsWith(':') && access === '(send)';
  const peer = [
    ...(hasName ? [`name=${quotedName(event.name)}`] : []),
    ...(event.peer === undefined ? [] : [`label=${quotedName(event.peer)}`]),
  ];
  return rule(
    'dbus',
    `dbus ${[access, `bus=${bus}`, ...said, ...(peer.length === 0 ? [] : [`peer=(${peer.join(', ')})`])].join(' ')},`,
  );
}

function mount(event: AccessEvent): OtherRule {
  if (event.name === undefined) return uncovered('the record names no mount point');
  const name = quotedName(event.name);
  const { srcname: source, fstype, flags } = event.fields;
  if (event.operation === 'umount') return rule('mount', `umount ${name},`);
  if (event.operation === 'pivotroot') {
    return rule('mount', `pivot_root ${source === undefined ? '' : `oldroot=${quotedName(source)} `}${name},`);
  }
  const options = flags?.split(/[ ,]+/).filter((flag) => flag !== '') ?? [];
  if (!options.every((option) => WORD.test(option))) return unreadable('flags', flags);
  if (fstype !== undefined && !/^[A-Za-z0-9_.-]+$/.test(fstype)) return unreadable('fstype', fstype);
  const said = [
    'mount',
    ...(fstype === undefined ? [] : [`fstype=${fstype}`]),
    ...(options.length === 0 ? [] : [`options=(${options.join(', ')})`]),
    ...(source === undefined ? [] : [quotedName(source)]),
    `-> ${name},`,
  ];
  return rule('mount', said.join(' '));
}

function rlimit({ fields }: AccessEvent): OtherRule {
  const { rlimit: resource, value } = fields;
  if (!isWord(resource)) return unreadable('rlimit', resource);
  if (value === undefined || !/^\d+$/.test(value)) return unreadable('value', value);
  return rule('rlimit', `set rlimit ${resource} <= ${value},`);
}

function changeProfile({ target, name, operation }: AccessEvent): OtherRule {
  const to = target ?? name;
  if (!operation.startsWith('change_profile') && !operation.startsWith('change_onexec')) {
    return uncovered(`${shown(operation)} asks for a hat or a stack, which a person has to lay out`);
  }
  return to === undefined || to === ''
    ? uncovered('the record names no profile to change to')
    : rule('change_profile', `change_profile -> ${quotedName(to)},`);
}

/** Rules that came with 4.0: earlier parsers refuse a file that has one. */
function fromFour(dialect: Dialect, made: OtherRule): OtherRule {
  return dialect === '3.0' && made.kind === 'rule'
    ? uncovered(`AppArmor 3.0 has no rule for it; from 4.0 on it is \`${made.text}\``)
    : made;
}

function userns(_: AccessEvent, dialect: Dialect): OtherRule {
  return fromFour(dialect, rule('userns', 'userns create,'));
}

function ioUring(event: AccessEvent, dialect: Dialect): OtherRule {
  const access = accessOf(event);
  if (access === undefined) return unreadable('requested', event.requested);
  return fromFour(dialect, rule('io_uring', `io_uring ${access},`));
}

function mqueue(event: AccessEvent, dialect: Dialect): OtherRule {
  const access = accessOf(event);
  if (access === undefined || event.name === undefined) return unreadable('requested', event.requested);
  return fromFour(dialect, rule('mqueue', `mqueue ${access} type=posix ${quotedName(event.name)},`));
}

function accessOf({ requested }: AccessEvent): string | undefined {
  const words = requested.split(/[ ,]+/).filter((word) => word !== '');
  if (words.length === 0 || !words.every((word) => WORD.test(word))) return undefined;
  return `(${[...new Set(words)].toSorted().join(', ')})`;
}

function isWord(text: ByteText | undefined): text is ByteText {
  return text !== undefined && WORD.test(text);
}

function rule(group: RuleGroup, text: ByteText): OtherRule {
  return { kind: 'rule', group, text };
}

function uncovered(reason: string): OtherRule {
  return { kind: 'uncovered', reason };
}

function unreadable(field: string, value: ByteText | undefined): OtherRule {
  return uncovered(
    value === undefined ? `the record has no ${field}` : `${field}=${shown(value)} is nothing that a rule can say`,
  );
}
