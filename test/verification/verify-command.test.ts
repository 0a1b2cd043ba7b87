import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import type { VerifyReport } from '../../src/core/verify-report.ts';
import { verifyReportSchema } from '../../src/report/verify/schema.ts';
import { type Ended, Folder, freehold, freeholdArgv } from '../cli/freehold.ts';
import { MinisignKey } from './minisign-key.ts';

const LIMIT_MS = 60_000;
const BYTES_PER_MIB = 1024 * 1024;
const EXIT = { verified: 0, tampered: 1, usage: 2, unread: 3, untrusted: 4, unverifiable: 5 } as const;

const alice = new MinisignKey('alice');
const mallory = new MinisignKey('mallory');

function verify(folder: Folder, ...argv: readonly string[]): Ended {
  return freehold(['verify', '--pin', alice.pin, ...argv], { cwd: folder.path });
}

/** With something at its standard input. */
function piped(folder: Folder, input: Uint8Array | string, argv: readonly string[]) {
  const [program = '', ...rest] = freeholdArgv(['verify', '--pin', alice.pin, ...argv]);
  const options = { cwd: folder.path, input, timeout: LIMIT_MS, maxBuffer: 64 * BYTES_PER_MIB };
  const { status, stdout, stderr } = spawnSync(program, rest, options);
  return { code: status, stdout, stderr: stderr.toString() };
}

function report(folder: Folder, ...argv: readonly string[]): VerifyReport {
  const { stdout, stderr } = verify(folder, '--format', 'json', ...argv);
  assert.equal(stderr, '');
  return verifyReportSchema.parse(JSON.parse(stdout));
}

function sha256(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex');
}

function line(name: string, content: Uint8Array | string): string {
  return `${sha256(content)}  ${name}\n`;
}

