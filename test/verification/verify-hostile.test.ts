/** Files, signatures and lists that somebody made to be taken for others, or to be a burden. */
import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, openSync, readdirSync, readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { type Ended, Folder, freehold, freeholdArgv } from '../cli/freehold.ts';
import { MinisignKey } from './minisign-key.ts';

const EXIT = { verified: 0, tampered: 1, unread: 3, unverifiable: 5 } as const;

/** Nobody reads as much before a test is told to stop. */
const HUGE_BYTES = 2 ** 40;

const alice = new MinisignKey('alice');

function verify(folder: Folder, ...argv: readonly string[]): Ended {
  const pins = ['--pin', alice.pin, '--pin', `signify:${alice.public}`];
  return freehold(['verify', ...pins, ...argv], { cwd: folder.path });
}

function line(name: string, content: string): string {
  return `${createHash('sha256').update(content).digest('hex')}  ${name}\n`;
}

suite('a file that holds its own signature', () => {
  test('is not judged by it where a list is named that does not know it', () => {
    using folder = new Folder();
    folder.write('x', alice.signWithin('good'));
    assert.equal(verify(folder, 'x').code, EXIT.verified);
    folder.write('LIST', line('y', 'other'));
    assert.equal(verify(folder, 'x', '--checksums', 'LIST').code, EXIT.unverifiable);
    assert.equal(verify(folder, 'x', '--checksums', 'LIST', '--output', 'out').code, EXIT.unverifiable);
    assert.equal(verify(folder, 'x', '--checksums', 'nowhere').code, EXIT.unverifiable);
    assert.deepEqual(readdirSync(folder.path).sort(), ['LIST', 'x']);
  });

  test('is not verified with a comment that a program could obey, and handed on without it', () => {
    using folder = new Folder();
    folder.write('x', alice.signWithin('good', 'verify with alice-1.2.pub'));
    assert.equal(verify(folder, 'x').code, EXIT.verified);
    for (const comment of ['; rm -rf /', '$(evil)', 'x\revil', '`evil`', '()', '<evil>', 'a | evil']) {
      folder.write('x', alice.signWithin('good', comment));
      const { code, stdout } = verify(folder, 'x');
      assert.equal(code, EXIT.unverifiable, comment);
      assert.match(stdout, /what nobody signed stands beside it/);
      assert.equal(verify(folder, 'x', '--output', 'out').code, EXIT.verified);
      assert.equal(readFileSync(join(folder.path, 'out'), 'utf8'), 'good');
    }
  });
});

suite('a file that its disk does not give away', () => {
  test('is unread, and others are judged all the same', () => {
    using folder = new Folder();
    folder.write('x', 'good');
    folder.write('x.minisig', alice.sign('good'));
    // An ordinary file to stat(2), of which nothing is mapped where it begins: EIO.
    const { code, stdout, stderr } = verify(folder, '/proc/self/mem', 'x');
    assert.equal(stderr, '');
    assert.match(stdout, /^unread {8}\/proc\/self\/mem: its disk failed \(EIO\)\nverified {6}x: /);
    assert.equal(code, EXIT.unread);
    assert.equal(verify(folder, '--list', '/proc/self/mem').code, EXIT.unread);
    assert.equal(verify(folder, 'x', '--checksums', '/proc/self/mem').code, EXIT.unverifiable);
  });
});

suite('a file of holes that is larger than any disk', () => {
  test('is no signature and no key, and is not read', () => {
    using folder = new Folder();
    folder.write('x', 'good');
    truncateSync(folder.write('x.sig', ''), HUGE_BYTES);
    folder.write('x.minisig', alice.sign('good'));
    const { code, stdout } = verify(folder, 'x');
    assert.match(stdout, /x\.sig can't be judged: it is larger than 16777216 bytes/);
    assert.equal(code, EXIT.verified);
  });

  test('is no message, whatever it begins with', () => {
    using folder = new Folder();
    truncateSync(folder.write('x', '-----BEGIN PGP SIGNED MESSAGE-----\n'), HUGE_BYTES);
    const { code, stdout } = verify(folder, 'x');
    assert.match(stdout, /it is a signed message larger than 67108864 bytes/);
    assert.equal(code, EXIT.unread);
  });
});

suite('OpenPGP in more parts than a function can have arguments', () => {
  const armoured = (label: string, octets: Uint8Array): string =>
    `-----BEGIN PGP ${label}-----\n\n${Buffer.from(octets).toString('base64')}\n-----END PGP ${label}-----\n`;

  test('is no bug: blocks of armour', () => {
    using folder = new Folder();
    const blocks = armoured('SIGNATURE', new Uint8Array()).replace('\n\n\n', '\n\n').repeat(200_000);
    folder.write('x', `-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nx\n${blocks}`);
    const { code, stdout, stderr } = verify(folder, 'x');
    assert.equal(stderr, '');
    assert.match(stdout, /more than one signed message/);
    assert.equal(code, EXIT.unverifiable);
  });

  test('is no bug: parts of a packet', () => {
    using folder = new Folder();
    // RFC 9580 sections 4.2.1.4 and 5.8: a literal packet in parts of one octet, behind a marker.
    const marker = Buffer.from([0xca, 3, 0x50, 0x47, 0x50]);
    const packet = Buffer.concat([marker, Buffer.from([0xcb]), Buffer.alloc(2 * 131_000, 0xe0), Buffer.from([0])]);
    folder.write('x', armoured('MESSAGE', packet));
    assert.equal(verify(folder, 'x').code, EXIT.unverifiable);
    folder.write('y', 'good');
    folder.write('y.sig', packet);
    assert.equal(verify(folder, 'y').code, EXIT.unverifiable);
  });
});

suite('standard output that takes nothing', () => {
  test('is no verdict about a file', () => {
    using folder = new Folder();
    folder.write('x', 'good');
    folder.write('x.minisig', alice.sign('good'));
    for (const more of [[], ['--output', '-']]) {
      const full = openSync('/dev/full', 'w');
      const [program = '', ...argv] = freeholdArgv(['verify', '--pin', alice.pin, 'x', ...more]);
      const { status, stderr } = spawnSync(program, argv, { cwd: folder.path, stdio: ['ignore', full, 'pipe'] });
      closeSync(full);
      assert.match(stderr.toString(), /^error: Standard output could not be written: ENOSPC/);
      assert.equal(status, EXIT.unread);
    }
  });
});

suite('a signed list that says something a thousand times', () => {
  test('and then another thing of the same file is not believed', () => {
    using folder = new Folder();
    folder.write('x', 'good');
    const list = line('x', 'good').repeat(1000) + line('x', 'evil');
    folder.write('SHA256SUMS', list);
    folder.write('SHA256SUMS.minisig', alice.sign(list));
    assert.equal(verify(folder, 'x').code, EXIT.tampered);
  });
});
