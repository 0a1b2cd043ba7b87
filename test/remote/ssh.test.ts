/** Machines behind a real sshd: what works, and how each way of not working reads. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import { after, before, suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadPreset } from '../../src/blueprint/index.ts';
import { controls } from '../../src/controls/index.ts';
import { audit } from '../../src/engine/audit.ts';
import { parseAddress } from '../../src/host/address.ts';
import { HostError } from '../../src/host/error.ts';
import type { Host } from '../../src/host/host.ts';
import { openLocalHost } from '../../src/host/local.ts';
import { type OpenOptions, openHost } from '../../src/host/open.ts';
import { Folder, freehold } from '../cli/freehold.ts';
import { hostName, Sshd, whyNoSshd } from './sshd.ts';

const skip = whyNoSshd();
const MOST_ROUND_TRIPS = 4;
const BANNER_BYTES = 1_000_000;
const POLL_MS = 20;

function open(sshd: Sshd, options: OpenOptions = {}): Promise<Host> {
  return openHost(parseAddress(sshd.address), { sshConfig: sshd.sshConfig, connectTimeoutMs: 10_000, ...options });
}

async function refusal(opening: Promise<Host>): Promise<HostError> {
  try {
    const host = await opening;
    await host.close();
  } catch (error) {
    assert.ok(error instanceof HostError, String(error));
    return error;
  }
  throw new Error('it was opened');
}

suite('ssh', { skip }, () => {
  let sshd: Sshd;
  before(async () => {
    sshd = await Sshd.start();
  });
  after(() => {
    sshd.close();
  });

  test('an audit with every key of strict takes four round trips and finds what a local one finds', async () => {
    const loaded = await loadPreset({ name: 'strict', controls });
    assert.ok(loaded.kind === 'loaded');
    const look = (host: Host): ReturnType<typeof audit> =>
      audit({ host, blueprint: loaded.blueprint, controls, version: 'test', startedAt: new Date(0) });
    const host = await open(sshd);
    const there = await look(host);
    assert.ok((host.roundTrips ?? 99) <= MOST_ROUND_TRIPS, String(host.roundTrips));
    await host.close();
    const here = await look(openLocalHost());
    assert.deepEqual(there.findings, here.findings);
    assert.deepEqual({ ...there.host, address: 'local' }, here.host);
  });

  test('--verbose prints the round trips', () => {
    using folder = new Folder();
    const ended = freehold(['audit', sshd.address, '--ssh-config', sshd.sshConfig, '--verbose'], { cwd: folder.path });
    assert.match(ended.stderr, /: 4 round trips/);
    assert.match(ended.stdout, new RegExp(`Audit of .*${sshd.address}`));
  });

  test('a refused connection and an unknown name are unreachable; a wrong key is refused', async () => {
    const closed = await refusal(
      openHost({ kind: 'ssh', host: '127.0.0.1', user: 'root', port: 1 }, { sshConfig: sshd.sshConfig }),
    );
    assert.equal(closed.code, 'unreachable');
    assert.match(closed.message, /refused/);
    const nowhere = await refusal(
      openHost(
        { kind: 'ssh', host: 'no-such-host.invalid', user: undefined, port: undefined },
        { sshConfig: sshd.sshConfig },
      ),
    );
    assert.equal(nowhere.code, 'unreachable');
    const stranger = await refusal(
      openHost({ kind: 'ssh', host: '127.0.0.1', user: 'nobody', port: sshd.port }, { sshConfig: sshd.sshConfig }),
    );
    assert.equal(stranger.code, 'refused');
    assert.match(stranger.hint ?? '', /ssh/);
  });

  test('a machine that takes the connection and says nothing costs its time and no more', async () => {
    const server = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const startedMs = performance.now();
    const error = await refusal(
      openHost(
        { kind: 'ssh', host: '127.0.0.1', user: 'root', port },
        { sshConfig: sshd.sshConfig, connectTimeoutMs: 1000 },
      ),
    );
    server.close();
    assert.equal(error.code, 'unreachable');
    assert.ok(performance.now() - startedMs > 900 && performance.now() - startedMs < 5000);
  });

  test('a connection that breaks in the middle ends what is being asked', async () => {
    const host = await open(sshd);
    const asking = refusal(host.run(['sleep', '30'], { timeoutMs: 30_000 }).then(() => host));
    const { stdout } = spawnSync('pgrep', ['-P', String(process.pid), '-x', 'ssh']);
    for (const pid of stdout.toString().split('\n').filter(Boolean)) process.kill(Number(pid), 'SIGKILL');
    const error = await asking;
    assert.equal(error.code, 'unreachable');
    await refusal(host.read('/etc/hostname').then(() => host));
  });

  test('what the user’s own configuration asks for does no harm', async () => {
    sshd.configureClient([
      'RemoteCommand false',
      'RequestTTY force',
      'LocalForward 127.0.0.1:1 127.0.0.1:2',
      'ForwardX11 yes',
      'PermitLocalCommand yes',
      'LocalCommand false',
    ]);
    const host = await open(sshd);
    assert.equal(host.facts.isRoot, true);
    await host.close();
  });
});

suite('ssh, the ways of its own configuration', { skip }, () => {
  let sshd: Sshd;
  before(async () => {
    sshd = await Sshd.start({ names: 2 });
  });
  after(() => {
    sshd.close();
  });

  test('through a jump host', async () => {
    const [inner, jump] = [hostName(0), hostName(1)];
    sshd.configureClient([`Host ${inner}`, `  ProxyJump ${jump}`]);
    const host = await openHost(parseAddress(`ssh://${inner}`), { sshConfig: sshd.sshConfig });
    const { stdout } = spawnSync('pgrep', ['-f', `ssh.* -W .*${String(sshd.port)}.* ${jump}`]);
    const read = await host.read('/proc/sys/kernel/ostype');
    await host.close();
    assert.notEqual(stdout.toString(), '', 'it goes through the jump host');
    assert.equal(read.kind, 'content');
  });

  test('a shared master connection is used, but not to show that a machine still lets anybody in', async () => {
    const path = join(sshd.folder, 'master');
    sshd.configureClient(['Host 127.0.0.1', '  ControlMaster no', `  ControlPath ${path}`]);
    const master = spawn(
      'ssh',
      ['-F', sshd.sshConfig, '-N', '-M', '-S', path, '-p', String(sshd.port), 'root@127.0.0.1'],
      {
        stdio: 'ignore',
      },
    );
    while (!existsSync(path)) await sleep(POLL_MS);
    // Nobody new is let in, and the connection that is there stays.
    process.kill(sshd.pid, 'SIGKILL');
    const shared = await open(sshd);
    assert.equal((await shared.read('/proc/sys/kernel/ostype')).kind, 'content');
    await shared.close();
    assert.equal((await refusal(open(sshd, { isFresh: true }))).code, 'unreachable');
    master.kill();
    await once(master, 'exit');
  });
});

suite('ssh, a machine whose key is not the known one', { skip }, () => {
  let sshd: Sshd;
  before(async () => {
    sshd = await Sshd.start();
  });
  after(() => {
    sshd.close();
  });

  test('an unknown one is refused, and its fingerprint named', async () => {
    sshd.forgetHostKey();
    const error = await refusal(open(sshd));
    assert.equal(error.code, 'refused');
    assert.ok(error.message.includes(sshd.fingerprint), error.message);
    assert.match(error.hint ?? '', /ssh-keygen -lf/);
    const ended = freehold(['audit', sshd.address, '--ssh-config', sshd.sshConfig], { cwd: '/' });
    assert.equal(ended.code, 3);
    assert.ok(ended.stderr.replace(/\s+/g, '').includes(sshd.fingerprint));
  });

  test('a changed one is refused, and its fingerprint named', async () => {
    sshd.changeHostKey();
    const error = await refusal(open(sshd));
    assert.equal(error.code, 'refused');
    assert.ok(error.message.includes(sshd.fingerprint), error.message);
  });
});

suite('ssh, login shells', { skip }, () => {
  async function openWith(config: readonly string[]): Promise<Host | HostError> {
    const sshd = await Sshd.start({ config });
    try {
      return await open(sshd);
    } catch (error) {
      assert.ok(error instanceof HostError, String(error));
      return error;
    } finally {
      setTimeout(() => {
        sshd.close();
      }, 2000);
    }
  }

  test('that print a megabyte first', async () => {
    const noise = `ForceCommand head -c ${String(BANNER_BYTES)} /dev/zero | tr '\\0' x; head -c ${String(BANNER_BYTES)} /dev/zero | tr '\\0' y >&2; /bin/sh`;
    const host = await openWith([noise]);
    assert.ok(!(host instanceof HostError), 'it was refused');
    const result = await host.run(['sh', '-c', 'echo fine >&2'], { timeoutMs: 2000 });
    assert.equal(result.kind === 'exited' && Buffer.from(result.stderr).toString(), 'fine\n');
    await host.close();
  });

  test('that print without an end', async () => {
    const error = await openWith(['ForceCommand yes']);
    assert.ok(error instanceof HostError);
    assert.equal(error.code, 'hostile');
  });

  test('that let nobody in', async () => {
    const error = await openWith(['ForceCommand echo This account is closed.; exit 1']);
    assert.ok(error instanceof HostError);
    assert.equal(error.code, 'refused');
    assert.match(error.message, /This account is closed\./);
  });

  test(
    'with nothing but busybox behind them',
    { skip: spawnSync('busybox').error !== undefined && 'LEFT OUT: no busybox' },
    async () => {
      const host = await openWith(['ForceCommand busybox sh']);
      assert.ok(!(host instanceof HostError), 'it was refused');
      assert.equal((await host.read('/etc/hostname')).kind, 'content');
      await host.close();
    },
  );
});

suite('what a machine needs', { skip }, () => {
  test('a machine without stat says so', async () => {
    const sshd = await Sshd.start({
      config: [`ForceCommand unshare --mount sh -c 'mount --bind /dev/null /usr/bin/stat; exec sh'`],
    });
    const error = await refusal(open(sshd));
    sshd.close();
    assert.equal(error.code, 'requirement');
    assert.match(error.message, /missing there: stat/);
    assert.match(error.hint ?? '', /coreutils/);
  });

  test('base64 and od are not needed', async () => {
    const hide = ['base64', 'od'].map((name) => `mount --bind /dev/null /usr/bin/${name}`).join('; ');
    const sshd = await Sshd.start({ config: [`ForceCommand unshare --mount sh -c '${hide}; exec sh'`] });
    const host = await open(sshd);
    const name = `/tmp/freehold "odd'\n name`;
    writeFileSync(name, Buffer.from([0, 255, 10, 39]));
    const result = await host.read(name);
    spawnSync('rm', ['-f', '--', name]);
    assert.ok(result.kind === 'content');
    assert.deepEqual([...result.bytes], [0, 255, 10, 39]);
    await host.close();
    sshd.close();
  });
});

const USER = 'freehold-test';
const PASSWORD = 'correct horse battery staple';
const whyNoSudo = ((): string | false => {
  if (skip !== false) return skip;
  return spawnSync('sudo', ['-V']).error === undefined ? false : 'LEFT OUT: no sudo';
})();

suite('sudo', { skip: whyNoSudo }, () => {
  const sudoers = `/etc/sudoers.d/${USER}`;
  before(() => {
    spawnSync('useradd', ['--no-create-home', '--shell', '/bin/sh', USER]);
    spawnSync('chpasswd', [], { input: `${USER}:${PASSWORD}\n` });
  });
  after(() => {
    spawnSync('userdel', [USER]);
    spawnSync('rm', ['-f', sudoers]);
  });

  function allow(rule: string): void {
    writeFileSync(sudoers, `${USER} ALL=(ALL) ${rule}\n`, { mode: 0o440 });
  }

  async function become(sshd: Sshd, options: OpenOptions): Promise<Host> {
    sshd.configureClient([]);
    return openHost(
      { kind: 'ssh', host: '127.0.0.1', user: USER, port: sshd.port },
      { sshConfig: sshd.sshConfig, connectTimeoutMs: 10_000, become: 'sudo', ...options },
    );
  }

  test('with and without a password, which nobody else sees', async () => {
    const sshd = await Sshd.start();
    try {
      allow('NOPASSWD: /bin/sh');
      const free = await become(sshd, {});
      assert.equal(free.facts.isRoot, true);
      assert.ok((free.roundTrips ?? 9) <= 1);
      await free.close();

      allow('/bin/sh');
      const needs = await refusal(become(sshd, {}));
      assert.equal(needs.code, 'refused');
      assert.match(needs.hint ?? '', /--ask-become-password/);

      let asked = 0;
      const password = (): Promise<string> => {
        asked += 1;
        return Promise.resolve(PASSWORD);
      };
      const host = await become(sshd, { password });
      assert.equal(host.facts.isRoot, true);
      assert.equal(asked, 1);
      const lines = spawnSync('sh', [
        '-c',
        'cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr "\\0" "\\n"',
      ]);
      assert.ok(!lines.stdout.toString().includes(PASSWORD));
      await host.close();

      const wrong = await refusal(become(sshd, { password: () => Promise.resolve('wrong') }));
      assert.equal(wrong.code, 'refused');
      assert.ok(!wrong.message.includes('wrong'), wrong.message);

      spawnSync('rm', ['-f', sudoers]);
      const stranger = await refusal(become(sshd, { password }));
      assert.equal(stranger.code, 'refused');
    } finally {
      sshd.close();
    }
  });
});
