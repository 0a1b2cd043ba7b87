import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { decodePolicy } from '../../../apparmor/compiled/decode.ts';
import { parsePolicy } from '../../../apparmor/language/parse-policy.ts';
import type { AccessEvent } from '../../../apparmor/log/event.ts';
import type { Known, SoakEvidence } from '../state.ts';
import { DenialCount, denialsIn, eventsOf, type Rules } from './evidence.ts';
import { execsIn } from './execs.ts';
import { judgeSoak } from './judge.ts';
import { beginOf } from './logs/begin.ts';
import { PieceReader } from './logs/pieces.ts';
import { auditReach, journalReach } from './logs/reach.ts';
import { complainSince } from './since.ts';

const noParser = spawnSync('apparmor_parser', ['--version']).status === 0 ? false : 'LEFT OUT: no apparmor_parser here';

/** As apparmor_parser compiles it, with the features that AppArmor ships for kernels of all kinds. */
function rulesOf(text: string): Rules {
  const argv = ['--skip-kernel-load', '--skip-cache', '--stdout', '--features-file', '/etc/apparmor.d/abi/3.0'];
  const { stdout, stderr } = spawnSync('apparmor_parser', argv, { input: text });
  const policy = decodePolicy(stdout);
  assert.ok(policy.kind === 'policy', stderr.toString());
  const tree = { file: () => text, folder: () => undefined };
  return { compiled: policy.profiles, written: parsePolicy('/demo', tree, { dialect: '5.0' }).profiles };
}

const DAY = 24 * 60 * 60 * 1000;
const NOW = Date.UTC(2026, 0, 20);
const known = (value: number): Known<number> => ({ kind: 'known', value });
const unknown = (reason: string): Known<number> => ({ kind: 'unknown', reason });
const GOOD: SoakEvidence = {
  since: known(NOW - 8 * DAY),
  runs: known(20),
  lost: known(0),
  denials: known(0),
  reach: known(NOW - 7 * DAY),
};
const WISH = { days: 7, runs: 20 };

const CASES: readonly (readonly [what: string, evidence: Partial<SoakEvidence>, missing: readonly RegExp[]])[] = [
  ['all is there', {}, []],
  ['to the hour', { since: known(NOW - 7 * DAY) }, []],
  [
    'an hour too early',
    { since: known(NOW - 7 * DAY + 1) },
    [/for 6 days, since 2026-01-13T00:00:00.001Z; wanted 7 days/],
  ],
  [
    'logs that were thrown away too early',
    { reach: known(NOW - 2 * DAY) },
    [/the logs go back for 2 days, to 2026-01-18T00:00:00.000Z; wanted 7 days/],
  ],
  ['nobody knows how far back the logs go', { reach: unknown('e') }, [/^e$/]],
  ['just begun', { since: known(NOW - 1) }, [/for less than a day/]],
  ['too few runs', { runs: known(19) }, [/19 runs of it were seen; wanted 20/]],
  ['a lost record', { lost: known(1) }, [/1 record of the audit was lost/]],
  ['two denials', { denials: known(2) }, [/would have denied 2 accesses/]],
  [
    'nothing is known',
    { since: unknown('a'), runs: unknown('b'), lost: unknown('c'), denials: unknown('d') },
    [/^a$/, /^b$/, /^c$/, /^d$/],
  ],
  ['one reason for two', { runs: unknown('no log'), denials: unknown('no log') }, [/^no log$/]],
];

test('a profile is ready when nothing is missing, and what is unknown is missing', () => {
  for (const [what, evidence, missing] of CASES) {
    const verdict = judgeSoak({ ...GOOD, ...evidence }, WISH, NOW);
    const reasons = verdict.kind === 'waiting' ? verdict.reasons : [];
    assert.equal(reasons.length, missing.length, `${what}: ${reasons.join(' · ')}`);
    for (const [index, pattern] of missing.entries()) assert.match(reasons[index] ?? '', pattern, what);
  }
  assert.deepEqual(judgeSoak({ ...GOOD, since: unknown('a'), runs: unknown('b') }, { days: 0, runs: 0 }, NOW), {
    kind: 'ready',
  });
});