suite('one file', () => {
  test('is verified by the signature of a pinned key beside it, and by nothing else', () => {
    using folder = new Folder();
    folder.write('x', 'good');
    assert.deepEqual(codes(folder, 'x'), [EXIT.unverifiable]);
    folder.write('x.minisig', mallory.sign('good'));
    assert.deepEqual(codes(folder, 'x'), [EXIT.untrusted]);
    folder.write('x.minisig', alice.sign('evil'));
    assert.deepEqual(codes(folder, 'x'), [EXIT.tampered]);
    folder.write('x.minisig', 'untrusted comment: nothing\n');
    assert.deepEqual(codes(folder, 'x'), [EXIT.unverifiable]);
    folder.write('x.minisig', alice.sign('good'));
    const { code, stdout } = verify(folder, 'x');
    assert.equal(code, EXIT.verified);
    assert.match(stdout, /^verified {6}x: signed with minisign key/);
    assert.equal(stdout.split('\n').length, 2);
  });

  test('is verified by a list that a pinned key signed, and only so', () => {
    using folder = new Folder();
    folder.write('x', 'good');
    const list = folder.write('SHA256SUMS', line('x', 'good') + line('y', 'other'));
    const unsigned = verify(folder, 'x');
    assert.equal(unsigned.code, EXIT.unverifiable);
    assert.match(unsigned.stdout, /it matches SHA256SUMS:1, but nobody vouches for/);
    folder.write('SHA256SUMS.minisig', alice.sign(readFileSync(list)));
    assert.equal(verify(folder, 'x').code, EXIT.verified);
    folder.write('x', 'evil');
    const changed = verify(folder, 'x');
    assert.equal(changed.code, EXIT.tampered);
    assert.match(changed.stdout, new RegExp(`is ${sha256('evil')}, and SHA256SUMS:1 says ${sha256('good')}`));
    // Both changed by the same hand.
    folder.write('SHA256SUMS', line('x', 'evil'));
    assert.equal(verify(folder, 'x').code, EXIT.tampered);
    folder.write('SHA256SUMS.minisig', mallory.sign(line('x', 'evil')));
    assert.equal(verify(folder, 'x').code, EXIT.untrusted);
  });

  test('that an unsigned list says is another is tampered with', () => {
    using folder = new Folder();
    folder.write('x', 'evil');
    folder.write('x.sha256', line('x', 'good'));
    assert.equal(verify(folder, 'x').code, EXIT.tampered);
  });

  test('is not proved by MD5 or SHA-1, whoever signed them', () => {
    using folder = new Folder();
    folder.write('x', 'good');
    for (const [name, algorithm] of [
      ['MD5SUMS', 'md5'],
      ['SHA1SUMS', 'sha1'],
    ] as const) {
      const list = `${createHash(algorithm).update('good').digest('hex')}  x\n`;
      folder.write(name, list);
      folder.write(`${name}.minisig`, alice.sign(list));
    }
    const { code, stdout } = verify(folder, 'x');
    assert.equal(code, EXIT.unverifiable);
    assert.match(stdout, /MD5 proves nothing any more/);
  });

  test('that a signed list names twice has to be both', () => {
    using folder = new Folder();
    folder.write('x', 'good');
    const list = line('x', 'good') + line('./x', 'other');
    folder.write('SHA256SUMS', list);
    folder.write('SHA256SUMS.minisig', alice.sign(list));
    assert.equal(verify(folder, 'x').code, EXIT.tampered);
    assert.equal(verify(folder, '--list', 'SHA256SUMS').code, EXIT.tampered);
    const twice = line('x', 'good') + line('./x', 'good');
    folder.write('SHA256SUMS', twice);
    folder.write('SHA256SUMS.minisig', alice.sign(twice));
    assert.equal(verify(folder, 'x').code, EXIT.verified);
    assert.equal(report(folder, '--list', 'SHA256SUMS').summary.verified, 1);
  });

  test('may have a digest alone beside it', () => {
    using folder = new Folder();
    folder.write('x', 'good');
    folder.write('x.sha256', sha256('good'));
    folder.write('x.sha256.minisig', alice.sign(sha256('good')));
    assert.equal(verify(folder, 'x').code, EXIT.verified);
    folder.write('y', 'good');
    assert.equal(verify(folder, 'y').code, EXIT.unverifiable);
  });

  test('that is compressed is not what the signature of its archive signs', () => {
    using folder = new Folder();
    folder.write('linux.tar.xz', 'compressed');
    folder.write('linux.tar.sign', alice.sign('archive'));
    const { code, stdout } = verify(folder, 'linux.tar.xz');
    assert.equal(code, EXIT.unverifiable);
    assert.match(stdout, /linux\.tar\.sign signs the uncompressed linux\.tar: unpack it first/);
    folder.write('linux.tar', 'archive');
    assert.equal(verify(folder, 'linux.tar').code, EXIT.verified);
  });

  test('is judged by the signature or the list that is named, and not by what lies there', () => {
    using folder = new Folder();
    folder.write('x', 'good');
    folder.write('x.minisig', alice.sign('evil'));
    folder.write('other.sig', alice.sign('good'));
    folder.write('list', line('x', 'good'));
    folder.write('list.of-alice', alice.sign(line('x', 'good')));
    assert.equal(verify(folder, 'x', '--signature', 'other.sig').code, EXIT.verified);
    assert.equal(verify(folder, 'x', '--signature', 'none.sig').code, EXIT.unverifiable);
    assert.equal(verify(folder, 'x', '--checksums', 'list').code, EXIT.unverifiable);
    assert.equal(verify(folder, 'x', '--checksums', 'list', '--signature', 'list.of-alice').code, EXIT.verified);
    assert.match(verify(folder, 'x', '--checksums', 'other.sig').stdout, /does not name it|counts for nothing/);
  });
});

function codes(folder: Folder, ...names: readonly string[]): readonly (number | null)[] {
  return names.map((name) => verify(folder, name).code);
}

