/** Files have the same digests here, through a shell, in an image and in a recording; what has none is told alike. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { HostError } from '../../src/host/error.ts';
import { DIGEST_ALGORITHMS, DIGEST_LIMIT_BYTES, type DigestResult, type Host } from '../../src/host/host.ts';
import { openImage } from '../../src/host/image/open-image.ts';
import { openLocalHost } from '../../src/host/local.ts';
import { packRecording, recordHost } from '../../src/host/recorded/index.ts';
import { openRecording } from '../../src/host/recorded/open-recording.ts';
import { openShellHost } from '../../src/host/shell/shell-host.ts';

const LIMIT_MS = 60_000;
const MIB = 1024 * 1024;
/** More than one piece, and no whole number of them. */
const LARGE_BYTES = 3 * MIB + 7;
/** More than one call of xargs(1), and more than one portion of a thread. */
const MANY = 3000;
const FILES: Readonly<Record<string, string>> = {
  'etc/plain': 'plain\n',
  'etc/empty': '',
  'etc/with space': 'a',
  'etc/-n': 'b',
  'etc/back\\slash': 'c',
  'etc/line\nend': 'd',
  'etc/carriage\rreturn': 'e',
  'etc/ä €': 'f',
  'etc/quote\'"$(id)`id`': 'g',
  'etc/*': 'h',
  'etc/large': 'x'.repeat(LARGE_BYTES),
  'etc/piece': 'y'.repeat(MIB),
};
const OTHERS = [
  'missing',
  'folder',
  'fifo',
  'dangling',
  'loop',
  'plain/below',
  'sparse',
  'link',
  'chain',
  'line\nmissing',
];
const BUSYBOX = ['sh', 'xargs', 'tr', 'find', 'md5sum', 'sha256sum', 'sha512sum', 'head', 'ls', 'readlink', 'stat'];
const hasBusybox = spawnSync('busybox', ['--help']).error === undefined;

