/** Many machines are changed wave after wave, and a failure stops what has not begun. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Folder, freehold } from '../cli/freehold.ts';
import { type Box, openBoxes, whyNoBoxes } from './boxes.ts';

const BLUEPRINT = `version: 1
name: waves
kernel:
  sysctl:
    net.ipv4.tcp_syncookies: 2
    net.ipv4.conf.all.log_martians: 1
`;
const OUR_FILE = '/etc/sysctl.d/zz-freehold.conf';
const COUNT = 5;

const skip = whyNoBoxes();
let boxes: readonly Box[] = [];
before(async () => {
  if (skip === false) boxes = await openBoxes(COUNT);
});
after(() => {
  for (const box of boxes) box[Symbol.dispose]();
});

function applyTo(some: readonly Box[], ...options: readonly string[]): ReturnType<typeof freehold> {
  using folder = new Folder();
  folder.write('freehold.yaml', BLUEPRINT);
  const addresses = some.map(({ address }) => address);
  return freehold(['apply', ...addresses, '--yes', ...options], { cwd: folder.path });
}

function isChanged(box: Box): boolean {
  return box.sh(`cat ${OUR_FILE} 2>/dev/null || :`).includes('log_martians = 1');
}

test('a canary that fails keeps all others from being begun', { skip }, () => {
  const [canary, ...others] = boxes;
  assert.ok(canary !== undefined);
  canary.sh('mount -o remount,ro /etc/sysctl.d');
  const ended = applyTo(boxes, '--canary', '1', '--wave', '50%');
  canary.sh('mount -o remount,rw /etc/sysctl.d');
  assert.equal(ended.code, 3, ended.stdout + ended.stderr);
  assert.match(ended.stdout, /5 machines: 4 not begun · 1 failed/);
  assert.ok(ended.stdout.includes(canary.address));
  assert.deepEqual(others.map(isChanged), [false, false, false, false]);
  assert.equal(isChanged(canary), false);
});

test('what fails in the second wave stops the third; --keep-going does not stop', { skip }, () => {
  const [first, second, third] = boxes;
  assert.ok(first !== undefined && second !== undefined && third !== undefined);
  second.sh('mount -o remount,ro /etc/sysctl.d');
  const stopped = applyTo([first, second, third], '--canary', '1', '--wave', '1');
  assert.match(stopped.stdout, /3 machines: 1 changed · 1 not begun · 1 failed/);
  assert.deepEqual([first, second, third].map(isChanged), [true, false, false]);
  const kept = applyTo([second, third], '--wave', '1', '--keep-going');
  second.sh('mount -o remount,rw /etc/sysctl.d');
  assert.match(kept.stdout, /2 machines: 1 changed · 1 failed/);
  assert.equal(isChanged(third), true);
});

test('all are changed, each different plan is shown once, and a second time there is nothing to do', { skip }, () => {
  const ended = applyTo(boxes, '--canary', '1');
  assert.equal(ended.code, 0, ended.stdout + ended.stderr);
  assert.equal(ended.stdout.match(/^Plan for /gm)?.length, 1);
  assert.match(ended.stdout, /3 machines: 3 changed/);
  assert.deepEqual(boxes.map(isChanged), [true, true, true, true, true]);
  const again = applyTo(boxes);
  assert.equal(again.code, 0);
  assert.match(again.stdout, /nothing to do on 5/);
  for (const box of boxes) {
    assert.equal(freehold(['rollback', '--host', box.address], { cwd: '/' }).code, 0);
    assert.equal(isChanged(box), false);
  }
});

test('--dry-run changes nothing anywhere', { skip }, () => {
  const ended = applyTo(boxes, '--dry-run');
  assert.equal(ended.code, 1);
  assert.match(ended.stdout, /5 machines would change, by 1 different plan/);
  assert.deepEqual(boxes.map(isChanged), [false, false, false, false, false]);
});