test('the worst of several files decides, and each is told', () => {
  using folder = new Folder();
  for (const name of ['verified', 'untrusted', 'tampered', 'unverifiable']) folder.write(name, 'good');
  folder.write('verified.minisig', alice.sign('good'));
  folder.write('untrusted.minisig', mallory.sign('good'));
  folder.write('tampered.minisig', alice.sign('evil'));
  const order = ['verified', 'unverifiable', 'untrusted', 'missing', 'tampered'];
  const worst = [EXIT.verified, EXIT.unverifiable, EXIT.untrusted, EXIT.unread, EXIT.tampered];
  for (const [index, code] of worst.entries()) assert.equal(verify(folder, ...order.slice(0, index + 1)).code, code);
  const { files, summary } = report(folder, ...order);
  assert.deepEqual(
    files.map((file) => (file.kind === 'judged' ? file.verdict : file.kind)),
    ['verified', 'unverifiable', 'untrusted', 'unread', 'tampered'],
  );
  assert.deepEqual(summary, { tampered: 1, unread: 1, untrusted: 1, unverifiable: 1, verified: 1 });
  const { stdout } = verify(folder, '--quiet', ...order);
  assert.deepEqual(
    stdout.split('\n').map((text) => text.split(' ')[0]),
    ['unverifiable', 'untrusted', 'unread', 'tampered', ''],
  );
});

