/** The LibreOffice profile that ships, as text and for AppArmor's own parser; what it does is tested in the lab. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';

const PRESETS = join(import.meta.dirname, '..', '..', 'presets', 'apparmor');
/** Has the tunables that every profile begins with. */
const SYSTEM = '/etc/apparmor.d';
/** Of what this machine's kernel lacks, which is not the profile's matter: nothing is loaded here. */
const ABOUT_THE_KERNEL = /^Cache read\/write disabled: |[\w -]+ rules not enforced$/;

suite('the LibreOffice profile that ships', () => {
  const files = globSync('**/freehold-*', { cwd: PRESETS });

  test('is taken by apparmor_parser without a warning', { skip: whyNoParser() }, () => {
    const argv = [
      '-Q',
      '-K',
      '-S',
      '--warn=all',
      '--base',
      PRESETS,
      '-I',
      SYSTEM,
      join(PRESETS, 'freehold-libreoffice'),
    ];
    const { status, stdout, stderr } = spawnSync('apparmor_parser', argv);
    const warnings = stderr
      .toString()
      .split('\n')
      .filter((line) => line !== '' && !ABOUT_THE_KERNEL.test(line));
    assert.deepEqual(warnings, []);
    assert.equal(status, 0);
    assert.ok(stdout.length > 0);
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

function whyNoParser(): string | false {
  const { status } = spawnSync('apparmor_parser', ['--version']);
  return status === 0 ? false : 'LEFT OUT: apparmor_parser is missing (Debian package: apparmor)';
}
