import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { Folder, freehold } from '../cli/freehold.ts';
import { whyNo } from './tools.ts';

/* What gpg itself signs, in all the ways that lists and files are signed with it. */
suite('what gpg signs', { skip: whyNo('gpg', 'sha256sum') }, () => {
  const home = mkdtempSync(join(tmpdir(), 'freehold-gpg-'));
  let pin = '';

  function gpg(...argv: readonly string[]): Buffer {
    const { status, stdout, stderr } = spawnSync('gpg', ['--homedir', home, '--batch', '--quiet', '--yes', ...argv]);
    assert.equal(status, 0, stderr.toString());
    return stdout;
  }

  before(() => {
    gpg('--passphrase', '', '--quick-gen-key', 'release@example.org', 'ed25519', 'sign');
    const fingerprint = /^fpr:+([0-9A-F]{40})/m.exec(gpg('--with-colons', '--list-keys').toString())?.[1] ?? '';
    gpg('--output', join(home, 'key.gpg'), '--export');
    pin = `openpgp:${fingerprint}@${join(home, 'key.gpg')}`;
  });

  after(() => {
    spawnSync('gpgconf', ['--homedir', home, '--kill', 'all']);
    rmSync(home, { recursive: true, force: true });
  });

  function code(folder: Folder, ...argv: readonly string[]): number | null {
    return freehold(['verify', '--pin', pin, ...argv], { cwd: folder.path }).code;
  }

  test('is verified: a file in binary and as text, a list beside its signature, a list within its own', () => {
    using folder = new Folder();
    const text = folder.write('text', 'one\ntwo\r\nthree\n');
    gpg('--output', `${text}.sig`, '--detach-sign', text);
    assert.equal(code(folder, 'text'), 0);
    gpg('--output', `${text}.sig`, '--textmode', '--armor', '--detach-sign', text);
    assert.equal(code(folder, 'text'), 0);
    folder.write('text', 'one\r\ntwo\nthree\r\n');
    assert.equal(code(folder, 'text'), 0, 'line ends of a text may change');
    folder.write('text', 'one\ntwo\nthree!\n');
    assert.equal(code(folder, 'text'), 1);
  });

  test('is verified: by a list beside its signature, and by a list within its own', () => {
    using folder = new Folder();
    folder.write('a', 'a');
    folder.write('b', 'b');
    const sums = spawnSync('sha256sum', ['a', 'b'], { cwd: folder.path }).stdout;
    const list = folder.write('SHA256SUMS', sums);
    gpg('--output', `${list}.gpg`, '--armor', '--detach-sign', list);
    assert.equal(code(folder, 'a', 'b'), 0);
    assert.equal(code(folder, '--list', 'SHA256SUMS'), 0);
    assert.equal(code(folder, 'SHA256SUMS'), 0);
    rmSync(`${list}.gpg`);
    assert.equal(code(folder, 'a'), 5);
    gpg('--output', `${list}.asc`, '--clear-sign', list);
    rmSync(list);
    assert.equal(code(folder, 'a', 'b'), 0);
    assert.equal(code(folder, '--list', 'SHA256SUMS.asc'), 0);
    // A list in front of the one that is signed.
    const evil = `${sums.toString()}${readFileSync(`${list}.asc`, 'utf8')}`;
    folder.write('SHA256SUMS.asc', evil);
    assert.equal(code(folder, 'a'), 5);
  });

  test('is handed on without what stands around it', () => {
    using folder = new Folder();
    const message = folder.write('message', 'what is signed\n');
    gpg('--output', `${message}.asc`, '--clear-sign', message);
    assert.equal(code(folder, 'message.asc', '--output', 'out'), 0);
    assert.equal(readFileSync(join(folder.path, 'out'), 'utf8').trimEnd(), 'what is signed');
  });

  test('is not verified as a whole with a header in its armour that a program could obey', () => {
    using folder = new Folder();
    const message = folder.write('message', '-----BEGIN PGP SIGNATURE-----\nwhat is signed\n');
    for (const how of ['--clear-sign', '--sign']) {
      gpg('--output', `${message}.asc`, '--armor', how, message);
      const signed = readFileSync(`${message}.asc`, 'utf8');
      const withHeader = (header: string): string =>
        signed.replace(/^-----BEGIN PGP (?:SIGNATURE|MESSAGE)-----$/m, (begin) => `${begin}\n${header}`);
      for (const [header, expected] of [
        ['Version: GnuPG v2.0.22 (GNU/Linux)', 0],
        ['Comment: a\nComment: ; evil', 5],
        ['Comment: -----BEGIN PGP SIGNATURE-----\nComment: $(evil)', 5],
      ] as const) {
        folder.write('message.asc', withHeader(header));
        assert.equal(code(folder, 'message.asc'), expected, `${how} ${header}`);
        assert.equal(code(folder, 'message.asc', '--output', 'out'), 0);
      }
    }
  });

  test('is not verified as a whole with a line that was escaped without need', () => {
    using folder = new Folder();
    const message = folder.write('escaped', 'a: 1\n- list\nFrom here\nb: 2\n');
    gpg('--output', `${message}.asc`, '--clear-sign', message);
    assert.equal(code(folder, 'escaped.asc'), 0);
    const signed = readFileSync(`${message}.asc`, 'utf8');
    assert.ok(signed.includes('\n- - list\n'));
    folder.write('escaped.asc', signed.replace('\nb: 2', '\n- b: 2'));
    assert.equal(code(folder, 'escaped.asc'), 5);
    assert.equal(code(folder, 'escaped.asc', '--output', 'out'), 0);
  });
});
