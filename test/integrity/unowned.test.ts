/** What is of no package for us is of none for dpkg -S, and what its packages' scripts make is known. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { suite, test } from 'node:test';
import { observeIntegrity } from '../../src/controls/integrity/observe.ts';
import { judgeIntegrity } from '../../src/controls/integrity/judge.ts';
import { integrityPolicy, type IntegrityPolicy } from '../../src/controls/integrity/policy.ts';
import type { Finding } from '../../src/core/finding.ts';
import { openImage } from '../../src/host/image/open-image.ts';
import { openLocalHost } from '../../src/host/local.ts';
import { randomFrom } from './dpkg-tree.ts';

const SAMPLE = 300;
const PROGRAM_MODE = 0o755;
const SET_UID_MODE = 0o4755;

const LISTS: Readonly<Record<string, readonly string[]>> = {
  one: [
    '/.',
    '/bin',
    '/bin/one',
    '/usr',
    '/usr/lib',
    '/usr/lib/one',
    '/usr/lib/one/a.py',
    '/usr/lib/libx.so.1.2',
    '/usr/bin/moved',
  ],
  two: ['/.', '/usr', '/usr/bin', '/usr/bin/two', '/usr/bin/moved'],
};

async function inTree(work: (root: string) => Promise<void>): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'freehold-unowned-'));
  const write = (path: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), path);
  };
  try {
    for (const [name, paths] of Object.entries(LISTS)) {
      write(`var/lib/dpkg/info/${name}.list`);
      writeFileSync(join(root, `var/lib/dpkg/info/${name}.list`), `${paths.join('\n')}\n`);
    }
    writeFileSync(
      join(root, 'var/lib/dpkg/status'),
      Object.keys(LISTS)
        .map((name) => `Package: ${name}\nStatus: install ok installed\nArchitecture: all\nVersion: 1\n`)
        .join('\n'),
    );
    writeFileSync(join(root, 'var/lib/dpkg/diversions'), '/usr/bin/moved\n/usr/bin/moved.one\ntwo\n');
    for (const path of ['one', 'two', 'moved', 'moved.one', 'mine', 'mine-as-root']) write(`usr/bin/${path}`);
    chmodSync(join(root, 'usr/bin/mine'), PROGRAM_MODE);
    chmodSync(join(root, 'usr/bin/mine-as-root'), SET_UID_MODE);
    for (const path of [
      'one/a.py',
      'one/__pycache__/a.cpython-311.pyc',
      'one/__pycache__/b.cpython-311.pyc',
      'libx.so.1.2',
      'liby.so.1.2',
      'udev/hwdb.bin',
      'new/deep/file',
      'new/other',
    ]) {
      write(`usr/lib/${path}`);
    }
    mkdirSync(join(root, 'usr/lib/empty'));
    symlinkSync('usr/bin', join(root, 'bin'));
    symlinkSync('libx.so.1.2', join(root, 'usr/lib/libx.so.1'));
    symlinkSync('liby.so.1.2', join(root, 'usr/lib/liby.so.1'));
    symlinkSync('/etc/alternatives/editor', join(root, 'usr/bin/editor'));
    symlinkSync('/tmp/evil', join(root, 'usr/bin/pager'));
    symlinkSync('/etc/alternatives/../../tmp/evil', join(root, 'usr/bin/vi'));
    await work(root);
  } finally {
    rmSync(root, { recursive: true });
  }
}

async function judged(root: string, policy: IntegrityPolicy): Promise<readonly Finding[]> {
  const host = await openImage(root);
  try {
    return await judgeIntegrity(await observeIntegrity(host, policy, new Date()), policy);
  } finally {
    await host.close();
  }
}

test('everything of no package is found once, and nothing that somebody is known to make', async () => {
  await inTree(async (root) => {
    const findings = await judged(root, integrityPolicy.parse({ unowned: {} }));
    assert.deepEqual(
      findings.map(({ id, outcome, severity }) => [id.replace('integrity/unowned', ''), outcome, severity]),
      [
        ['/usr/bin/mine', 'fail', 'medium'],
        ['/usr/bin/mine-as-root', 'fail', 'high'],
        ['/usr/bin/pager', 'fail', 'medium'],
        ['/usr/bin/vi', 'fail', 'medium'],
        ['/usr/lib/liby.so.1', 'fail', 'medium'],
        ['/usr/lib/liby.so.1.2', 'fail', 'medium'],
        ['/usr/lib/new', 'fail', 'medium'],
        ['/usr/lib/one/__pycache__/b.cpython-311.pyc', 'fail', 'medium'],
      ],
    );
    assert.deepEqual(findings.find(({ id }) => id.endsWith('/new'))?.observed, {
      path: '/usr/lib/new',
      type: 'directory',
      mode: '0755',
      below: 3,
    });
  });
});

test('what the blueprint allows passes, and says how many there are', async () => {
  await inTree(async (root) => {
    const allowed = ['/usr/bin/mine*', '/usr/bin/pager', '/usr/bin/vi', '/usr/lib/**'];
    const findings = await judged(root, integrityPolicy.parse({ unowned: { allowed } }));
    assert.deepEqual(
      findings.map(({ id, outcome }) => [id, outcome]),
      [['integrity/unowned/whole', 'pass']],
    );
    assert.match(findings[0]?.summary ?? '', /8 that the blueprint allows/);
  });
});

test('folders that are not there are not folders with nothing wrong in them', async () => {
  await inTree(async (root) => {
    for (const paths of [['/usr/bni'], []]) {
      const findings = await judged(root, integrityPolicy.parse({ unowned: { paths } }));
      assert.deepEqual(
        findings.map(({ id, outcome }) => [id, outcome]),
        [['integrity/unowned/whole', 'unknown']],
      );
    }
  });
});

test('a status without packages beside lists of their files is unknown, not clean', async () => {
  await inTree(async (root) => {
    writeFileSync(join(root, 'var/lib/dpkg/status'), '');
    const findings = await judged(root, integrityPolicy.parse({ unowned: {}, packages: {} }));
    assert.deepEqual(
      findings.map(({ id, outcome }) => [id, outcome]),
      [
        ['integrity/packages', 'unknown'],
        ['integrity/unowned/whole', 'unknown'],
      ],
    );
  });
});

test('a package that the status names in another way is no package less', async () => {
  await inTree(async (root) => {
    const path = join(root, 'var/lib/dpkg/status');
    const status = readFileSync(path, 'utf8');
    const packagesWith = async (text: string): Promise<readonly (readonly string[])[]> => {
      writeFileSync(path, text);
      const findings = await judged(root, integrityPolicy.parse({ packages: {} }));
      return findings.map(({ id, outcome, summary }) => [id, outcome, summary]);
    };
    const usual = await packagesWith(status);
    assert.match(usual.flat().join(' '), /one, two/);
    assert.deepEqual(await packagesWith(status.replaceAll(/^[^:\n]+:/gm, (field) => field.toLowerCase())), usual);
    const [[id, outcome, summary] = []] = await packagesWith(status.replace('Architecture: all\n', ''));
    assert.deepEqual([id, outcome], ['integrity/packages/database', 'unknown']);
    assert.match(summary ?? '', /status: 1 stanza could not be understood/);
  });
});

test('a machine without dpkg has nothing to compare with', async () => {
  const root = mkdtempSync(join(tmpdir(), 'freehold-unowned-'));
  try {
    mkdirSync(join(root, 'usr'));
    const findings = await judged(root, integrityPolicy.parse({ unowned: {}, packages: {} }));
    assert.deepEqual(
      findings.map(({ outcome }) => outcome),
      ['not-applicable', 'not-applicable'],
    );
  } finally {
    rmSync(root, { recursive: true });
  }
});

const hasDpkg = existsSync('/var/lib/dpkg/status') && spawnSync('dpkg', ['--version']).error === undefined;

suite('this machine', { skip: !hasDpkg && 'LEFT OUT: nothing is installed by dpkg here' }, () => {
  function ownedBy(paths: readonly string[]): ReadonlySet<string> {
    const { stdout } = spawnSync(
      'dpkg-query',
      ['--search', '--', ...paths.map((path) => path.replaceAll(/[*?[\\]/g, '\\$&'))],
      {
        encoding: 'utf8',
        env: { ...process.env, LC_ALL: 'C' },
      },
    );
    return new Set(stdout.split('\n').flatMap((line) => /^(?!diversion by ).*?: (\/.*)$/.exec(line)?.[1] ?? []));
  }

  /** dpkg knows a path by the name that its package gave it. */
  const spellings = (path: string): readonly string[] => [
    path,
    path.replace(/^\/usr(?=\/(?:bin|s?bin|lib\w*)(?:\/|$))/, ''),
  ];

  test('has of no package what dpkg finds no package for, and the other way round', async () => {
    const policy = integrityPolicy.parse({ unowned: {} });
    const { unowned } = await observeIntegrity(openLocalHost(), policy, new Date());
    assert(unowned?.kind === 'searched');
    const found = unowned.found.map(({ path }) => path).slice(0, SAMPLE);
    assert.deepEqual([...ownedBy(found.flatMap(spellings))], []);

    const all = await openLocalHost().find({ below: ['/usr/bin', '/usr/lib'], names: ['*'], closed: [], without: [] });
    assert(all.kind === 'found');
    const random = randomFrom(1);
    const sample = Array.from({ length: SAMPLE }, () => all.paths[random(all.paths.length)] ?? '');
    const owned = ownedBy(sample.flatMap(spellings));
    const isOurs = (path: string): boolean =>
      unowned.found.some((one) => path === one.path || path.startsWith(`${one.path}/`));
    const unlike = sample.filter((path) => isOurs(path) && spellings(path).some((one) => owned.has(one)));
    assert.deepEqual(unlike, []);
    const missed = sample.filter(
      (path) => !isOurs(path) && !spellings(path).some((one) => owned.has(one)) && !isMade(path),
    );
    assert.deepEqual(missed, []);
  });

  /** Of these dpkg knows nothing either: they were made here. */
  function isMade(path: string): boolean {
    return (
      /\/__pycache__(?:\/|$)|\.cache$|locale-archive$|\/modules\.|hwdb\.bin$|\.jsa$|\.so\.[\d.]+$/.test(path) ||
      isAlternative(path)
    );
  }

  function isAlternative(path: string): boolean {
    return spawnSync('readlink', [path], { encoding: 'utf8' }).stdout.startsWith('/etc/alternatives/');
  }
});