test('a name can not steer the terminal that shows it', () => {
  using folder = new Folder();
  folder.write('a\u001b[31m\nb', 'good');
  const { stdout } = verify(folder, 'a\u001b[31m\nb');
  assert.match(stdout, /^unverifiable {2}a\\x1b\[31m\\nb: /);
});

suite('--output', () => {
  const content = Buffer.alloc(3 * BYTES_PER_MIB, 'freehold');

  function goodAndBad(folder: Folder): void {
    folder.write('x', content);
    folder.write('x.minisig', alice.sign(content));
    folder.write('bad.minisig', alice.sign('evil'));
    folder.write('stranger.minisig', mallory.sign(content));
  }

  test('writes the bytes of a pipe when they are verified, and otherwise nothing', () => {
    using folder = new Folder();
    goodAndBad(folder);
    const before = readdirSync(folder.path);
    for (const [signature, code] of [
      ['bad.minisig', EXIT.tampered],
      ['stranger.minisig', EXIT.untrusted],
      ['missing', EXIT.unverifiable],
    ] as const) {
      const ended = piped(folder, content, ['-', '--signature', signature, '--output', 'y']);
      assert.deepEqual([ended.code, readdirSync(folder.path)], [code, before], signature);
    }
    const { code } = piped(folder, content, ['-', '--signature', 'x.minisig', '--output', 'y']);
    assert.equal(code, EXIT.verified);
    assert(readFileSync(join(folder.path, 'y')).equals(content));
    assert.deepEqual(readdirSync(folder.path), [...before, 'y']);
  });

  test('leaves what was there before, unless it has something better', () => {
    using folder = new Folder();
    goodAndBad(folder);
    folder.write('y', 'old');
    verify(folder, 'x', '--signature', 'bad.minisig', '--output', 'y');
    assert.equal(readFileSync(join(folder.path, 'y'), 'utf8'), 'old');
    chmodSync(join(folder.path, 'x'), 0o755);
    assert.equal(verify(folder, 'x', '--output', 'y').code, EXIT.verified);
    assert(readFileSync(join(folder.path, 'y')).equals(content));
    // As cp(1) would make it, whatever umask this runs under.
    writeFileSync(join(folder.path, 'z'), '', { mode: 0o755 });
    assert.equal(statSync(join(folder.path, 'y')).mode, statSync(join(folder.path, 'z')).mode);
  });

  test('to standard output prints nothing before all is verified, and verdicts elsewhere', () => {
    using folder = new Folder();
    goodAndBad(folder);
    const large = Buffer.alloc(20 * BYTES_PER_MIB, 'more than stays in memory');
    folder.write('large.minisig', alice.sign(large));
    for (const [input, signature] of [
      [content, 'x.minisig'],
      [large, 'large.minisig'],
    ] as const) {
      const good = piped(folder, input, ['-', '--signature', signature, '--output', '-']);
      assert.deepEqual([good.code, good.stdout.equals(input)], [EXIT.verified, true]);
      assert.match(good.stderr, /^verified/);
      const bad = piped(folder, input, ['-', '--signature', 'bad.minisig', '--output', '-']);
      assert.deepEqual([bad.code, bad.stdout.length], [EXIT.tampered, 0]);
    }
  });

  test('is what was verified, whatever is put in its place meanwhile', async () => {
    using folder = new Folder();
    goodAndBad(folder);
    const evil = Buffer.alloc(content.length, 'evilhold');
    // The path is given another file while the first is read: the pipe holds the program where it has begun.
    const argv = freeholdArgv(['verify', '--pin', alice.pin, '-', '--signature', 'x.minisig', '--output', 'y']);
    const child = spawn(argv[0] ?? '', argv.slice(1), { cwd: folder.path, stdio: ['pipe', 'ignore', 'ignore'] });
    const ended = once(child, 'exit');
    const input = child.stdin;
    input.write(content.subarray(0, BYTES_PER_MIB));
    await untilThere(folder, /\.unverified$/);
    // Somebody who can write there may write to the name, but the program writes to what it has open.
    writeFileSync(join(folder.path, 'y'), evil);
    input.end(content.subarray(BYTES_PER_MIB));
    const [code] = (await ended) as [number | null];
    assert.equal(code, EXIT.verified);
    assert(readFileSync(join(folder.path, 'y')).equals(content));
  });

  test('is gone when the program is told to stop', async () => {
    using folder = new Folder();
    goodAndBad(folder);
    const before = readdirSync(folder.path);
    const argv = freeholdArgv(['verify', '--pin', alice.pin, '-', '--signature', 'x.minisig', '--output', 'y']);
    const child = spawn(argv[0] ?? '', argv.slice(1), { cwd: folder.path, stdio: ['pipe', 'ignore', 'ignore'] });
    const ended = once(child, 'exit');
    // What it had not read yet when it ended can't be written any more.
    child.stdin.on('error', () => undefined);
    child.stdin.write(content.subarray(0, BYTES_PER_MIB));
    await untilThere(folder, /\.unverified$/);
    child.kill('SIGTERM');
    const [code] = (await ended) as [number | null];
    assert.equal(code, 143);
    assert.deepEqual(readdirSync(folder.path), before);
  });

  test('goes to no folder, no device and nowhere that is not there', () => {
    using folder = new Folder();
    goodAndBad(folder);
    mkdirSync(join(folder.path, 'folder'));
    for (const output of ['folder', '/dev/null', 'none/y']) {
      assert.equal(verify(folder, 'x', '--output', output).code, EXIT.usage, output);
    }
  });
});

/** Until a file with such a name is there; its own limit is that of the test. */
async function untilThere(folder: Folder, name: RegExp): Promise<void> {
  const { setImmediate } = await import('node:timers/promises');
  while (!readdirSync(folder.path).some((one) => name.test(one))) await setImmediate();
}

suite('a list as a whole', () => {
  function signed(folder: Folder, list: string): void {
    folder.write('SHA256SUMS', list);
    folder.write('SHA256SUMS.minisig', alice.sign(list));
  }

  test('is followed to every file that it names', () => {
    using folder = new Folder();
    mkdirSync(join(folder.path, 'sub'));
    folder.write('a', 'a');
    folder.write('b', 'changed');
    folder.write('sub/c', 'c');
    signed(folder, line('a', 'a') + line('b', 'b') + line('sub/c', 'c') + line('gone', 'd') + 'nonsense\n');
    const { files, lists } = report(folder, '--list', 'SHA256SUMS');
    assert.deepEqual(
      files.map((file) => `${file.path} ${file.kind === 'judged' ? file.verdict : file.kind}`),
      ['SHA256SUMS:5 unread', 'a verified', 'b tampered', 'sub/c verified', 'gone unread'],
    );
    assert.deepEqual(
      lists.map(({ path, verdict, entries, malformedLines }) => ({ path, verdict, entries, malformedLines })),
      [{ path: 'SHA256SUMS', verdict: 'verified', entries: 4, malformedLines: 1 }],
    );
  });

  test('leads out of its folder only when asked, by name or by link', () => {
    using outside = new Folder();
    outside.write('secret', 'secret');
    using folder = new Folder();
    mkdirSync(join(folder.path, 'in'));
    folder.write('near', 'secret');
    symlinkSync(join(outside.path, 'secret'), join(folder.path, 'in', 'link'));
    symlinkSync(outside.path, join(folder.path, 'in', 'folder'));
    folder.write('in/real', 'secret');
    symlinkSync('real', join(folder.path, 'in', 'inner'));
    const names = ['../near', join(outside.path, 'secret'), 'link', 'folder/secret', 'inner'];
    const list = names.map((name) => line(name, 'secret')).join('');
    folder.write('in/SHA256SUMS', list);
    folder.write('in/SHA256SUMS.minisig', alice.sign(list));
    const outcome = (...argv: readonly string[]): readonly string[] =>
      report(folder, '--list', 'in/SHA256SUMS', ...argv).files.map((file) =>
        file.kind === 'judged' ? file.verdict : file.reason,
      );
    assert.deepEqual(
      outcome('--allow-outside'),
      names.map(() => 'verified'),
    );
    const [dots = '', absolute = '', link = '', through = '', inner] = outcome();
    assert.match(dots, /not looked at.*\.\./);
    assert.match(absolute, /not looked at.*from the root/);
    assert.match(link, /not looked at: a link leads out/);
    assert.match(through, /not looked at: a link leads out/);
    assert.equal(inner, 'verified');
  });

  test('that is not what was signed leads nowhere', () => {
    using folder = new Folder();
    folder.write('a', 'a');
    signed(folder, line('a', 'a'));
    folder.write('SHA256SUMS', line('a', 'a') + line('b', 'b'));
    const { code, stdout } = verify(folder, '--list', 'SHA256SUMS');
    assert.equal(code, EXIT.tampered);
    assert.match(stdout, /^tampered +SHA256SUMS: /m);
    assert.doesNotMatch(stdout, /\ba: /);
  });

  test('with nothing in it is no success', () => {
    using folder = new Folder();
    signed(folder, '# nothing yet\n\n');
    const { code, stdout } = verify(folder, '--list', 'SHA256SUMS');
    assert.equal(code, EXIT.unread);
    assert.match(stdout, /it names no file/);
    assert.equal(verify(folder, '--list', 'none').code, EXIT.unread);
  });

  test('has names as bytes, as coreutils writes them', () => {
    using folder = new Folder();
    const name = Buffer.concat([Buffer.from(`${folder.path}/`), Buffer.from([0xff, 0x0a, 0x5c])]);
    writeFileSync(name, 'odd');
    const list = Buffer.concat([Buffer.from(`\\${sha256('odd')}  `), Buffer.from([0xff]), Buffer.from('\\n\\\\\n')]);
    folder.write('SHA256SUMS', list);
    folder.write('SHA256SUMS.minisig', alice.sign(list));
    assert.equal(report(folder, '--list', 'SHA256SUMS').summary.verified, 1);
  });
});

suite('usage', () => {
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [[], /nothing to verify/],
    [['--list', 'a', 'b'], /--list verifies all/],
    [['--list', 'a', '--output', 'b'], /neither/],
    [['a', 'b', '--output', 'c'], /one file alone/],
    [['-'], /nothing beside it/],
    [['-', '-', '--signature', 'x'], /once only/],
    [['a', '--pin', 'minisign:short'], /is no pin: it must be the second line/],
    [['a', '--pin', 'openpgp:ABCD@key'], /full fingerprint/],
    [['a', '--trust', 'none.yaml'], /no file/],
  ];
  for (const [argv, message] of cases) {
    test(argv.join(' ') || 'nothing', () => {
      using folder = new Folder();
      const { code, stderr } = verify(folder, ...argv);
      assert.equal(code, EXIT.usage);
      assert.match(stderr.replaceAll(/\s+/g, ' '), message);
    });
  }
});

