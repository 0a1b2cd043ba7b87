/** With what runs are signed: a key file, the ssh agent, another program. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { evidenceFiles } from '../../src/evidence/folder.ts';
import { initKeys, type NewSigner } from '../../src/evidence/keys/init.ts';
import { readSshKey } from '../../src/evidence/keys/openssh.ts';
import { agentKeys } from '../../src/evidence/keys/ssh-agent.ts';
import { readVerifierKey } from '../../src/evidence/ledger/note.ts';
import { Recorder } from '../../src/evidence/record.ts';
import { verifyEvidence } from '../../src/evidence/verify.ts';
import { readSignerFile } from '../../src/evidence/keys/signer-file.ts';
import { readPublicKey } from '../../src/signatures/dsse/public-key.ts';
import { Evidence, runOf } from './evidence.ts';

const NOW = new Date('2026-11-26T12:00:00Z');
const POLL_MS = 20;
const PERMISSIONS = 0o777;
/** Signs its standard input with a key file, as a PKCS#11 tool would with a token. */
const SIGN = `import { createPrivateKey, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
const signature = sign(null, readFileSync(0), createPrivateKey(readFileSync(process.argv[1])));
process.stdout.write(process.argv[2] === 'raw' ? signature : signature.toString('base64') + '\\n');`;

function whyNo(program: string): string | false {
  const { error } = spawnSync(program, ['-?'], { stdio: 'ignore' });
  return error === undefined ? false : `LEFT OUT: no ${program}; install openssh-client`;
}

function init(folder: string, signer: NewSigner, force = false): ReturnType<typeof initKeys> {
  return initKeys(folder, { signer, now: NOW, force, makeFolder: (path) => mkdirSync(path, { recursive: true }) });
}

test('keys that are made are private, and the same in every form', async () => {
  using evidence = await Evidence.create();
  const { files } = evidence;
  const modes = [files.folder, files.key, files.privateKey, files.ledger.folder, files.ledger.entries].map(
    (path) => statSync(path).mode & PERMISSIONS,
  );
  assert.deepEqual(modes, [0o700, 0o700, 0o600, 0o700, 0o600]);
  const pem = readPublicKey(readFileSync(files.publicPem, 'utf8'));
  const ids = [
    pem.kind === 'key' ? pem.key.id : '',
    readSshKey(readFileSync(files.publicSsh, 'utf8'))?.id,
    readVerifierKey(readFileSync(files.publicNote, 'utf8'))?.key.id,
  ];
  assert.deepEqual(new Set(ids), new Set([evidence.noteKey.key.id]));
});

test('OpenSSH reads the public key', { skip: whyNo('ssh-keygen') }, async () => {
  using evidence = await Evidence.create();
  const { status, stdout } = spawnSync('ssh-keygen', ['-lf', evidence.files.publicSsh], { encoding: 'utf8' });
  assert.equal(status, 0);
  assert.match(stdout, /^256 SHA256:\S+ \S+\/freehold\/[0-9a-f]{8} \(ED25519\)/);
});

test('a key that others can get at is refused, and it is said how to mend it', async () => {
  using start = await Evidence.create();
  const cases = [
    ['key', 0o750, 'chmod 700'],
    ['privateKey', 0o640, 'chmod 600'],
    ['privateKey', 0o604, 'chmod 600'],
    ['folder', 0o755, 'chmod 700'],
  ] as const;
  for (const [name, mode, command] of cases) {
    using evidence = start.copy();
    const path = evidence.files[name];
    chmodSync(path, mode);
    const result = await new Recorder(evidence.files).record(runOf('one'));
    assert.ok(result.kind === 'failed', `${name} ${mode.toString(8)}`);
    assert.match(result.reason, new RegExp(`others can get at ${path}: its mode is 0${mode.toString(8)}`));
    assert.equal(result.hint, `Mend it: ${command} ${path}`);
    assert.deepEqual(evidence.names(), []);
    const mended = spawnSync('sh', ['-c', command.concat(` '${path}'`)]);
    assert.equal(mended.status, 0);
    await evidence.record('one');
  }
});

test('what is there is kept: without force nothing is made, with it the old is put aside', async () => {
  using evidence = await Evidence.create();
  const { folder } = evidence.files;
  await evidence.record('one');
  const before = readFileSync(evidence.files.privateKey, 'utf8');
  await assert.rejects(init(folder, { kind: 'file' }), /There are keys already/);
  assert.equal(readFileSync(evidence.files.privateKey, 'utf8'), before);
  const first = await init(folder, { kind: 'file' }, true);
  const second = await init(folder, { kind: 'file' }, true);
  assert.deepEqual([first.retired, second.retired], [`${folder}-20261126T120000Z`, `${folder}-20261126T120000Z-2`]);
  const retired = evidenceFiles(first.retired ?? '');
  assert.equal(readFileSync(retired.privateKey, 'utf8'), before);
  const old = verifyEvidence(retired, { noteKey: readSignerFile(retired.signer).noteKey });
  assert.deepEqual([old.entries, old.problems], [1, []]);
  assert.notEqual(readFileSync(evidence.files.privateKey, 'utf8'), before);
  assert.deepEqual(
    readdirSync(dirname(folder)).filter((name) => name.includes('making')),
    [],
  );
});

