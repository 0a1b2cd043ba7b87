import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Rule } from '../language/syntax.ts';
import type { AccessEvent } from '../log/event.ts';
import {
  access,
  everyRun,
  exec,
  fileRule,
  learnRuns,
  placeAt,
  profileOf,
  texts,
} from '../../../test/confinement/learning.ts';

const made = (name: string): AccessEvent =>
  access(name, { operation: 'mkdir', requested: 'c', denied: 'c', isOwner: true });
const written = (name: string): AccessEvent => access(name, { requested: 'rwc', denied: 'rwc', isOwner: true });
const STATE = 'ab cd ef gh ij kl'.split(' ');

test('all that is in a folder that the program made is its own', () => {
  const folder = '/home/anna/.config/office/';
  const files = STATE.map((word) => written(`${folder}${word}`));
  assert.deepEqual(texts(learnRuns(everyRun([made(folder), ...files]))), [
    'owner @{HOME}/.config/office/ w,',
    'owner @{HOME}/.config/office/** rw,',
  ]);
  assert.equal(texts(learnRuns(everyRun(files))).length, files.length, 'somebody else made it');
  const mapped = [made(folder), ...files, access(`${folder}x.so`, { requested: 'rm', isOwner: true })];
  assert.equal(texts(learnRuns(everyRun(mapped))).length, mapped.length, 'something in it is mapped');
});

test('a folder of a home that is for all programs is never one of them, and neither is one that holds keys', () => {
  for (const folder of ['/home/anna/.config/', '/home/anna/Documents/', '/home/anna/.local/share/']) {
    const events = [made(folder), ...STATE.map((word) => written(`${folder}${word}`))];
    assert.equal(texts(learnRuns(everyRun(events))).length, events.length, folder);
  }
  const folder = '/home/anna/.local/';
  const learned = learnRuns(everyRun([made(folder), ...STATE.map((word) => written(`${folder}${word}/x`))]));
  assert.ok(texts(learned).every((text) => !text.includes('*')));
});

test('of a folder of the system that is listed any file may be read, with all below it where that is listed too', () => {
  const files = ['ab', 'bc', 'cd', 'de'].map((word) => access(`/etc/office/conf.d/${word}.conf`));
  const listed = (name: string): AccessEvent => access(name);
  assert.deepEqual(texts(learnRuns(everyRun([listed('/etc/office/conf.d/'), ...files]))), [
    '/etc/office/conf.d/ r,',
    '/etc/office/conf.d/*.conf r,',
  ]);
  assert.equal(texts(learnRuns(everyRun(files))).length, files.length, 'not listed');
  const below = [listed('/etc/office/conf.d/'), ...files, access('/etc/office/conf.d/x/y')];
  assert.ok(!texts(learnRuns(everyRun(below))).some((text) => text.includes('**')));
  assert.deepEqual(texts(learnRuns(everyRun([...below, listed('/etc/office/conf.d/x/')]))), [
    '/etc/office/conf.d/ r,',
    '/etc/office/conf.d/** r,',
  ]);
  const home = ['/home/anna/x/y/', ...STATE.map((word) => `/home/anna/x/y/${word}`)];
  const own = home.map((name) => access(name, { isOwner: true }));
  assert.equal(texts(learnRuns(everyRun(own))).length, home.length, 'of a home that is said of nothing');
});

test('names that are digests are generalised when three are there in every run', () => {
  const names = ['0', '1', '2'].map((digit) => access(`/srv/o/cache/${digit}d41d8cd98f00b204e9800998ecf842.x`));
  assert.deepEqual(texts(learnRuns(everyRun(names))), ['/srv/o/cache/[0-9a-f]*.x r,']);
  assert.equal(texts(learnRuns(everyRun(names.slice(1)))).length, 2);
});

test('a random name that looks like a word goes with those that do not', () => {
  const names = ['aB3xQz', 'Zk91Lq', 'x7Ty2P', 'rnfbwe'];
  const runs = Object.fromEntries(
    names.map((name) => [name, [access(`/srv/o/x-0d41d8cd98f00b204e9800998ecf8427.TMP-${name}`)]]),
  );
  assert.deepEqual(texts(learnRuns(runs)), ['/srv/o/x-[0-9a-f]*.TMP-?????? r,']);
});

test('what several names have alike stays as it is, however random it looks', () => {
  const name = (run: number): string => `/tmp/OfficeIPCx_${String(run)}d41d8cd98f00b204e9800998ecf842`;
  assert.deepEqual(texts(learnRuns(Object.fromEntries([0, 1, 2].map((run) => [String(run), [access(name(run))]])))), [
    '/tmp/OfficeIPCx_[0-9a-f]* r,',
  ]);
});

test('where the machine stands and in which language are no part of a rule', () => {
  const names = ['/usr/share/zoneinfo/Europe/Vienna', '/usr/share/locale/de/LC_MESSAGES/o.mo'];
  assert.deepEqual(texts(learnRuns(everyRun(names.map((name) => access(name))))), [
    '/usr/share/locale/*/LC_MESSAGES/o.mo r,',
    '/usr/share/zoneinfo/** r,',
  ]);
});

test('a program that is read as well as executed has one rule', () => {
  const events = [exec('/usr/lib/office/program/helper'), access('/usr/lib/office/program/helper')];
  assert.deepEqual(texts(learnRuns(everyRun(events))), ['/usr/lib/office/program/helper rix,']);
});

test('the ends of a link are what was learned for them, and the rule is not learned twice', () => {
  const link = (run: number): readonly AccessEvent[] => {
    const temporary = `/srv/o/state/t.${['aB3xQz', 'kQ9L2m', 'x7Ty2P'][run] ?? ''}`;
    return [
      access('/srv/o/state/lock', { requested: 'l', operation: 'link', target: temporary }),
      access(temporary, { requested: 'wc' }),
    ];
  };
  const runs = Object.fromEntries([0, 1, 2].map((run) => [String(run), link(run)]));
  const learned = learnRuns(runs);
  assert.deepEqual(texts(learned), ['link /srv/o/state/lock -> /srv/o/state/t.??????,', '/srv/o/state/t.?????? w,']);
  assert.ok(learned.heldOut.every(({ denied }) => denied === 0));
  const rule: Rule = {
    kind: 'link',
    place: placeAt(1),
    text: 'link /srv/o/** -> /srv/o/**,',
    isAudited: false,
    effect: 'allow',
    priority: 0,
    isSubset: false,
    owner: 'any',
    path: { written: '/srv/o/**', expanded: ['/srv/o/**'] },
    target: { written: '/srv/o/**', expanded: ['/srv/o/**'] },
  };
  assert.deepEqual(texts(learnRuns(runs, { profile: profileOf([rule]) })), ['/srv/o/state/t.?????? w,']);
  const whole = fileRule({ path: '/srv/o/state/**', permissions: ['w', 'l'] });
  assert.deepEqual(texts(learnRuns(runs, { profile: profileOf([whole]) })), []);
  // A link may have no more than its target (profile_path_link() of file.c).
  const more = fileRule({ path: '/srv/o/state/lock', permissions: ['r', 'k'] });
  assert.notDeepEqual(texts(learnRuns(runs, { profile: profileOf([whole, more]) })), []);
});

test('a log of other profiles says so', () => {
  const learned = learnRuns(everyRun([access('/etc/x', { profile: 'other//child' })]));
  assert.match(learned.notes.join(), /no event of office, but of other profiles: other \(3\)/);
  assert.match(learnRuns({}).notes.join(), /nor of any other profile/);
});
