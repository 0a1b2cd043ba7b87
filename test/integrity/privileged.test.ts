/** Files with rights of their own: found by whatever a machine has to look with, and none but the allowed pass. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { after, before, describe, test } from 'node:test';
import { parseFileCapabilities, renderFileCapabilities } from '../../src/controls/integrity/privileged/capabilities.ts';
import { judgePrivileged } from '../../src/controls/integrity/privileged/judge.ts';
import { mountOf, parseMounts } from '../../src/controls/integrity/privileged/mounts.ts';
import { observePrivileged } from '../../src/controls/integrity/privileged/observe.ts';
import { type PrivilegedPolicy, privilegedPolicy } from '../../src/controls/integrity/privileged/policy.ts';
import type { PrivilegedFile } from '../../src/controls/integrity/privileged/state.ts';
import type { Finding, Remedy } from '../../src/core/finding.ts';
import { openImage } from '../../src/host/image/open-image.ts';
import { openLocalHost } from '../../src/host/local.ts';

const isRoot = process.getuid?.() === 0;
const PASSWD = 'root:x:0:0:root:/root:/bin/sh\ndaemon:x:1:1::/:/bin/false\n';
const GROUP = 'root:x:0:\nshadow:x:42:\n';

describe('an image', { skip: !isRoot && 'LEFT OUT: needs root to give files away' }, () => {
  const root = mkdtempSync(join(tmpdir(), 'freehold-privileged-'));
  before(() => {
    place('/etc/passwd', 0o644, { content: PASSWD });
    place('/etc/group', 0o644, { content: GROUP });
    place('/etc/os-release', 0o644, { content: 'ID=debian\n' });
    place('/usr/bin/passwd', 0o4755);
    place('/usr/bin/chage', 0o2755, { gid: 42 });
    place('/usr/bin/at', 0o6755, { uid: 1, gid: 1 });
    place('/usr/bin/plain', 0o755);
    place('/opt/open', 0o4757);
    place('/opt/group', 0o4775, { gid: 42 });
    place('/opt/shared', 0o2755, { gid: 9999 });
    place('/var/lib/box/su', 0o4755);
    mkdirSync(join(root, 'srv/common'), { recursive: true });
    chmodSync(join(root, 'srv/common'), 0o2775);
  });
  after(() => {
    rmSync(root, { recursive: true, force: true });
  });

  function place(
    path: string,
    mode: number,
    {
      content = '',
      uid = 0,
      gid = 0,
    }: { readonly content?: string; readonly uid?: number; readonly gid?: number } = {},
  ): void {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
    chownSync(join(root, path), uid, gid);
    chmodSync(join(root, path), mode);
  }

  async function findings(wish: object): Promise<readonly Finding[]> {
    const policy: PrivilegedPolicy = privilegedPolicy.parse(wish);
    const host = await openImage(root);
    try {
      return judgePrivileged(await observePrivileged(host, policy), policy);
    } finally {
      await host.close();
    }
  }

  test('every file is found, by how bad it is; folders and plain files are not', async () => {
    const found = (await findings({})).filter(({ outcome }) => outcome === 'fail');
    assert.deepEqual(
      found.map(({ id, severity }) => [id.slice('integrity/privileged/file'.length), severity]),
      [
        ['/opt/group', 'critical'],
        ['/opt/open', 'critical'],
        ['/opt/shared', 'medium'],
        ['/usr/bin/at', 'medium'],
        ['/usr/bin/chage', 'medium'],
        ['/usr/bin/passwd', 'high'],
        ['/var/lib/box/su', 'high'],
      ],
    );
    assert.match(found[2]?.summary ?? '', /setgid 9999/);
  });

  test('what is allowed passes only as it is allowed, and capabilities that nobody looked at are unknown', async () => {
    const allowed = [
      { path: '/usr/bin/passwd', owner: 'root' },
      { path: '/usr/bin/ch*', group: 'shadow' },
      { path: '/usr/bin/at', owner: 'daemon' },
      { path: '/opt/open', owner: 'root' },
      { path: '/opt/group', owner: 'root' },
      { path: '/opt/shared', owner: 'root' },
    ];
    const found = await findings({ allowed, without: ['/var/lib/box'] });
    assert.deepEqual(
      found.map(({ id, outcome }) => [id.slice('integrity/privileged/'.length), outcome]),
      [
        ['file/opt/open', 'fail'],
        ['file/opt/shared', 'fail'],
        ['file/usr/bin/at', 'fail'],
        ['unseen', 'unknown'],
      ],
    );
    assert.match(found[0]?.summary ?? '', /writable by everybody/);
    assert.match(found[2]?.summary ?? '', /setgid daemon|setgid 1/);
  });

  test('where others can exchange a file, its rights are taken by hand', async () => {
    for (const [folder, uid, mode] of [
      ['home/alice', 1000, 0o755],
      ['var/tmp', 0, 0o1777],
      ['srv/staff', 0, 0o2775],
    ] as const) {
      place(`/${folder}/below/tool`, 0o4755);
      chownSync(join(root, folder), uid, 0);
      chmodSync(join(root, folder), mode);
      const found = (await findings({ strip: true })).find(({ id }) => id.endsWith(`/${folder}/below/tool`));
      assert.equal(found?.remedy?.kind, 'manual', folder);
      rmSync(join(root, folder), { recursive: true });
    }
  });

  test('what apply would do takes the bits and gives them back', async () => {
    const byHand = (await findings({})).find(({ id }) => id.endsWith('/usr/bin/passwd'));
    assert.equal(byHand?.remedy?.kind, 'manual');
    const found = (await findings({ strip: true })).find(({ id }) => id.endsWith('/usr/bin/passwd'));
    assert.ok(found?.remedy?.kind === 'changes');
    const [change] = found.remedy.changes;
    assert.ok(change?.kind === 'command' && change.undo !== null);
    const path = join(root, 'usr/bin/passwd');
    const run = ([program, ...words]: readonly [string, ...string[]]): number | null =>
      spawnSync(
        program,
        words.map((word) => (word === '/usr/bin/passwd' ? path : word)),
      ).status;
    assert.equal(run(change.run), 0);
    assert.equal(statSync(path).mode & 0o7777, 0o755);
    assert.equal(run(change.undo), 0);
    assert.equal(statSync(path).mode & 0o7777, 0o4755);
  });
});

test('rights that are allowed stay, and nobody is made root by giving them back', () => {
  const policy = privilegedPolicy.parse({
    strip: true,
    allowed: [{ path: '/opt/both', group: 'shadow', capabilities: ['cap_net_raw'] }],
  });
  const file: PrivilegedFile = {
    path: '/opt/both',
    mode: 0o6755,
    owner: 'root',
    group: 'shadow',
    uid: 0,
    gid: 42,
    capabilities: { permitted: ['cap_net_raw'], inheritable: [], isEffective: true },
    isOnNosuid: false,
    isPlaceOfRoot: true,
  };
  const remedyOf = (one: PrivilegedFile): Remedy | undefined =>
    judgePrivileged({ kind: 'looked', files: [one], problems: [], passedOver: [] }, policy)[0]?.remedy;
  const remedy = remedyOf(file);
  assert.ok(remedy?.kind === 'changes');
  assert.deepEqual(
    remedy.changes.map((change) => (change.kind === 'command' ? [change.run, change.undo] : [])),
    [
      [
        ['chmod', 'u-s', '/opt/both'],
        ['chmod', '6755', '/opt/both'],
      ],
    ],
  );
  assert.equal(remedyOf({ ...file, isPlaceOfRoot: false })?.kind, 'manual');
});

describe('this machine', { skip: whyNot() }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'freehold-privileged-'));
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  test('find(1) and getcap(8) see the same files', async () => {
    const path = join(folder, 'with\nline end');
    writeFileSync(path, '');
    assert.equal(spawnSync('setcap', ['cap_net_raw,cap_setuid=ep cap_chown=ei', path]).status, 0);
    const state = await observePrivileged(openLocalHost(), { without: ['/proc'] });
    assert.ok(state.kind === 'looked');
    const names = new Set(state.files.map((file) => Buffer.from(file.path, 'latin1').toString()));
    const found = spawnSync('find', ['/usr', '-xdev', '-type', 'f', '-perm', '/6000', '-print0'], { encoding: 'utf8' });
    const expected = found.stdout.split('\0').filter((name) => name !== '');
    assert.deepEqual(
      expected.filter((name) => !names.has(name)),
      [],
    );
    const own = state.files.find((file) => file.path === path);
    assert.ok(typeof own?.capabilities === 'object');
    assert.deepEqual(own.capabilities.permitted, ['cap_setuid', 'cap_net_raw']);
    assert.deepEqual(own.capabilities.inheritable, ['cap_chown']);
    const policy = privilegedPolicy.parse({ allowed: [{ path, capabilities: ['cap_net_raw', 'cap_setuid'] }] });
    const about = (wish: PrivilegedPolicy): Finding | undefined =>
      judgePrivileged(state, wish).find(({ title }) => title.endsWith('with\\u{a}line end'));
    assert.match(about(policy)?.summary ?? '', /capabilities cap_chown$/);
    const more = { path: `${folder}/*`, capabilities: ['cap_chown' as const] };
    assert.equal(about({ ...policy, allowed: [...policy.allowed, more] }), undefined);
    const rendered = renderFileCapabilities(own.capabilities);
    assert.equal(spawnSync('setcap', ['-q', rendered, path]).status, 0, rendered);
    const verified = spawnSync('setcap', ['-v', 'cap_net_raw,cap_setuid=ep cap_chown=ei', path]);
    assert.equal(verified.status, 0, verified.stdout.toString());
  });
});

test('capabilities in every revision of the kernel’s', () => {
  const v2 = parseFileCapabilities('0100000200200000000000000000000000000000');
  assert.deepEqual(v2, { permitted: ['cap_net_raw'], inheritable: [], isEffective: true });
  const v1 = parseFileCapabilities('000000010020000001000000');
  assert.deepEqual(v1, { permitted: ['cap_net_raw'], inheritable: ['cap_chown'], isEffective: false });
  const v3 = parseFileCapabilities('0100000300000000000000000001008000000000e8030000');
  assert.deepEqual(v3, {
    permitted: ['cap_checkpoint_restore', 'cap_63'],
    inheritable: [],
    isEffective: true,
    rootId: 1000,
  });
  const none = parseFileCapabilities('0000000200000000000000000000000000000000');
  assert.equal(none && renderFileCapabilities(none), '=');
  for (const bad of [
    '',
    '01',
    '01000002',
    '0100000400200000000000000000000000000000',
    '010000020020000000000000000000000000000000',
  ])
    assert.equal(parseFileCapabilities(bad), undefined, bad);
});

test('mounts: what is looked at, what is without effect, what is another’s', () => {
  const mounts = parseMounts(
    [
      'proc /proc proc rw,nosuid 0 0',
      '/dev/sda1 / ext4 rw 0 0',
      'tmpfs /tmp tmpfs rw,nosuid,nodev 0 0',
      String.raw`/dev/sdb1 /media/a\040b vfat rw,nosuid 0 0`,
      'server:/x /mnt nfs4 rw 0 0',
      'overlay /var/lib/docker/overlay2/x/merged overlay rw 0 0',
      'tmpfs /tmp/again tmpfs rw 0 0',
      '',
    ].join('\n'),
  );
  assert.deepEqual(mounts.local, ['/', '/media/a b', '/tmp', '/tmp/again']);
  assert.deepEqual([...mounts.nosuid], ['/media/a b', '/tmp']);
  assert.deepEqual(mounts.passedOver, ['/mnt', '/var/lib/docker/overlay2/x/merged']);
  assert.deepEqual(
    ['/tmp/x', '/tmp/again/x', '/tmpx', '/usr/x'].map((path) => mountOf(path, mounts.local)),
    ['/tmp', '/tmp/again', '/', '/'],
  );
});

test('the root is looked at, whatever it is on, and where it is no mount point', () => {
  for (const type of ['virtiofs', 'nfs4', 'fuse.fuse-overlayfs', 'overlay', 'ext4']) {
    const { local, passedOver } = parseMounts(`x / ${type} rw 0 0\nproc /proc proc rw 0 0\n`);
    assert.deepEqual([local, passedOver], [['/'], []], type);
  }
  assert.deepEqual(parseMounts('proc /proc proc rw 0 0\n').local, ['/']);
});

function whyNot(): string | false {
  if (!isRoot) return 'LEFT OUT: needs root to give capabilities';
  for (const [program, word, name] of [
    ['getfattr', '--version', 'attr'],
    ['setcap', '-h', 'libcap2-bin'],
    ['find', '--version', 'findutils'],
  ] as const) {
    if (spawnSync(program, [word]).error !== undefined) return `LEFT OUT: no ${program}; install ${name}`;
  }
  return false;
}
