import type { ClassQuestion } from '../apparmor/compiled/question.ts';

export type AskedInWords =
  | { readonly kind: 'question'; readonly question: ClassQuestion }
  /** `forms`: all that can be asked, on one line. */
  | { readonly kind: 'not-understood'; readonly reason: string; readonly forms: string };

const FORMS = [
  'capability NAME',
  'network FAMILY TYPE [create|send|…]',
  'unix TYPE [create|connect|…] [addr=@NAME] [peer_addr=@NAME] [peer=LABEL]',
  'signal send|receive set=NAME peer=LABEL',
  'ptrace trace|read|tracedby|readby peer=LABEL',
  'dbus send|receive|bind|eavesdrop bus=BUS [name=…] [path=…] [interface=…] [member=…] [peer=LABEL]',
  'mount SOURCE -> PLACE [fstype=TYPE] [options=FLAG,FLAG]',
  'umount PLACE',
  'pivot_root NEW OLD',
  'change_profile TARGET [exec=PROGRAM]',
  'userns',
] as const;

/** A question in the words of a rule, as people type it. */
export function askedInWords(text: string): AskedInWords {
  const words = text.split(/\s+/).filter((word) => word !== '');
  const [kind = '', ...rest] = words;
  const plain = rest.filter((word) => !word.includes('='));
  const conditions = new Map(rest.filter((word) => word.includes('=')).map((word) => halves(word)));
  const question = questionOf(kind, { plain, conditions });
  return question === undefined
    ? {
        kind: 'not-understood',
        reason: `"${text}" is no question that Freehold knows.`,
        forms: `Questions are: ${FORMS.join('; ')}.`,
      }
    : { kind: 'question', question };
}

function halves(word: string): readonly [string, string] {
  const at = word.indexOf('=');
  return [word.slice(0, at), word.slice(at + 1)];
}

interface Words {
  readonly plain: readonly string[];
  readonly conditions: ReadonlyMap<string, string>;
}

function questionOf(kind: string, { plain, conditions }: Words): ClassQuestion | undefined {
  const [first, second] = plain;
  const peer = conditions.get('peer');
  switch (kind) {
    case 'capability':
      return first === undefined ? undefined : { kind, capability: first.replace(/^cap_/i, '').toLowerCase() };
    case 'network':
      if (first === undefined || second === undefined) return undefined;
      return { kind, family: first, type: second, permissions: orCreate(plain.slice(2)) };
    case 'unix':
      return first === undefined ? undefined : unixQuestion(first, { plain: plain.slice(1), conditions });
    case 'signal': {
      const signal = conditions.get('set');
      if (signal === undefined || peer === undefined || plain.length === 0) return undefined;
      return { kind, signal, permissions: plain, peer };
    }
    case 'ptrace':
      return peer === undefined || plain.length === 0 ? undefined : { kind, permissions: plain, peer };
    case 'dbus':
      return busQuestion({ plain, conditions });
    case 'mount':
      return mountQuestion({ plain, conditions });
    case 'umount':
      return first === undefined ? undefined : { kind, mountPoint: first };
    case 'pivot_root':
      return first === undefined || second === undefined
        ? undefined
        : { kind: 'pivot-root', newRoot: first, oldRoot: second };
    case 'change_profile': {
      const exec = conditions.get('exec');
      if (first === undefined) return undefined;
      return { kind: 'change-profile', target: first, ...(exec !== undefined && { exec }) };
    }
    case 'userns':
      return { kind: 'user-namespace' };
    default:
      return undefined;
  }
}

function orCreate(permissions: readonly string[]): readonly string[] {
  return permissions.length === 0 ? ['create'] : permissions;
}

function unixQuestion(type: string, { plain, conditions }: Words): ClassQuestion {
  const [address, peerAddress, peerLabel] = ['addr', 'peer_addr', 'peer'].map((name) => conditions.get(name));
  return {
    kind: 'unix',
    type,
    permissions: orCreate(plain),
    ...(address !== undefined && { address }),
    ...(peerAddress !== undefined && { peerAddress }),
    ...(peerLabel !== undefined && { peerLabel }),
  };
}

function busQuestion({ plain, conditions }: Words): ClassQuestion | undefined {
  const bus = conditions.get('bus');
  if (bus === undefined || plain.length === 0) return undefined;
  const said = (name: string, as: string): Readonly<Record<string, string>> => {
    const value = conditions.get(name);
    return value === undefined ? {} : { [as]: value };
  };
  return {
    kind: 'dbus',
    permissions: plain,
    bus,
    ...said('name', 'name'),
    ...said('peer', 'peerLabel'),
    ...said('path', 'path'),
    ...said('interface', 'interface'),
    ...said('member', 'member'),
  };
}

function mountQuestion({ plain, conditions }: Words): ClassQuestion | undefined {
  const arrow = plain.indexOf('->');
  const mountPoint = arrow === -1 ? plain[0] : plain[arrow + 1];
  const source = arrow > 0 ? plain[0] : undefined;
  const fileSystem = conditions.get('fstype');
  const flags = (conditions.get('options') ?? '').split(',').filter((flag) => flag !== '');
  if (mountPoint === undefined) return undefined;
  return {
    kind: 'mount',
    mountPoint,
    flags,
    ...(source !== undefined && { source }),
    ...(fileSystem !== undefined && { fileSystem }),
  };
}
