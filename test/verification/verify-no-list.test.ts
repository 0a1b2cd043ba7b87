/** What a pinned key signed, under the name of a list. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { suite, test } from 'node:test';
import { type Ended, Folder, freehold } from '../cli/freehold.ts';
import { MinisignKey } from './minisign-key.ts';

const EXIT = { verified: 0, unread: 3, unverifiable: 5 } as const;

/** tar(5): a file begins at a multiple of this. */
const BLOCK_BYTES = 512;

const alice = new MinisignKey('alice');

function verify(folder: Folder, ...argv: readonly string[]): Ended {
  return freehold(['verify', '--pin', alice.pin, ...argv], { cwd: folder.path });
}

function checksum(content: string): string {
  return createHash('sha256').update(content).digest('hex');
}

/** As an archive has files: each filled up with NUL bytes. */
function archive(...contents: readonly string[]): string {
  return contents.map((content) => content.padEnd(BLOCK_BYTES, '\0')).join('');
}

suite('a signed archive that was renamed to a list', () => {
  const line = `${checksum('evil')}  x`;

  test('vouches for no file that is named in it', () => {
    for (const content of [archive('name', line), archive('name', `\n${line}\n`) + 'end']) {
      using folder = new Folder();
      folder.write('x', 'evil');
      folder.write('SHA256SUMS', content);
      folder.write('SHA256SUMS.minisig', alice.sign(content));
      const { code, stdout } = verify(folder, 'x');
      assert.match(stdout, /SHA256SUMS can't be read: it is no list/);
      assert.equal(code, EXIT.unverifiable);
      assert.equal(verify(folder, 'x', '--checksums', 'SHA256SUMS', '--output', 'out').code, EXIT.unverifiable);
      assert.equal(verify(folder, '--list', 'SHA256SUMS').code, EXIT.unread);
      // The archive is what it is.
      assert.equal(verify(folder, 'SHA256SUMS').code, EXIT.verified);
    }
  });

  test('and a list whose entries NUL bytes end is one', () => {
    using folder = new Folder();
    folder.write('x', 'good');
    const content = `${checksum('good')}  x\0${checksum('other')}  y\0`;
    folder.write('SHA256SUMS', content);
    folder.write('SHA256SUMS.minisig', alice.sign(content));
    assert.equal(verify(folder, 'x').code, EXIT.verified);
  });
});
