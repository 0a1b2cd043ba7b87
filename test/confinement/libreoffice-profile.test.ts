/** The LibreOffice profile that ships, as text and for AppArmor's own parser; what it does is tested in the lab. */
import assert from 'node:assert/strict';
import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { decodePolicy } from '../../src/apparmor/compiled/decode.ts';
import { answerFile } from '../../src/apparmor/compiled/files.ts';

const PRESETS = join(import.meta.dirname, '..', '..', 'presets', 'apparmor');
/** Has the tunables that every profile begins with. */
const SYSTEM = '/etc/apparmor.d';
/** Of what this machine's kernel lacks, which is not the profile's matter: nothing is loaded here. */
const ABOUT_THE_KERNEL = /^Cache read\/write disabled: |[\w -]+ rules not enforced$/;

suite('the LibreOffice profile that ships', () => {
  const files = globSync('**/freehold-*', { cwd: PRESETS });

  test('is taken by apparmor_parser without a warning', { skip: whyNoParser() }, () => {
    const { status, stdout, stderr } = compiled();
    const warnings = stderr
      .toString()
      .split('\n')
      .filter((line) => line !== '' && !ABOUT_THE_KERNEL.test(line));
    assert.deepEqual(warnings, []);
    assert.equal(status, 0);
    assert.ok(stdout.length > 0);
  });

  test('lets no folder above the macros be moved aside, nor be replaced by a link', { skip: whyNoParser() }, () => {
    const policy = decodePolicy(compiled().stdout);
    if (policy.kind === 'malformed') assert.fail(policy.reason);
    const office = policy.profiles.find(({ name }) => name === 'libreoffice-soffice') ?? assert.fail();
    const may = (path: string, letter: 'r' | 'w'): boolean =>
      answerFile(office, { path, isOwner: true, permissions: [letter] }).isAllowed;
    // Made by the first start, so each may be written; apparmor_path_rename() of lsm.c asks for reading as well.
    const made = ['', 'libreoffice', 'libreoffice/4', 'libreoffice/4/user', 'libreoffice/4/user/uno_packages/cache'];
    for (const name of made) {
      const path = join('/home/one/.config', name);
      assert.deepEqual([may(`${path}/`, 'r'), may(`${path}/`, 'w'), may(path, 'w')], [false, true, false], path);
    }
    for (const name of ['basic', 'Scripts']) {
      const path = `/home/one/.config/libreoffice/4/user/${name}`;
      assert.deepEqual([may(`${path}/`, 'w'), may(path, 'w'), may(`${path}/x`, 'w')], [false, false, false], path);
    }
    assert.ok(may('/home/one/.config/libreoffice/4/user/registrymodifications.xcu', 'w'));
  });

  test('includes nothing that is written elsewhere but tunables: what the system adds to its abstractions does not widen it', () => {
    const includes = files.flatMap((path) =>
      [...readFileSync(join(PRESETS, path), 'utf8').matchAll(/^\s*include .*<([^>]+)>/gm)].map(
        ([, name]) => name ?? '',
      ),
    );
    const others = includes.filter((name) => !files.includes(name) && !name.startsWith('tunables/'));
    assert.ok(includes.length > 0);
    assert.deepEqual(others, []);
  });
});

function compiled(): SpawnSyncReturns<Buffer> {
  const argv = ['-Q', '-K', '-S', '--warn=all', '--base', PRESETS, '-I', SYSTEM, join(PRESETS, 'freehold-libreoffice')];
  return spawnSync('apparmor_parser', argv);
}

function whyNoParser(): string | false {
  const { status } = spawnSync('apparmor_parser', ['--version']);
  return status === 0 ? false : 'LEFT OUT: apparmor_parser is missing (Debian package: apparmor)';
}
