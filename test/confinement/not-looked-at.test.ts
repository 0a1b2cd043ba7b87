/** What was not looked at is never clean. */
import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Folder, freehold } from '../cli/freehold.ts';
import { recordedPolicy } from './kernel-answers/recorded.ts';

test('lint names a file of a folder that can’t be read', () => {
  using folder = new Folder();
  mkdirSync(join(folder.path, 'policy'));
  folder.write('policy/good', 'profile good /usr/bin/good {\n}\n');
  assert.equal(freehold(['confine', 'lint', 'policy', '--dialect', '3.0'], { cwd: folder.path }).code, 0);
  symlinkSync('nowhere', join(folder.path, 'policy', 'bad'));
  const { code, stderr } = freehold(['confine', 'lint', 'policy', '--dialect', '3.0'], { cwd: folder.path });
  assert.equal(code, 2);
  assert.match(stderr, /policy\/bad/);
});

test('replay of a log without an access says that nothing is known', () => {
  using folder = new Folder();
  folder.write('policy.bin', recordedPolicy());
  folder.write('empty.log', '');
  const { code, stderr } = freehold(['confine', 'replay', 'policy.bin', 'empty.log'], { cwd: folder.path });
  assert.equal(code, 3);
  assert.match(stderr, /hold no access/);
});

test('lint of what holds no profile is not “nothing found”', () => {
  using folder = new Folder();
  folder.write('empty', '# nothing\n');
  const { code, stdout, stderr } = freehold(['confine', 'lint', 'empty', '--dialect', '3.0'], { cwd: folder.path });
  assert.equal(code, 2);
  assert.equal(stdout, '');
  assert.match(stderr, /empty holds no profile/);
});

test('can without permissions, or with two questions, answers nothing', () => {
  using folder = new Folder();
  folder.write('policy.bin', recordedPolicy());
  const can = (...argv: readonly string[]): number | null =>
    freehold(['confine', 'can', './policy.bin', ...argv], { cwd: folder.path }).code;
  assert.notEqual(can('r', '/etc/passwd'), 2);
  assert.equal(can('', '/etc/passwd'), 2);
  assert.equal(can('r', '/etc/passwd', '--capability', 'net_raw'), 2);
  assert.equal(can('r', '/etc/passwd', '--target', '/etc/shadow'), 2);
});

test('a question that is not understood is answered with all that can be asked', () => {
  using folder = new Folder();
  folder.write('policy.bin', recordedPolicy());
  const { code, stderr } = freehold(['confine', 'can', './policy.bin', '--ask', 'x'], { cwd: folder.path });
  assert.equal(code, 2);
  assert.match(stderr.replaceAll(/\s+/g, ' '), /Questions are: capability NAME; network FAMILY TYPE/);
});
