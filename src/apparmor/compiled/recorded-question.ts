import type { AccessEvent } from '../log/event.ts';
import type { Unknown } from './answer.ts';
import type { ClassQuestion } from './question.ts';

export type RecordedQuestion = { readonly kind: 'question'; readonly question: ClassQuestion } | Unknown;

/** What a record of the log asked the policy, where it was no file. Fields are those of the kernel's audit_cb functions. */
export function classQuestionOf(event: AccessEvent): RecordedQuestion {
  switch (event.class) {
    case 'cap': {
      const capability = event.fields['capname'];
      return capability === undefined ? unsaid('the capability') : asked({ kind: 'capability', capability });
    }
    case 'net':
    case 'unix':
      return socketQuestion(event);
    case 'signal': {
      const { signal } = event.fields;
      if (signal === undefined || event.peer === undefined) return unsaid('the signal and its peer');
      return asked({ kind: 'signal', signal, permissions: wordsOf(event), peer: event.peer });
    }
    case 'ptrace':
      if (event.peer === undefined) return unsaid('the peer');
      return asked({ kind: 'ptrace', permissions: wordsOf(event), peer: event.peer });
    case 'dbus':
      return busQuestion(event);
    case 'mount':
      return mountQuestion(event);
    default:
      return { kind: 'unknown', reason: `accesses of class "${event.class}" are not asked about` };
  }
}

function asked(question: ClassQuestion): RecordedQuestion {
  return { kind: 'question', question };
}

function unsaid(what: string): Unknown {
  return { kind: 'unknown', reason: `the record does not say ${what}` };
}

function wordsOf({ requested }: AccessEvent): readonly string[] {
  return requested.split(/[\s,]+/).filter((word) => word !== '');
}

function socketQuestion(event: AccessEvent): RecordedQuestion {
  const { family, sock_type: type, protocol, addr, peer_addr: peerAddress } = event.fields;
  if (family === undefined || type === undefined) return unsaid('the address family and the type');
  const permissions = wordsOf(event);
  if (family !== 'unix' || (addr === undefined && peerAddress === undefined && event.peer === undefined))
    return asked({ kind: 'network', family, type, protocol: Number(protocol ?? 0), permissions });
  const named = (address: string | undefined): address is string => address !== undefined && address !== 'none';
  return asked({
    kind: 'unix',
    type,
    permissions,
    ...(named(addr) && { address: addr }),
    ...(named(peerAddress) && { peerAddress }),
    ...(event.peer !== undefined && { peerLabel: event.peer }),
  });
}

/** dbus-daemon writes `mask`; the kernel's own name for it is `requested_mask`. */
function busQuestion(event: AccessEvent): RecordedQuestion {
  const { bus, path, interface: called, member, mask, peer_label: label } = event.fields;
  if (bus === undefined) return unsaid('the bus');
  const permission = event.requested === '' ? mask : event.requested;
  if (permission === undefined) return unsaid('what was asked for');
  const peerLabel = event.peer ?? label;
  return asked({
    kind: 'dbus',
    permissions: permission.split(/[\s,]+/),
    bus,
    ...(event.name !== undefined && { name: event.name }),
    ...(peerLabel !== undefined && { peerLabel }),
    ...(path !== undefined && { path }),
    ...(called !== undefined && { interface: called }),
    ...(member !== undefined && { member }),
  });
}

function mountQuestion({ operation, name, fields }: AccessEvent): RecordedQuestion {
  if (name === undefined) return unsaid('where');
  if (operation === 'umount') return asked({ kind: 'umount', mountPoint: name });
  const { fstype, srcname, flags, options } = fields;
  if (operation === 'pivotroot')
    return srcname === undefined
      ? unsaid('the old root')
      : asked({ kind: 'pivot-root', newRoot: name, oldRoot: srcname });
  return asked({
    kind: 'mount',
    mountPoint: name,
    flags: (flags ?? '').split(/[\s,]+/).filter((flag) => flag !== ''),
    ...(srcname !== undefined && { source: srcname }),
    ...(fstype !== undefined && { fileSystem: fstype }),
    ...(options !== undefined && { data: options }),
  });
}
