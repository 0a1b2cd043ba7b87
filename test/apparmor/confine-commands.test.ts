/** `freehold confine can` and `diff`, as a person types them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canSchema } from '../../src/report/confinement/can-schema.ts';
import { diffSchema } from '../../src/report/confinement/diff-schema.ts';
import { Folder, freehold } from '../cli/freehold.ts';
import { FEATURES, whyNoParser } from './parser.ts';

const skip = whyNoParser();
const NARROW = 'profile t /bin/t {\n  /a r,\n  owner /o rw,\n  capability kill,\n}\n';
const WIDE = 'profile t /bin/t {\n  /a rw,\n  owner /o rw,\n  capability kill,\n  capability chown,\n}\n';

test('what a profile permits', { skip }, () => {
  using folder = new Folder();
  const features = folder.write('features', FEATURES);
  const narrow = folder.write('narrow', NARROW);
  const can = (...argv: readonly string[]): ReturnType<typeof freehold> =>
    freehold(['confine', 'can', ...argv, '--policy', narrow, '--features', features], { cwd: folder.path });
  assert.equal(can('t', 'r', '/a').code, 0);
  const denied = can('/bin/t', 'rw', '/o');
  assert.equal(denied.code, 1);
  assert.match(denied.stdout, /w as owner: allowed\n.*\n {2}w of others' files: denied/s);
  canSchema.parse(JSON.parse(can('/bin/t', 'rw', '/o', '--format', 'json').stdout));
  assert.equal(can('t', 'w', '/o', '--owner').code, 0);
  assert.equal(can('t', '--capability', 'kill').code, 0);
  assert.equal(can('t', '--capability', 'chown').code, 1);
  const unknown = can('t', '--capability', 'nonsense');
  assert.deepEqual([unknown.code, /unknown/.test(unknown.stdout)], [3, true]);
  assert.equal(can('t', 'r', 'no/path').code, 2);
  assert.equal(can('nobody', 'r', '/a').code, 2);
});

test('what a policy grants beyond another', { skip }, () => {
  using folder = new Folder();
  const features = folder.write('features', FEATURES);
  const [narrow, wide] = [folder.write('narrow', NARROW), folder.write('wide', WIDE)];
  const diff = (...argv: readonly string[]): ReturnType<typeof freehold> =>
    freehold(['confine', 'diff', ...argv, '--features', features], { cwd: folder.path });
  const beyond = diff(wide, narrow);
  assert.equal(beyond.code, 1);
  assert.match(beyond.stdout, /t: capability chown\n.*t: w as owner: \/a\n/s);
  const none = diff(narrow, wide);
  assert.deepEqual([none.code, /grants nothing beyond/.test(none.stdout)], [0, true]);
  diffSchema.parse(JSON.parse(diff(wide, narrow, '--format', 'json').stdout));
  const bad = diff(folder.write('bad', 'profile t {\n  /a nonsense,\n}\n'), narrow);
  assert.equal(bad.code, 2);
  assert.match(bad.stderr, /bad:2/);
  assert.equal(diff('/nowhere', narrow).code, 2);
});
