/** Repositories that a real apt has fetched: what it takes and what it refuses, and what was changed on the machine since. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { after, before, describe, test } from 'node:test';
import { judgeRepositories } from '../../src/controls/integrity/repositories/judge.ts';
import { observeRepositories } from '../../src/controls/integrity/repositories/observe.ts';
import { repositoriesPolicy } from '../../src/controls/integrity/repositories/policy.ts';
import type { Finding, Outcome } from '../../src/core/finding.ts';
import { openImage } from '../../src/host/image/open-image.ts';
import { AptRoot, whyNoApt, whyNoGpg } from './apt.ts';

const MINIMUM_RSA_BITS = 2048;
const MS_PER_DAY = 86_400_000;
const PACKAGES = 'Package: nothing\nVersion: 1\nArchitecture: all\nFilename: ./nothing.deb\nSize: 1\n';
const LIST = 'var/lib/apt/lists';

class Gpg {
  readonly #home: string;

  constructor(home: string) {
    this.#home = home;
    mkdirSync(home, { recursive: true, mode: 0o700 });
  }

  run(argv: readonly string[], input?: string | Buffer): Buffer {
    const ran = spawnSync('gpg', ['--homedir', this.#home, '--batch', '--quiet', '--yes', '--no-tty', ...argv], {
      input,
    });
    assert.equal(ran.status, 0, ran.stderr.toString());
    return ran.stdout;
  }

  /** Answers the fingerprint. */
  makeKey(name: string, algorithm: string): string {
    this.run(['--passphrase', '', '--quick-generate-key', name, algorithm, 'sign', 'never']);
    const list = this.run(['--with-colons', '--list-keys', name]).toString();
    return /^fpr:+([0-9A-F]+):/m.exec(list)?.[1] ?? assert.fail(list);
  }

  stop(): void {
    spawnSync('gpgconf', ['--homedir', this.#home, '--kill', 'all']);
  }
}

interface Repository {
  readonly signer?: string;
  readonly form?: 'InRelease' | 'Release.gpg' | 'none';
  readonly validUntil?: Date;
}

describe('repositories and a real apt', { skip: whyNot() }, () => {
  let root: AptRoot;
  let gpg: Gpg;
  /** What apt complained about last. */
  let said = '';
  const keys: Record<'good' | 'other' | 'short', string> = { good: '', other: '', short: '' };

  before(() => {
    root = new AptRoot();
    gpg = new Gpg(join(root.root, 'gpg'));
    keys.good = gpg.makeKey('good@example.org', 'ed25519');
    keys.other = gpg.makeKey('other@example.org', 'ed25519');
    keys.short = gpg.makeKey('short@example.org', 'rsa1024');
    root.write('/etc/os-release', 'ID=debian\nVERSION_ID="12"\n');
    for (const [name, fingerprint] of Object.entries(keys)) {
      root.write(`/etc/apt/keyrings/${name}.gpg`, gpg.run(['--export', fingerprint]));
    }
  });
  after(() => {
    gpg.stop();
    root.remove();
  });

  /** A repository below the root; `copy:` makes apt have lists of its own. */
  function publish(name: string, { signer = keys.good, form = 'InRelease', validUntil }: Repository = {}): string {
    const folder = join(root.root, 'srv', name, 'dists/stable');
    rmSync(folder, { recursive: true, force: true });
    write(join(folder, 'main/binary-amd64/Packages'), PACKAGES);
    const digest = createHash('sha256').update(PACKAGES).digest('hex');
    const release = [
      'Suite: stable',
      `Date: ${new Date(Date.now() - 2 * MS_PER_DAY).toUTCString()}`,
      ...(validUntil === undefined ? [] : [`Valid-Until: ${validUntil.toUTCString()}`]),
      'Architectures: amd64',
      'Components: main',
      'SHA256:',
      ` ${digest} ${String(PACKAGES.length)} main/binary-amd64/Packages`,
      '',
    ].join('\n');
    const sign = ['--local-user', signer, '--digest-algo', 'SHA512'];
    if (form === 'InRelease') write(join(folder, 'InRelease'), gpg.run([...sign, '--clear-sign'], release));
    else write(join(folder, 'Release'), release);
    if (form === 'Release.gpg')
      write(join(folder, 'Release.gpg'), gpg.run([...sign, '--armor', '--detach-sign'], release));
    return `copy:${join(root.root, 'srv', name)}`;
  }

  function write(path: string, content: string | Buffer): void {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }

  /** Whether apt took it. apt's paths of keys are those of this machine, the audit's those below the root. */
  function update(entry: string): boolean {
    rmSync(join(root.root, LIST), { recursive: true, force: true });
    mkdirSync(join(root.root, LIST, 'partial'), { recursive: true });
    root.write('/etc/apt/sources.list', entry.replace('signed-by=', `signed-by=${root.root}`));
    const ran = root.run('apt-get', '-o', 'APT::Architecture=amd64', '-o', 'Acquire::Languages=none', 'update');
    root.write('/etc/apt/sources.list', entry);
    said = ran.stderr;
    return ran.code === 0 && !/^[WE]:/m.test(ran.stderr);
  }

  async function findings(pinned: readonly string[] = []): Promise<readonly Finding[]> {
    const host = await openImage(root.root);
    try {
      const state = await observeRepositories(host, { now: new Date(), minimumRsaBits: MINIMUM_RSA_BITS });
      return judgeRepositories(state, { ...repositoriesPolicy.parse({}), pinned });
    } finally {
      await host.close();
    }
  }

  async function outcomes(...pinned: readonly string[]): Promise<Readonly<Record<string, Outcome>>> {
    const about = (await findings(pinned)).filter(({ id }) => id.includes('/source/'));
    return Object.fromEntries(about.map(({ id, outcome }) => [id.slice(id.lastIndexOf('/') + 1), outcome]));
  }

  const release = (): string => {
    const name = readdirSync(join(root.root, LIST)).find((one) => one.endsWith('Release'));
    return join(root.root, LIST, name ?? assert.fail('apt fetched nothing'));
  };

  test('what apt takes passes', async () => {
    assert.ok(update(`deb [signed-by=/etc/apt/keyrings/good.gpg] ${publish('a')} stable main`));
    const { release: signature, lists, keys: valid, 'signed-by': signedBy, trusted, transport } = await outcomes();
    assert.deepEqual(
      { signature, lists, valid, signedBy, trusted, transport },
      { signature: 'pass', lists: 'pass', valid: 'pass', signedBy: 'pass', trusted: 'pass', transport: 'pass' },
    );
    assert.equal((await outcomes())['valid-until'], 'not-applicable');
  });

  test('Release and Release.gpg, as well', async () => {
    assert.ok(
      update(`deb [signed-by=/etc/apt/keyrings/good.gpg] ${publish('b', { form: 'Release.gpg' })} stable main`),
      said,
    );
    const { release: signature, lists } = await outcomes();
    assert.deepEqual({ signature, lists }, { signature: 'pass', lists: 'pass' });
    writeFileSync(release(), readFileSync(release(), 'utf8').replace('Suite: stable', 'Suite: unstable'));
    assert.equal((await outcomes())['release'], 'fail');
    unlinkSync(`${release()}.gpg`);
    const unsigned = (await findings()).find(({ id }) => id.endsWith('/release'));
    assert.match(unsigned?.summary ?? '', /has no signature/);
  });

  test('every changed byte of an InRelease is seen', async () => {
    assert.ok(update(`deb [signed-by=/etc/apt/keyrings/good.gpg] ${publish('c')} stable main`));
    const path = release();
    const good = readFileSync(path);
    const begin = good.indexOf('Suite:');
    const end = good.indexOf('-----BEGIN PGP SIGNATURE');
    for (let at = begin; at < end - 1; at += 7) {
      const bent = Buffer.from(good);
      bent[at] = (bent[at] ?? 0) ^ 1;
      writeFileSync(path, bent);
      const found = (await findings()).find(({ id }) => id.endsWith('/release'));
      assert.equal(found?.outcome, 'fail', `byte ${String(at)}`);
    }
    writeFileSync(path, Buffer.concat([Buffer.from('Suite: evil\n'), good]));
    const found = await outcomes();
    assert.equal(found['release'], 'fail');
    assert.equal(found['lists'], undefined, 'lists were held against what nobody signed');
    writeFileSync(path, good);
    assert.equal((await outcomes())['release'], 'pass');
  });

  test('lists that were changed since', async () => {
    assert.ok(update(`deb [signed-by=/etc/apt/keyrings/good.gpg] ${publish('d')} stable main`));
    const name = readdirSync(join(root.root, LIST)).find((one) => one.endsWith('_Packages'));
    const path = join(root.root, LIST, name ?? assert.fail('there is no list of packages'));
    writeFileSync(path, PACKAGES.replace('Version: 1', 'Version: 2'));
    const found = (await findings()).find(({ id }) => id.endsWith('/lists'));
    assert.deepEqual([found?.outcome, found?.severity], ['fail', 'critical']);
  });

  test('a key that may not sign, an expired Release and none at all: what apt refuses never passes', async () => {
    const cases: readonly [string, Repository][] = [
      ['other', { signer: keys.other }],
      ['unsigned', { form: 'none' }],
      ['expired', { validUntil: new Date(Date.now() - MS_PER_DAY) }],
    ];
    for (const [name, repository] of cases) {
      const entry = `deb [signed-by=/etc/apt/keyrings/good.gpg] ${publish(name, repository)} stable main`;
      assert.equal(update(entry), false, name);
      assert.notEqual((await outcomes())['release'], 'pass', name);
    }
  });

  test('an expired Release that was put in place of a new one', async () => {
    const entry = `deb [signed-by=/etc/apt/keyrings/good.gpg] ${publish('old')} stable main`;
    assert.ok(update(entry));
    publish('old', { validUntil: new Date(Date.now() - MS_PER_DAY) });
    writeFileSync(release(), readFileSync(join(root.root, 'srv/old/dists/stable/InRelease')));
    const found = await outcomes();
    assert.deepEqual([found['release'], found['valid-until']], ['pass', 'fail']);
    publish('old', { validUntil: new Date(Date.now() + MS_PER_DAY) });
    writeFileSync(release(), readFileSync(join(root.root, 'srv/old/dists/stable/InRelease')));
    assert.equal((await outcomes())['valid-until'], 'pass');
  });

  test('a key that is too short for anybody to count on', async () => {
    update(`deb [signed-by=/etc/apt/keyrings/short.gpg] ${publish('short', { signer: keys.short })} stable main`);
    const found = await findings();
    const key = found.find(({ id }) => id.endsWith('/keys'));
    assert.ok(key?.outcome === 'fail');
    assert.match(key.summary, /weak/);
    assert.notEqual(found.find(({ id }) => id.endsWith('/release'))?.outcome, 'pass');
  });

  test('only what the blueprint pins counts, if it pins anything', async () => {
    assert.ok(update(`deb [signed-by=/etc/apt/keyrings/good.gpg] ${publish('pin')} stable main`));
    const pinned = await outcomes(keys.good);
    assert.deepEqual([pinned['release'], pinned['pinned']], ['pass', 'pass']);
    const strange = await outcomes(keys.other);
    assert.deepEqual([strange['release'], strange['pinned']], ['fail', 'fail']);
  });

  test('switches, keys for everybody, keys in the entry', async () => {
    const uri = publish('switch');
    update(`deb [trusted=yes allow-insecure=yes allow-weak=yes] ${uri} stable main`);
    assert.match(release(), /Release$/, 'apt took it all the same');
    const open = await outcomes();
    for (const name of ['trusted', 'allow-insecure', 'allow-weak', 'signed-by', 'keys'])
      assert.equal(open[name], 'fail', name);
    root.write('/etc/apt/trusted.gpg.d/good.asc', gpg.run(['--armor', '--export', keys.good]));
    update(`deb [signed-by=/etc/apt/trusted.gpg.d/good.asc] ${uri} stable main`);
    const shared = await outcomes();
    assert.deepEqual([shared['signed-by'], shared['release']], ['fail', 'pass']);
    update(`deb [signed-by=${keys.good}] ${uri} stable main`.replace('signed-by=', 'trusted=no signed-by='));
    root.write('/etc/apt/sources.list', `deb [signed-by=${keys.good}] ${uri} stable main`);
    assert.deepEqual((await outcomes())['signed-by'], 'pass');
    const armour = gpg.run(['--armor', '--export', keys.good]).toString().trimEnd();
    const lines = armour.split('\n').map((line) => (line === '' ? ' .' : ` ${line}`));
    const stanza = `Types: deb\nURIs: ${uri}\nSuites: stable\nComponents: main\nSigned-By:\n${lines.join('\n')}\n`;
    root.write('/etc/apt/sources.list', '');
    root.write('/etc/apt/sources.list.d/inline.sources', stanza);
    const ran = root.run('apt-get', '-o', 'APT::Architecture=amd64', '-o', 'Acquire::Languages=none', 'update');
    assert.equal(ran.code, 0, ran.stderr);
    const inline = await outcomes();
    assert.deepEqual([inline['signed-by'], inline['release'], inline['lists']], ['pass', 'pass', 'pass']);
    root.write('/etc/apt/sources.list.d/inline.sources', '');
    rmSync(join(root.root, 'etc/apt/trusted.gpg.d/good.asc'));
  });

  test('settings, with the file and the line that decides', async () => {
    root.write('/etc/apt/apt.conf.d/10first', 'APT::Get::AllowUnauthenticated "false";\n');
    root.write('/etc/apt/apt.conf.d/20second.conf', 'APT {\n Get {\n  AllowUnauthenticated "yes";\n };\n};\n');
    root.write('/etc/apt/apt.conf.d/30ignored.bak', 'APT::Get::AllowUnauthenticated "false";\n');
    root.write('/etc/apt/apt.conf', '#include "/etc/apt/more/";\n');
    root.write('/etc/apt/more/x', 'Acquire::AllowInsecureRepositories "1";\n');
    const found = new Map((await findings()).map((one) => [one.id, one]));
    const first = found.get('integrity/repositories/setting/APT::Get::AllowUnauthenticated');
    assert.ok(first !== undefined);
    assert.deepEqual(first.where, { path: '/etc/apt/apt.conf.d/20second.conf', line: 3 });
    assert.deepEqual([first.outcome, first.severity], ['fail', 'critical']);
    const second = found.get('integrity/repositories/setting/Acquire::AllowInsecureRepositories');
    assert.deepEqual([second?.outcome, second?.where?.path], ['fail', '/etc/apt/more/x']);
    root.write('/etc/apt/apt.conf', 'Broken "x" y;\nDir::Etc::sourcelist "/else";\n');
    const broken = await findings();
    assert.ok(
      broken.some(({ id, outcome }) => id.startsWith('integrity/repositories/unread/') && outcome === 'unknown'),
    );
    root.write('/etc/apt/apt.conf', 'Dir::Etc::sourcelist "/else";\n');
    const moved = (await findings()).find(({ id }) => id.includes('/elsewhere/'));
    assert.equal(moved?.outcome, 'unknown');
    root.write('/etc/apt/apt.conf', '');
  });
});

function whyNot(): string | false {
  const reason = whyNoApt();
  return reason === false ? whyNoGpg() : reason;
}

test('a machine without apt', async () => {
  const root = new AptRoot();
  rmSync(join(root.root, 'etc'), { recursive: true });
  root.write('/etc/os-release', `ID=x\n# ${String(process.pid)}\n`);
  const host = await openImage(root.root);
  const state = await observeRepositories(host, { now: new Date(), minimumRsaBits: MINIMUM_RSA_BITS });
  const found = judgeRepositories(state, { ...repositoriesPolicy.parse({}), pinned: [] });
  await host.close();
  root.remove();
  assert.deepEqual(
    found.map(({ outcome }) => outcome),
    ['not-applicable'],
  );
});