test('keys that another process makes meanwhile are not put aside without force', async () => {
  using evidence = await Evidence.create();
  const folder = join(evidence.parent, 'meanwhile');
  const options = { signer: { kind: 'file' }, now: NOW, force: false } as const;
  const makeFolder = (): void => {
    mkdirSync(folder);
    writeFileSync(join(folder, 'signer.json'), 'theirs');
  };
  await assert.rejects(initKeys(folder, { ...options, makeFolder }), /could not be made/);
  assert.equal(readFileSync(join(folder, 'signer.json'), 'utf8'), 'theirs');
  assert.deepEqual(readdirSync(evidence.parent).toSorted(), ['evidence', 'meanwhile']);
});

test('a key that has a ledger gets no second one, in use or put aside', async () => {
  using own = await Evidence.create();
  const { key } = own.noteKey;
  const folder = join(own.parent, 'mine');
  const argv = [process.execPath, '--input-type=module', '-e', SIGN, own.files.privateKey, 'raw'] as const;
  await init(folder, { kind: 'command', argv, key });
  await assert.rejects(init(folder, { kind: 'command', argv, key }, true), /has a ledger already/);
  await init(folder, { kind: 'file' }, true);
  await assert.rejects(init(folder, { kind: 'command', argv, key }, true), /has a ledger already, in .*mine-2026/);
});

test('a program that signs, in both of its forms', async () => {
  using own = await Evidence.create();
  const { key } = own.noteKey;
  for (const form of ['raw', 'base64']) {
    const folder = join(own.parent, form);
    const argv = [process.execPath, '--input-type=module', '-e', SIGN, own.files.privateKey, form] as const;
    await init(folder, { kind: 'command', argv, key });
    const files = evidenceFiles(folder);
    assert.ok(!existsSync(files.privateKey));
    const result = await new Recorder(files).record(runOf('one'));
    assert.equal(result.kind, 'recorded', result.kind === 'failed' ? result.reason : '');
    const { entries, problems } = verifyEvidence(files, { noteKey: readSignerFile(files.signer).noteKey });
    assert.deepEqual([entries, problems], [1, []]);
  }
});

test('a program that signs with another key, or fails, or prints something else, makes nothing', async () => {
  using own = await Evidence.create();
  using other = await Evidence.create();
  const { key } = own.noteKey;
  const cases: readonly (readonly [RegExp, readonly [string, ...string[]]])[] = [
    [
      /does not fit the public key/,
      [process.execPath, '--input-type=module', '-e', SIGN, other.files.privateKey, 'raw'],
    ],
    [/it ended with code 3\. no token/, ['sh', '-c', 'echo no token >&2; exit 3']],
    [/no Ed25519 signature/, ['echo', 'hello']],
    [/failed: .*ENOENT/, ['/nowhere/at-all']],
    [/it ended with SIGKILL/, ['sh', '-c', 'kill -9 $$']],
  ];
  for (const [message, argv] of cases) {
    const folder = join(own.parent, 'signed-by-command');
    await assert.rejects(init(folder, { kind: 'command', argv, key }), message);
    assert.ok(!existsSync(folder));
  }
});

test('an ssh agent', { skip: whyNo('ssh-agent') }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'freehold-agent-'));
  const socket = join(folder, 'socket');
  const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
  const ended = once(agent, 'exit');
  const earlier = process.env['SSH_AUTH_SOCK'];
  try {
    for (let tries = 0; !existsSync(socket); tries += 1) {
      assert.ok(tries < 500, 'the agent did not come up');
      await sleep(POLL_MS);
    }
    process.env['SSH_AUTH_SOCK'] = socket;
    const env = { ...process.env };
    for (const [type, name] of [
      ['ed25519', 'wanted'],
      ['rsa', 'not wanted'],
    ] as const) {
      const made = spawnSync('ssh-keygen', ['-q', '-t', type, '-N', '', '-C', name, '-f', join(folder, type)]);
      assert.equal(made.status, 0);
      assert.equal(spawnSync('ssh-add', ['-q', join(folder, type)], { env }).status, 0);
    }
    const [key, ...more] = await agentKeys();
    assert.deepEqual([key?.comment, more.length], ['wanted', 0], 'only keys of Ed25519 count');
    assert.ok(key !== undefined);
    const files = evidenceFiles(join(folder, 'evidence'));
    await init(files.folder, { kind: 'ssh-agent', key: key.key });
    const recorder = new Recorder(files);
    assert.equal((await recorder.record(runOf('one'))).kind, 'recorded');
    assert.equal(spawnSync('ssh-add', ['-q', '-D'], { env }).status, 0);
    const result = await recorder.record(runOf('two'));
    assert.ok(result.kind === 'failed');
    assert.match(result.reason, /ssh agent/);
    const { entries, problems } = verifyEvidence(files, { noteKey: readSignerFile(files.signer).noteKey });
    assert.deepEqual([entries, problems], [1, []]);
  } finally {
    if (earlier === undefined) delete process.env['SSH_AUTH_SOCK'];
    else process.env['SSH_AUTH_SOCK'] = earlier;
    agent.kill();
    await ended;
    rmSync(folder, { recursive: true });
  }
});

test('a description of a signer that is none', async () => {
  using evidence = await Evidence.create();
  const good: unknown = JSON.parse(readFileSync(evidence.files.signer, 'utf8'));
  assert.ok(typeof good === 'object' && good !== null);
  const bad = [
    '',
    '{}',
    '[]',
    JSON.stringify({ ...good, by: { kind: 'command', argv: [] } }),
    JSON.stringify({ ...good, publicKey: 'AAAA' }),
    JSON.stringify({ ...good, name: 'a b' }),
  ];
  for (const text of bad) {
    writeFileSync(evidence.files.signer, text);
    assert.throws(() => readSignerFile(evidence.files.signer), /can't be read/, text);
  }
});