suite('--record', () => {
  function record(folder: Folder, ...argv: readonly string[]): Ended {
    const prefix = ['env', `FREEHOLD_EVIDENCE=${join(folder.path, 'evidence')}`];
    return freehold(argv, { cwd: folder.path, prefix });
  }

  test('signs a list of files that verifies them later, and nobody else', () => {
    using folder = new Folder();
    folder.write('a', 'a');
    folder.write('b', 'b');
    assert.equal(
      record(folder, 'verify', '--record', 'known.intoto.jsonl', 'a').code,
      EXIT.unread,
      'there is no key yet',
    );
    assert.equal(record(folder, 'keys', 'init').code, 0);
    const { code, stderr } = record(folder, 'verify', '--record', 'known.intoto.jsonl', 'a', 'b');
    assert.equal(code, 0, stderr);
    const pem = readFileSync(join(folder.path, 'evidence', 'public.pem'), 'utf8');
    const key = pem.replaceAll(/-----[^-]+-----|\s/g, '');
    const argv = ['verify', '--signature', 'known.intoto.jsonl', '--pin', `attestation:${key}`, 'a', 'b'];
    assert.equal(freehold(argv, { cwd: folder.path }).code, EXIT.verified);
    folder.write('b', 'changed');
    assert.notEqual(freehold(argv, { cwd: folder.path }).code, EXIT.verified);
    folder.write('b', 'b');
    assert.equal(verify(folder, '--signature', 'known.intoto.jsonl', 'a').code, EXIT.untrusted);
  });

  test('signs nothing where a file is missing or tampered with', () => {
    using folder = new Folder();
    folder.write('a', 'a');
    folder.write('a.minisig', alice.sign('b'));
    assert.equal(record(folder, 'keys', 'init').code, 0);
    const pinned = ['verify', '--pin', alice.pin, '--record', 'known'] as const;
    assert.equal(record(folder, ...pinned, 'a').code, EXIT.tampered);
    assert.equal(record(folder, ...pinned, 'none').code, EXIT.unread);
    assert(!readdirSync(folder.path).includes('known'));
  });
});

