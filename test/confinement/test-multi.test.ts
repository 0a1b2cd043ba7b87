import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { AccessEvent } from '../../src/apparmor/log/event.ts';
import { type AccessLog, readAccessLog } from '../../src/apparmor/log/read-access-log.ts';
import type { StatusRecord } from '../../src/apparmor/log/records.ts';
import { apparmorSource } from './apparmor-source.ts';

/*
 * AppArmor's own log lines and what its library makes of them: libraries/libapparmor/testsuite/test_multi of a source tree, which
 * FREEHOLD_APPARMOR_SOURCE names. An answer is one line a field, `Name: /etc/passwd`.
 */
const SUITE = 'libraries/libapparmor/testsuite/test_multi';
const SOURCE = apparmorSource();

type Answer = ReadonlyMap<string, string>;

/** include/netinet/in.h, as the suite has them. */
const PROTOCOLS: ReadonlyMap<string, string> = new Map([
  ['0', 'ip'],
  ['6', 'tcp'],
  ['17', 'udp'],
]);

describe("AppArmor's suite of log lines", () => {
  it('each as libapparmor does', { skip: typeof SOURCE === 'string' && SOURCE }, (test) => {
    assert.ok(typeof SOURCE !== 'string');
    const folder = join(SOURCE.folder, SUITE);
    const names = readdirSync(folder).filter((name) => name.endsWith('.in'));
    assert.ok(names.length > 100, `${names.length} files in ${folder}`);
    const wrong = names.flatMap((name) => {
      const answer = parseAnswer(readFileSync(join(folder, name.replace(/\.in$/, '.out')), 'utf8'));
      const log = readAccessLog([readFileSync(join(folder, name))], name);
      const differences = compare(answer, log);
      return differences.length === 0 ? [] : [`${name}: ${differences.join('; ')}`];
    });
    test.diagnostic(`${names.length - wrong.length} of ${names.length} as libapparmor reads them`);
    assert.deepEqual(wrong, []);
  });
});

function parseAnswer(text: string): Answer {
  const pairs = text.split('\n').flatMap((line): [string, string][] => {
    const at = line.indexOf(': ');
    return at === -1 ? [] : [[line.slice(0, at), line.slice(at + 2)]];
  });
  return new Map(pairs);
}

function compare(answer: Answer, { events, statuses, summary }: AccessLog): readonly string[] {
  const type = answer.get('Event type')?.replace('AA_RECORD_', '') ?? '';
  if (type === 'INVALID') return events.length + statuses.length === 0 ? [] : ['there is no such record'];
  const records = type === 'STATUS' || type === 'ERROR' ? statuses.map(statusAnswer) : events.map(eventAnswer);
  const [ours] = records;
  if (ours === undefined || records.length !== 1) {
    return [`${records.length} records; ${summary.unreadable.map((one) => one.reason).join(', ')}`];
  }
  const theirs = [...answer].filter(([key]) => !NOT_COMPARED.has(key));
  const known = new Set(theirs.map(([key]) => key));
  return [
    ...theirs.flatMap(([key, value]) => {
      const mine = ours.get(key);
      return mine === value ? [] : [`${key}: ${String(mine)} instead of ${value}`];
    }),
    // The class is told from other fields where the record doesn't say it; a D-Bus daemon's one mask is both of ours.
    ...[...ours.keys()]
      .filter((key) => !known.has(key) && key !== 'Class' && !(key === 'Mask' && isDbus(answer)))
      .map((key) => `${key}: not said by libapparmor`),
  ];
}

const NOT_COMPARED: ReadonlySet<string> = new Set(['START', 'File']);

function isDbus(answer: Answer): boolean {
  return answer.get('Operation')?.startsWith('dbus_') ?? false;
}

function eventAnswer(event: AccessEvent): Answer {
  const { fields } = event;
  // libapparmor keeps labels of peers apart from peers, and both programs' names in one place.
  const peer = event.operation.startsWith('dbus_') || event.operation === 'uring_override' ? 'Peer profile' : 'Peer';
  return answerOf({
    'Event type': `AA_RECORD_${event.verdict}`,
    ...stampAnswer(event),
    Operation: event.operation,
    Mask: event.requested,
    'Denied Mask': event.denied,
    fsuid: fields['fsuid'],
    ouid: fields['ouid'],
    Profile: event.profile,
    [peer]: event.peer,
    Name: event.name ?? fields['capname'],
    Command: fields['exe'] ?? event.comm,
    Name2: event.target,
    Namespace: event.namespace,
    Attribute: fields['attribute'],
    Task: number(fields['task']),
    Parent: number(fields['parent']),
    Token: number(fields['magic_token']),
    Info: event.info,
    ErrorCode: event.errorCode === undefined ? undefined : String(Math.abs(event.errorCode)),
    PID: number(event.pid),
    'Peer PID': number(fields['peer_pid']),
    'Net Addr': fields['addr'],
    'Peer Addr': fields['peer_addr'],
    'Network family': fields['family'],
    'Socket type': fields['sock_type'],
    Protocol: protocol(fields['protocol']),
    'Local addr': fields['saddr'] ?? fields['laddr'],
    'Foreign addr': fields['daddr'] ?? fields['faddr'],
    'Local port': fields['src'] ?? fields['lport'],
    'Foreign port': fields['dest'] ?? fields['fport'],
    'DBus bus': fields['bus'],
    'DBus path': fields['path'],
    'DBus interface': fields['interface'],
    'DBus member': fields['member'] ?? fields['method'],
    Signal: fields['signal'],
    'FS Type': fields['fstype'],
    Flags: fields['flags'],
    'Src name': fields['srcname'],
    Execpath: fields['execpath'],
    Class: event.class,
  });
}

function statusAnswer(status: StatusRecord): Answer {
  return answerOf({
    'Event type': `AA_RECORD_${status.kind.toUpperCase()}`,
    ...stampAnswer(status),
    Operation: status.operation,
    Profile: status.profile,
    Name: status.name,
    Namespace: status.namespace,
    Command: status.comm,
    Info: status.info,
    ErrorCode: status.errorCode === undefined ? undefined : String(Math.abs(status.errorCode)),
    PID: number(status.pid),
  });
}

function stampAnswer({ timeMs, serial }: { timeMs?: number; serial?: number }): Readonly<Record<string, string>> {
  if (timeMs === undefined || serial === undefined) return {};
  const seconds = Math.floor(timeMs / 1000);
  return {
    'Audit ID': `${seconds}.${String(timeMs % 1000).padStart(3, '0')}:${serial}`,
    Epoch: String(seconds),
    'Audit subid': String(serial),
  };
}

function answerOf(said: Readonly<Record<string, string | undefined>>): Answer {
  return new Map(
    Object.entries(said).flatMap(([key, value]): [string, string][] =>
      value === undefined || (value === '' && key !== 'Name2') ? [] : [[key, value]],
    ),
  );
}

/** Without leading zeros, and nothing for 0: the library can't tell it from a field that isn't there. */
function number(text: string | number | undefined): string | undefined {
  return text === undefined || Number(text) === 0 ? undefined : String(Number(text));
}

function protocol(text: string | undefined): string | undefined {
  if (text === undefined || !/^\d+$/.test(text)) return text;
  return PROTOCOLS.get(text) ?? `unknown(${text})`;
}
