/** Names and streams that are no files, or hardly. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { Folder, freehold } from '../cli/freehold.ts';
import { MinisignKey } from './minisign-key.ts';

const EXIT = { verified: 0, unread: 3 } as const;

/** NAME_MAX of limits.h. */
const LONGEST_NAME = 255;

const alice = new MinisignKey('alice');

suite('odd places', () => {
  test('a folder as standard input is unread, and not an empty file', () => {
    using folder = new Folder();
    folder.write('x.minisig', alice.sign(''));
    const prefix = ['sh', '-c', 'exec "$@" < .', 'sh'];
    const argv = ['verify', '--pin', alice.pin, '-', '--signature', 'x.minisig'];
    const { code, stdout } = freehold(argv, { cwd: folder.path, prefix });
    assert.equal(stdout, 'unread        -: it is a folder\n');
    assert.equal(code, EXIT.unread);
  });

  test('a name that no signature could lie beside is no broken signature', () => {
    using folder = new Folder();
    const name = 'x'.repeat(LONGEST_NAME - '.minisig'.length);
    folder.write(name, 'good');
    folder.write(`${name}.minisig`, alice.sign('good'));
    const { code, stdout } = freehold(['verify', '--pin', alice.pin, name], { cwd: folder.path });
    assert.equal(code, EXIT.verified);
    assert.doesNotMatch(stdout, /too long/);
  });
});