test('complain since: as old as its file if the boot loaded it, else as its loading', () => {
  const where = { path: '/etc/apparmor.d/x' };
  const view = (loadedAtMs: number, changedAtMs: number) => ({
    now: { kind: 'mode', mode: 'complain' } as const,
    next: { kind: 'mode', mode: 'complain', where } as const,
    loaded: { name: 'x', mode: 'complain', loadedAtMs },
    file: { path: where.path, text: '', changedAtMs },
  });
  const boot = NOW - DAY;
  const other = { bootedAtMs: boot, isAsWritten: false };
  assert.deepEqual(complainSince(view(boot + 5000, NOW - 30 * DAY), other), known(NOW - 30 * DAY));
  assert.deepEqual(complainSince(view(boot + DAY / 2, NOW - 30 * DAY), other), known(boot + DAY / 2));
  assert.equal(complainSince(view(boot + 5000, NOW), other).kind, 'unknown');
  assert.equal(complainSince(view(boot, NOW - DAY), { isAsWritten: true }).kind, 'unknown');
  assert.equal(complainSince({ ...view(boot, boot), now: { kind: 'mode', mode: 'enforce' } }, other).kind, 'unknown');
  assert.equal(complainSince({ ...view(boot, boot), next: { kind: 'none', reason: '' } }, other).kind, 'unknown');
  // Loading it again has no effect, as it is the same.
  assert.deepEqual(complainSince(view(boot + 5000, NOW), { ...other, isAsWritten: true }), known(NOW));
});

test('the log is asked for the profile, its children and its time, and for nothing else', () => {
  const events = [
    event({}),
    event({ profile: 'demo//child', pid: 8 }),
    event({ profile: 'demon', pid: 9 }),
    event({ timeMs: NOW - 1, pid: 10 }),
    event({ verdict: 'AUDIT', pid: 11 }),
    event({ namespace: 'box', pid: 12 }),
  ];
  const ours = eventsOf(events, { profile: 'demo', sinceMs: NOW });
  assert.deepEqual(
    ours.map(({ pid }) => pid),
    [7, 8, 11],
  );
  assert.equal(denialsIn(ours).length, 2);
});

const event = (over: Partial<AccessEvent>): AccessEvent => ({
  verdict: 'ALLOWED',
  operation: 'open',
  class: 'file',
  profile: 'demo',
  name: '/srv/report',
  requested: over.denied ?? 'r',
  denied: 'r',
  isOwner: true,
  isDisconnected: false,
  fields: {},
  timeMs: NOW,
  pid: 7,
  ...over,
});

test('what Freehold tried itself is nobody’s work', () => {
  const events = [event({ comm: 'freehold-probe', pid: 8 }), event({ comm: 'demo' })];
  const ours = eventsOf(events, { profile: 'demo', sinceMs: NOW });
  assert.deepEqual(
    ours.map(({ pid }) => pid),
    [7],
  );
  assert.equal(denialsIn(ours).length, 1);
});

test('what would be denied is what the rules of now deny, and none of them means to', { skip: noParser }, () => {
  const text = `profile demo /usr/bin/demo flags=(complain) {
  /srv/allowed r,
  /usr/bin/cat px,
  audit deny /home/*/.ssh/** r,
}
`;
  const counted = (events: readonly AccessEvent[]): number => {
    const count = new DenialCount(rulesOf(text));
    for (const one of events) count.add(one);
    return count.count;
  };
  assert.equal(counted([event({})]), 1);
  assert.equal(counted([event({ name: '/srv/allowed' })]), 0, 'a rule was added since');
  assert.equal(counted([event({ name: '/home/a/.ssh/id' })]), 0, 'meant');
  assert.equal(counted([event({ name: '/home/a/.ssh/id', denied: 'rw' })]), 1, 'only a part of it is meant');
  assert.equal(counted([event({ verdict: 'AUDIT', name: '/srv/allowed' })]), 0);
  assert.equal(counted([event({ verdict: 'AUDIT', name: '/srv/gone' })]), 1, 'a rule was taken away since');
  assert.equal(counted([event({ profile: 'demo//null-/usr/bin/x' })]), 1, 'nobody knows what follows it');
  const lost = { operation: 'exec', name: '/usr/bin/cat', denied: 'x', info: 'profile transition not found' };
  assert.equal(counted([event(lost)]), 1, 'the rule allows it, and the profile isn’t there');
});

