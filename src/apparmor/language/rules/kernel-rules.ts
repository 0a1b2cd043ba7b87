import type { DraftBody } from '../draft.ts';
import type { Token } from '../lexer/token.ts';
import type { Reader } from '../reader.ts';
import { checkConditions, type Condition, readConditions, readGroup, valueOf } from './conditions.ts';
import { peerDraft } from './peer-rules.ts';
import { type PermissionWords, readPermissions } from './permissions.ts';

const USERNS: PermissionWords = { rule: 'userns', words: ['create'], isLenient: true };
const IO_URING: PermissionWords = { rule: 'io_uring', words: ['override_creds', 'sqpoll'], isLenient: true };
const MQUEUE: PermissionWords = {
  rule: 'mqueue',
  words: ['create', 'open', 'delete', 'getattr', 'setattr', 'write', 'read'],
  letters: { r: 'read', w: 'write' },
};

/** `userns create,` */
export function readUsernsRule(reader: Reader): DraftBody | undefined {
  reader.next();
  const access = readPermissions(reader, USERNS);
  if (access === undefined || reader.expect(',', 'a comma') === undefined) return undefined;
  return peerDraft({ kind: 'userns', access, conditions: [], peers: [], patterns: [] });
}

/** `io_uring access label=…,` */
export function readIoUringRule(reader: Reader): DraftBody | undefined {
  reader.next();
  const access = readPermissions(reader, IO_URING);
  const conditions = access === undefined ? undefined : readConditions(reader);
  const group = conditions === undefined ? undefined : readGroup(reader, 'peer');
  if (
    access === undefined ||
    conditions === undefined ||
    group === undefined ||
    reader.expect(',', 'a comma') === undefined
  )
    return undefined;
  const all = [...conditions, ...(group === 'none' ? [] : group.conditions)];
  if (checkConditions(reader, all, { rule: 'io_uring', names: { label: {} } }) === undefined) return undefined;
  return peerDraft({
    kind: 'io-uring',
    access,
    conditions: all,
    peers: [],
    patterns: all.flatMap(({ values }) => values),
  });
}

/** `mqueue access type=… label=… name,` */
export function readMqueueRule(reader: Reader): DraftBody | undefined {
  reader.next();
  const access = readPermissions(reader, MQUEUE);
  const conditions = access === undefined ? undefined : readConditions(reader);
  if (access === undefined || conditions === undefined) return undefined;
  const name = reader.accept('id');
  if (reader.expect(',', 'a comma') === undefined) return undefined;
  const checked = conditions.map((one) => ({ ...one, values: one.values.slice(0, 1) }));
  if (checkConditions(reader, checked, { rule: 'mqueue', names: { label: {}, type: {} } }) === undefined)
    return undefined;
  const problem = queueProblem(conditions, name);
  if (problem !== undefined) return reader.fail(problem.token, { code: 'mqueue', message: problem.message });
  const label = valueOf(conditions, 'label');
  const named: Condition[] = name === undefined ? [] : [{ token: name, name: 'name', operator: '=', values: [name] }];
  return peerDraft({
    kind: 'mqueue',
    access,
    conditions: [...conditions, ...named],
    peers: [],
    patterns: [label, name].filter((one) => one !== undefined),
  });
}

function queueProblem(
  conditions: readonly Condition[],
  name: Token | undefined,
): { token: Token; message: string } | undefined {
  const type = valueOf(conditions, 'type');
  if (type !== undefined && type.value !== 'posix' && type.value !== 'sysv')
    return { token: type, message: `“${type.text}” is no type of message queues; there are posix and sysv` };
  if (name === undefined) return undefined;
  const isPath = name.value.startsWith('/');
  if (!isPath && !/^\d+$/.test(name.value))
    return { token: name, message: 'the name of a message queue begins with “/” or is a number' };
  if (isPath && type?.value === 'sysv') return { token: name, message: 'queues of type sysv are named by a number' };
  if (!isPath && type?.value === 'posix')
    return { token: name, message: 'names of queues of type posix begin with “/”' };
  return undefined;
}
