/** Lists that say more than anybody wants to read. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { truncateSync } from 'node:fs';
import { suite, test } from 'node:test';
import { type Ended, Folder, freehold } from '../cli/freehold.ts';
import { MinisignKey } from './minisign-key.ts';

const EXIT = { verified: 0, tampered: 1, unread: 3 } as const;

const alice = new MinisignKey('alice');

function verify(folder: Folder, ...argv: readonly string[]): Ended {
  return freehold(['verify', '--pin', alice.pin, ...argv], { cwd: folder.path });
}

function line(name: string, content: string): string {
  return `${createHash('sha256').update(content).digest('hex')}  ${name}\n`;
}

function writeSigned(folder: Folder, name: string, content: string): void {
  folder.write(name, content);
  folder.write(`${name}.minisig`, alice.sign(content));
}

suite('a list that names one file thousands of times', () => {
  const OFTEN = 5000;

  test('counts where it says the same every time, which is said once', () => {
    using folder = new Folder();
    folder.write('x', 'good');
    writeSigned(folder, 'SHA256SUMS', line('x', 'good').repeat(OFTEN));
    const { code, stdout } = verify(folder, 'x');
    assert.equal(code, EXIT.verified);
    assert.equal(stdout.match(/SHA256SUMS:\d+ says/g)?.length, 1);
  });

  test('does not hide what its last line says', () => {
    using folder = new Folder();
    folder.write('x', 'good');
    writeSigned(folder, 'SHA256SUMS', line('x', 'good').repeat(OFTEN) + line('x', 'evil'));
    const { code, stdout } = verify(folder, 'x');
    assert.match(stdout, /^tampered {6}x: its SHA-256 is .* SHA256SUMS:5001 says/);
    assert.equal(code, EXIT.tampered);
  });

  test('nor behind digests that nobody can compute here', () => {
    using folder = new Folder();
    folder.write('x', 'good');
    const odd = Array.from({ length: 256 }, (_, byte) => `BLAKE2b-8 (x) = ${byte.toString(16).padStart(2, '0')}\n`);
    writeSigned(folder, 'SHA256SUMS', line('x', 'good') + odd.join('') + line('x', 'evil'));
    assert.equal(verify(folder, 'x').code, EXIT.tampered);
  });
});

suite('a list of holes that is larger than any disk', () => {
  const HUGE_BYTES = 2 ** 40;

  test('is not read', () => {
    using folder = new Folder();
    writeSigned(folder, 'x', 'good');
    truncateSync(folder.write('SHA256SUMS', ''), HUGE_BYTES);
    assert.equal(verify(folder, 'x').code, EXIT.verified);
    const { code, stdout } = verify(folder, '--list', 'SHA256SUMS');
    assert.match(stdout, /SHA256SUMS: it is larger than 8589934592 bytes/);
    assert.equal(code, EXIT.unread);
  });
});