test('starts are counted by the records of a rule on the program', () => {
  const line = (seconds: number, pid: number, exe: string): string =>
    `type=SYSCALL msg=audit(${String(seconds)}.123:45): arch=c000003e syscall=59 success=yes exit=0 ppid=1 pid=${String(pid)} auid=1000 comm="demo" exe=${exe} key="freehold"`;
  const log = [
    line(1000, 1, '"/usr/bin/demo"'),
    line(999, 2, '"/usr/bin/demo"'),
    line(1001, 3, '"/usr/bin/demo2"'),
    line(1001, 4, '"/usr/bin/demo"').replace('success=yes', 'success=no'),
    line(1001, 5, '2F7573722F62696E2F64656D6F'),
    line(1002, 1, '"/usr/bin/demo"'),
    'type=SYSCALL msg=audit(x',
    'type=PATH msg=audit(1001.0:1): pid=9 exe="/usr/bin/demo" success=yes',
  ].join('\n');
  assert.deepEqual([...execsIn(log, { program: '/usr/bin/demo', sinceMs: 1_000_000 })], ['1', '5']);
});

test('logs go back to the first record that is still there', () => {
  const texts = [
    '',
    'node=a type=DAEMON_START msg=audit(1000.123:1): op=start\n',
    'type=AVC msg=audit(2000.000:2): x\n',
  ];
  assert.deepEqual(auditReach(texts), known(1_000_000));
  assert.equal(auditReach(['nothing']).kind, 'unknown');
  const of252 =
    '-1 1c8f Thu 2026-01-01 10:00:00 UTC\u2014Fri 2026-01-02 09:00:00 UTC\n 0 77aa Fri 2026-01-02 10:00:00 UTC\u2014Sat\n';
  const of257 =
    'IDX BOOT ID FIRST ENTRY                 LAST ENTRY\n -1 1c8f    Thu 2026-01-01 10:00:00 UTC Fri 2026-01-02 09:00:00 UTC\n';
  for (const listed of [of252, of257]) assert.deepEqual(journalReach(listed), known(Date.UTC(2026, 0, 1, 10)));
  for (const listed of ['', '-1 1c8f Thu 2026-13-45 10:00:00 UTC']) assert.equal(journalReach(listed).kind, 'unknown');
});

test('of a file counts what was written since a moment, and what is cut off behind the last record of before', () => {
  const old = 'type=AVC msg=audit(1000.500:1): old\n';
  const torn = 'ed="r" denied="r"\n';
  const record = 'type=AVC msg=audit(1001.000:2): new\n';
  const rest = (text: string): string => text.slice(beginOf(text, 1_000_501));
  assert.equal(rest(old + record + old), record + old);
  assert.equal(rest(torn + old + old), '', 'what is cut off was before');
  assert.equal(rest(old + torn + record), torn + record);
  assert.equal(rest(torn), torn);
  assert.equal(rest(old.trimEnd() + record), old.trimEnd() + record, 'cut off, and gone on with in the same line');
  assert.equal(rest(old.trimEnd()), '');
  assert.equal(rest('type=AVC msg=audit(1000.501:1): then\n'), 'type=AVC msg=audit(1000.501:1): then\n');
});

test('a record that is cut off is told, with its place in the file', () => {
  const read = (text: string): string | undefined => {
    const reader = new PieceReader(() => undefined);
    reader.read({ source: 'audit.log', bytes: Buffer.from(text), linesBefore: 40 });
    return reader.finish().unreadable;
  };
  const whole =
    'type=AVC msg=audit(1000.500:1): apparmor="DENIED" operation="open" class="file" profile="demo" name="/a" pid=7 comm="x" requested_mask="r" denied_mask="r" fsuid=0 ouid=0\n';
  assert.equal(read(whole), undefined);
  const cut = `${whole.slice(0, whole.indexOf(' pid='))}\n`;
  assert.match(
    read(whole + cut + cut) ?? '',
    /^2 lines of the logs .* audit\.log:42 \(it has no pid or no comm: cut off\)$/,
  );
});
