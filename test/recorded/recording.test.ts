/** Recordings: they judge as the machine did, hold no secrets, and a hostile one is refused in bounded time and memory. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { HostError } from '../../src/host/error.ts';
import { openLocalHost } from '../../src/host/local.ts';
import { packRecording, recordHost } from '../../src/host/recorded/index.ts';
import { openRecording } from '../../src/host/recorded/open-recording.ts';
import { REDACTIONS, SECRET_CONTENT, SECRET_FILES } from '../../src/host/recorded/secrets.ts';
import { Folder, freehold, freeholdArgv } from '../cli/freehold.ts';

const PRIVATE_MODE = 0o600;
const LATER =
  'version: 1\nname: later\nextends: strict\nkernel:\n  sysctl:\n    kernel.pid_max: 4194304\n    vm.swappiness: 10\n';
const MIB = 1024 * 1024;

function findingsOf(stdout: string): string {
  const { findings } = JSON.parse(stdout) as { readonly findings: unknown };
  return JSON.stringify(findings);
}

test('a recording has the findings of the machine, also by a blueprint that was written later', () => {
  using folder = new Folder();
  const run = (...argv: readonly string[]): ReturnType<typeof freehold> => freehold(argv, { cwd: folder.path });
  const recorded = run('record', '--output', 'here.fhr');
  assert.equal(recorded.code, 0, recorded.stderr);
  assert.equal(statSync(join(folder.path, 'here.fhr')).mode & 0o777, PRIVATE_MODE);
  folder.write('later.yaml', LATER);
  for (const blueprint of ['baseline', 'later.yaml']) {
    const live = run('audit', '--blueprint', blueprint, '--format', 'json');
    const replayed = run('audit', 'here.fhr', '--blueprint', blueprint, '--format', 'json');
    assert.equal(findingsOf(replayed.stdout), findingsOf(live.stdout), blueprint);
  }
  const again = run('record', '--output', 'here.fhr');
  assert.equal(again.code, 2);
  assert.match(again.stderr, /--force/);
  assert.equal(run('record', '--output', 'here.fhr', '--force').code, 0);
  assert.equal(run('record', '--output', 'no/folder.fhr').code, 2);
  assert.equal(run('record', 'here.fhr').code, 2);
  const applied = run('apply', 'here.fhr', '--yes');
  assert.equal(applied.code, 3);
  assert.match(applied.stderr, /is a recording/);
  assert.match(run('audit', 'here.fhr').stdout, /This is a recording of/);
});

test('what was not asked is not known', async () => {
  using folder = new Folder();
  const recorder = recordHost(openLocalHost(), { startedAt: new Date(0), tool: 'test' });
  await recorder.host.read('/etc/os-release');
  await recorder.host.read('/etc/there-is-no-such-file');
  const path = folder.write('few.fhr', await packRecording(recorder.recording()));
  const replay = await openRecording(path);
  assert.equal((await replay.read('/etc/os-release')).kind, 'content');
  assert.equal((await replay.read('/etc/there-is-no-such-file')).kind, 'missing');
  const unasked = await replay.read('/etc/hostname');
  assert.ok(unasked.kind === 'unreadable');
  assert.match(unasked.message, /not in this recording/);
  const run = await replay.run(['id'], { timeoutMs: 1000 });
  assert.notEqual(run.kind, 'exited');
});

test('secrets are not read, by whatever name', async () => {
  using folder = new Folder();
  const secret = 'correct-horse-battery-staple';
  const key = folder.write(
    'innocent.conf',
    `-----BEGIN OPENSSH PRIVATE KEY-----\n${secret}\n-----END OPENSSH PRIVATE KEY-----\n`,
  );
  const named = folder.write('tls.key', `${secret}\n`);
  const hash = folder.write('plain.txt', `root:$y$j9T$${secret}$abcdefgh:19000:0:99999:7:::\n`);
  const link = join(folder.path, 'link.conf');
  symlinkSync('tls.key', link);
  const shadow = join(folder.path, 'shade.conf');
  symlinkSync('/etc/shadow', shadow);
  const recorder = recordHost(openLocalHost(), { startedAt: new Date(0), tool: 'test' });
  for (const path of [key, named, hash, link, shadow, '/etc/shadow', '/proc/self/environ', '/etc/machine-id']) {
    const answer = await recorder.host.read(path);
    assert.equal(answer.kind, 'unreadable', path);
  }
  await recorder.host.run(['cat', key], { timeoutMs: 5000 });
  const text = Buffer.from(await packRecording(recorder.recording()));
  const payload = gunzipSync(text.subarray(text.indexOf('\n') + 1)).toString();
  assert.ok(!payload.includes(secret));
  assert.ok(!payload.includes(':19000:'));
});

test('the documentation names everything that is withheld', () => {
  const text = readFileSync(new URL('../../docs/recordings.md', import.meta.url), 'utf8').replace(/\s+/g, ' ');
  const plain = (words: string): string => words.replace(/\s+/g, ' ');
  for (const { what, files, except = [] } of SECRET_FILES) {
    assert.ok(text.includes(plain(what)), what);
    for (const file of [...files, ...except]) assert.ok(text.includes(`\`${file}\``), file);
  }
  for (const { what } of [...SECRET_CONTENT, ...REDACTIONS]) assert.ok(text.includes(plain(what)), what);
});

const HEAD = { recordedAt: '2026-11-23T21:40:12.000Z', tool: 'test', facts: openLocalHost().facts };

function fileOf(
  payload: Buffer | string,
  change: Partial<Record<'gzip' | 'text' | 'sha256' | 'version' | 'after', string>> = {},
): Buffer {
  const bytes = Buffer.from(payload);
  const packed = gzipSync(bytes);
  const digest = change.sha256 ?? createHash('sha256').update(bytes).digest('hex');
  const sizes = `gzip=${change.gzip ?? String(packed.length)} text=${change.text ?? String(bytes.length)}`;
  const line = `freehold-recording ${change.version ?? '1'} ${sizes} sha256=${digest}\n`;
  return Buffer.concat([Buffer.from(line), packed, Buffer.from(change.after ?? '')]);
}

const head = `${JSON.stringify(HEAD)}\n`;
const HOSTILE: readonly (readonly [string, Buffer])[] = [
  ['nothing', Buffer.alloc(0)],
  ['something else', Buffer.from('PK\x03\x04')],
  ['a version of later', fileOf(head, { version: '2' })],
  ['a length that is too small', fileOf(head, { gzip: '10' })],
  ['a length that is too large', fileOf(head, { gzip: '99999' })],
  ['text that is said to be longer', fileOf(head, { text: '99999' })],
  ['text that is said to be shorter', fileOf(head, { text: '5' })],
  ['another digest', fileOf(head, { sha256: '0'.repeat(64) })],
  ['bytes after the end', fileOf(head, { after: 'x' })],
  [
    'no gzip',
    Buffer.concat([Buffer.from(`freehold-recording 1 gzip=4 text=4 sha256=${'0'.repeat(64)}\n`), Buffer.from('abcd')]),
  ],
  ['no facts', fileOf('{}\n')],
  ['no line end', fileOf(head.trimEnd())],
  ['a line that is no JSON', fileOf(`${head}nonsense\n`)],
  ['the same question twice', fileOf(`${head}{"read":"/a","missing":true}\n{"read":"/a","text":"x"}\n`)],
  ['lines out of order', fileOf(`${head}{"read":"/b","missing":true}\n{"read":"/a","missing":true}\n`)],
  ['a relative path', fileOf(`${head}{"read":"a","missing":true}\n`)],
  ['depth', fileOf(`${head}{"list":"/a","entries":${'['.repeat(100_000)}${']'.repeat(100_000)}}\n`)],
  ['a bomb', fileOf(Buffer.alloc(80 * MIB, 0x20))],
  ['a bomb that lies about its size', fileOf(Buffer.alloc(80 * MIB, 0x20), { text: '1000' })],
  ['millions of lines', fileOf(head + '{"read":"/a"}\n'.repeat(1_000_000))],
];

for (const [name, bytes] of HOSTILE) {
  test(`a hostile recording is refused: ${name}`, async () => {
    using folder = new Folder();
    const path = folder.write('hostile.fhr', bytes);
    const startedMs = performance.now();
    await assert.rejects(openRecording(path), (error) => {
      assert.ok(error instanceof HostError && error.hint !== undefined, String(error));
      assert.match(error.message, /hostile\.fhr/);
      return true;
    });
    assert.ok(performance.now() - startedMs < 10_000);
  });
}

for (const name of ['a bomb', 'a bomb that lies about its size', 'millions of lines']) {
  test(`with little memory too: ${name}`, () => {
    using folder = new Folder();
    folder.write('hostile.fhr', new Map(HOSTILE).get(name) ?? '');
    const [program = '', ...argv] = freeholdArgv(['audit', 'hostile.fhr', '--blueprint', 'baseline']);
    const limited = ['--max-old-space-size=200', ...argv];
    const env = { ...process.env, NO_COLOR: '1' };
    const { status, stdout, stderr } = spawnSync(program, limited, { cwd: folder.path, env });
    assert.ok(status === 2 || status === 3, stderr.toString());
    assert.match(stderr.toString(), /hostile\.fhr/);
    assert.equal(stdout.toString(), '');
  });
}

test('a byte that is changed anywhere is noticed', async () => {
  using folder = new Folder();
  const recorder = recordHost(openLocalHost(), { startedAt: new Date(0), tool: 'test' });
  await recorder.host.list('/etc');
  const bytes = Buffer.from(await packRecording(recorder.recording()));
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (position, by) => {
      const changed = Buffer.from(bytes);
      changed[position] = ((changed[position] ?? 0) + by) % 256;
      const path = folder.write('changed.fhr', changed);
      // A gzip header has bytes that mean nothing for the text: then the text is the same.
      try {
        const host = await openRecording(path);
        assert.deepEqual(
          await host.list('/etc'),
          await (await openRecording(folder.write('same.fhr', bytes))).list('/etc'),
        );
      } catch (error) {
        assert.ok(error instanceof HostError, String(error));
        assert.ok(error.hint !== undefined);
      }
    }),
    { numRuns: 60 },
  );
});

test('a recording that is cut off is refused wherever it is cut', async () => {
  using folder = new Folder();
  const bytes = fileOf(head);
  for (let length = 0; length < bytes.length; length += 7) {
    writeFileSync(join(folder.path, 'cut.fhr'), bytes.subarray(0, length));
    await assert.rejects(openRecording(join(folder.path, 'cut.fhr')), HostError, String(length));
  }
});