suite('a trust policy in a file of its own', () => {
  test('counts instead of a blueprint, and its key files are beside it', () => {
    using folder = new Folder();
    folder.write('x', 'good');
    folder.write('x.minisig', alice.sign('good'));
    folder.write('trust.yaml', `minisign:\n  - key: ${alice.public}\n    name: Alice\n`);
    const argv = ['verify', '--format', 'json', '--trust', 'trust.yaml', 'x'];
    const { code, stdout } = freehold(argv, { cwd: folder.path });
    assert.equal(code, EXIT.verified);
    const [file] = verifyReportSchema.parse(JSON.parse(stdout)).files;
    assert(file?.kind === 'judged');
    assert.equal(file.signatures[0]?.signer?.name, 'Alice');
  });

  test('tells its mistakes with their places', () => {
    using folder = new Folder();
    folder.write('trust.yaml', `minisig:\n  - key: x\nopenpgp:\n  - fingerprint: "12 34"\n`);
    const { code, stderr } = freehold(['verify', '--trust', 'trust.yaml', 'x'], { cwd: folder.path });
    assert.equal(code, EXIT.usage);
    assert.match(stderr, /There is no "minisig" in a trust policy\. \[trust\/unknown-key\]\n {2}--> trust\.yaml:1:1/);
    assert.match(stderr, /Did you mean minisign\?/);
    assert.match(stderr, /trust\.yaml:4:18/);
  });
});
