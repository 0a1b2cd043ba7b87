/** Where nothing can be tried `freehold confine probe` says so, and what it tried elsewhere is no program’s need. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Folder, freehold } from '../cli/freehold.ts';
import { installedParser } from './installed-parser.ts';

const parser = installedParser();
const skip = typeof parser === 'string' ? parser : false;

const record = (name: string, comm: string, serial: number): string =>
  `type=AVC msg=audit(1795747574.512:${String(serial)}): apparmor="ALLOWED" operation="open" profile="/usr/bin/demo" name="${name}" pid=${String(serial)} comm="${comm}" requested_mask="r" denied_mask="r" fsuid=0 ouid=0\n`;
const LOG = record('/etc/shadow', 'freehold-probe', 1) + record('/etc/demo.conf', 'demo', 2);

test('an image is refused, and so is what is no path', () => {
  using folder = new Folder();
  mkdirSync(join(folder.path, 'image/etc'), { recursive: true });
  folder.write('image/etc/hostname', 'x\n');
  const image = freehold(['confine', 'probe', '/usr/bin/demo', `image:${join(folder.path, 'image')}`], {
    cwd: folder.path,
  });
  assert.equal(image.code, 3, image.stderr);
  assert.match(image.stderr, /doesn’t run: nothing can be tried\s+there/);
  assert.equal(freehold(['confine', 'probe', 'demo'], { cwd: folder.path }).code, 2);
});

test('learn writes no rule for what was tried', { skip }, () => {
  using folder = new Folder();
  folder.write('log', LOG);
  const { stdout, stderr } = freehold(['confine', 'learn', '/usr/bin/demo', '--log', 'log'], { cwd: folder.path });
  assert.match(stdout + stderr, /\/etc\/demo\.conf/);
  assert.doesNotMatch(stdout + stderr, /\/etc\/shadow/);
});

test('replay doesn’t count it', { skip }, () => {
  using folder = new Folder();
  folder.write('log', LOG);
  folder.write('demo', '/usr/bin/demo {\n  /etc/demo.conf r,\n}\n');
  const argv = ['confine', 'replay', 'demo', 'log', '--features', '/etc/apparmor.d/abi/3.0', '--format', 'json'];
  const { code, stdout, stderr } = freehold(argv, { cwd: folder.path });
  assert.equal(code, 0, stdout + stderr);
  assert.match(stdout, /"events": 1/);
});