suite('digests', () => {
  const root = mkdtempSync(join(tmpdir(), 'freehold-digest-'));
  const machine = join(root, 'machine');
  const names = [
    ...Object.keys(FILES),
    ...OTHERS.map((name) => `etc/${name}`),
    ...Array.from({ length: MANY }, (_, index) => `many/${String(index)}`),
  ];

  before(() => {
    mkdirSync(join(machine, 'etc/folder'), { recursive: true });
    mkdirSync(join(machine, 'many'));
    for (const [name, text] of Object.entries(FILES)) writeFileSync(join(machine, name), text);
    for (let index = 0; index < MANY; index += 1) writeFileSync(join(machine, 'many', String(index)), String(index));
    execFileSync('mkfifo', [join(machine, 'etc/fifo')]);
    symlinkSync('nowhere', join(machine, 'etc/dangling'));
    symlinkSync('loop', join(machine, 'etc/loop'));
    symlinkSync('plain', join(machine, 'etc/link'));
    symlinkSync('link', join(machine, 'etc/chain'));
    writeFileSync(join(machine, 'etc/sparse'), '');
    truncateSync(join(machine, 'etc/sparse'), DIGEST_LIMIT_BYTES + 1);
  });
  after(() => {
    rmSync(root, { recursive: true });
  });

  async function within<Result>(host: Host, work: (host: Host) => Promise<Result>): Promise<Result> {
    try {
      return await work(host);
    } finally {
      await host.close();
    }
  }

  function shell(...argv: readonly [string, ...string[]]): Promise<Host> {
    const explainEnd = ({ stderr }: { readonly stderr: string }): HostError => new HostError('unreachable', stderr);
    return openShellHost('test', { argv, connectTimeoutMs: LIMIT_MS, answerTimeoutMs: LIMIT_MS, explainEnd });
  }

  /** One line for each file and algorithm. */
  async function look(host: Host, at: string): Promise<readonly string[]> {
    const asked = names.map((name) => join(at, name));
    const results = await Promise.all(DIGEST_ALGORITHMS.map((algorithm) => host.digest(asked, algorithm)));
    return results.flatMap((all) => all.map((one, index) => `${names[index] ?? ''}: ${describe(one)}`));
  }

  /** Each host has words of its own for why something can't be read. */
  function describe(one: DigestResult): string {
    if (one.kind === 'missing') return 'missing';
    return one.kind === 'unreadable' ? one.cause : `${one.isSymlink ? 'link to ' : ''}${one.hex}`;
  }

  /** Thousands of equal lines say nothing. */
  function assertSame(actual: readonly string[], wanted: readonly string[]): void {
    const known = new Set(wanted);
    assert.deepEqual(
      actual.filter((line) => !known.has(line)),
      [],
    );
    assert.equal(actual.length, wanted.length);
  }

  function expected(algorithm: string): ReadonlyMap<string, DigestResult> {
    const digest = (text: string, isSymlink = false): DigestResult => ({
      kind: 'digest',
      hex: createHash(algorithm).update(text).digest('hex'),
      isSymlink,
    });
    const link = digest('plain\n', true);
    return new Map([
      ...Object.entries(FILES).map(([name, text]) => [name, digest(text)] as const),
      ...Array.from({ length: MANY }, (_, index) => [`many/${String(index)}`, digest(String(index))] as const),
      ['etc/link', link],
      ['etc/chain', link],
    ]);
  }

  test('are those of the bytes, and what has none says why', async () => {
    const host = openLocalHost();
    for (const algorithm of DIGEST_ALGORITHMS) {
      const results = await host.digest(
        names.map((name) => join(machine, name)),
        algorithm,
      );
      const found = new Map(results.map((one, index) => [names[index] ?? '', one]));
      for (const [name, one] of expected(algorithm)) assert.deepEqual(found.get(name), one, name);
      const why = OTHERS.map((name) => {
        const one = found.get(`etc/${name}`);
        return [name, one?.kind === 'unreadable' ? one.cause : one?.kind];
      });
      assert.deepEqual(why, [
        ['missing', 'missing'],
        ['folder', 'not-a-file'],
        ['fifo', 'not-a-file'],
        ['dangling', 'missing'],
        ['loop', 'not-a-file'],
        ['plain/below', 'missing'],
        ['sparse', 'too-large'],
        ['link', 'digest'],
        ['chain', 'digest'],
        ['line\nmissing', 'missing'],
      ]);
    }
  });

  test('are the same through a shell, in one round trip', async () => {
    const here = await look(openLocalHost(), machine);
    const host = await shell('sh');
    const before = host.roundTrips ?? 0;
    assertSame(await within(host, (one) => look(one, machine)), here);
    assert.equal((host.roundTrips ?? 0) - before, 1);
  });

  test('are the same with nothing but busybox', { skip: !hasBusybox && 'LEFT OUT: no busybox' }, async () => {
    const bin = join(root, 'bin');
    mkdirSync(bin);
    const busybox = execFileSync('sh', ['-c', 'command -v busybox'], { encoding: 'utf8' }).trim();
    for (const name of [...BUSYBOX, 'timeout', 'uname', 'awk']) symlinkSync(busybox, join(bin, name));
    const host = await shell('env', '-i', `PATH=${bin}`, join(bin, 'sh'));
    assertSame(await within(host, (one) => look(one, machine)), await look(openLocalHost(), machine));
  });

  test('are the same in an image and in a recording', async () => {
    const local = openLocalHost();
    const here = await look(local, machine);
    assertSame(await within(await openImage(machine), (host) => look(host, '/')), here);
    const recorder = recordHost(local, { startedAt: new Date(0), tool: 'test' });
    assertSame(await look(recorder.host, machine), here);
    const file = join(root, 'machine.fhr');
    writeFileSync(file, await packRecording(recorder.recording()));
    assertSame(await look(await openRecording(file), machine), here);
  });

  test('of secrets are not recorded, by none of their names', async () => {
    mkdirSync(join(root, 'etc'));
    writeFileSync(join(root, 'etc/shadow'), 'root:x');
    symlinkSync('etc/shadow', join(root, 'innocent'));
    symlinkSync('etc', join(root, 'folder'));
    const paths = ['etc/shadow', 'innocent', 'folder/shadow'].map((name) => join(root, name));
    const recorder = recordHost(openLocalHost(), { startedAt: new Date(0), tool: 'test' });
    const results = await recorder.host.digest(paths, 'sha256');
    assert.deepEqual(
      results.map((one) => one.kind === 'unreadable' && one.cause),
      ['permission', 'permission', 'permission'],
    );
    assert.doesNotMatch(JSON.stringify(recorder.recording().answers), /[0-9a-f]{64}"\]/);
    assert.deepEqual(recorder.withheld(), paths.toSorted());
  });

  test('that nobody asked for while recording are unreadable, and not missing', async () => {
    const file = join(root, 'empty.fhr');
    const recorder = recordHost(openLocalHost(), { startedAt: new Date(0), tool: 'test' });
    writeFileSync(file, await packRecording(recorder.recording()));
    const results = await (await openRecording(file)).digest([join(machine, 'etc/plain')], 'md5');
    assert.deepEqual(
      results.map((one) => one.kind),
      ['unreadable'],
    );
  });
});
