import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { after, test } from 'node:test';
import { confinement } from '../../src/controls/index.ts';
import { confinementPolicy } from '../../src/controls/confinement/policy.ts';
import { noAdvisories } from '../../src/core/surroundings.ts';
import { openImage } from '../../src/host/image/open-image.ts';
import type { Host } from '../../src/host/host.ts';
import { openLocalHost } from '../../src/host/local.ts';
import { packRecording, recordHost } from '../../src/host/recorded/index.ts';
import { openRecording } from '../../src/host/recorded/open-recording.ts';
import { confinementStatusSchema } from '../../src/report/confinement/schema.ts';
import { Folder, freehold } from '../cli/freehold.ts';

const workspace = mkdtempSync(join(tmpdir(), 'freehold-confinement-'));
after(() => {
  rmSync(workspace, { recursive: true });
});

const surroundings = { now: new Date('2026-01-20T00:00:00Z'), advisories: noAdvisories };
const RELEASE = '6.1.0-test';

function image(
  name: string,
  files: Readonly<Record<string, string>>,
  links: Readonly<Record<string, string>> = {},
): string {
  const root = join(workspace, name);
  for (const [path, text] of Object.entries({ 'etc/hostname': 'x\n', ...files })) {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  for (const [path, target] of Object.entries(links)) {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    symlinkSync(target, join(root, path));
  }
  return root;
}

test('an image is judged by its files: flags, links, and what boots', async () => {
  const root = image(
    'files',
    {
      'usr/bin/good': '',
      'usr/bin/off': '',
      'usr/bin/lax': '',
      'etc/apparmor.d/good': 'profile good /usr/bin/good { }\n',
      'etc/apparmor.d/off': 'profile off /usr/bin/off { }\n',
      'etc/apparmor.d/lax': 'profile lax /usr/bin/lax { }\n',
      // What a package manager left is not loaded.
      'etc/apparmor.d/good.dpkg-old': 'profile good /usr/bin/good flags=(complain) { }\n',
      'etc/apparmor.d/local/good': 'profile nothing /usr/bin/x { }\n',
      'usr/lib/systemd/system/apparmor.service': '',
      [`lib/modules/${RELEASE}/modules.dep`]: '',
      [`boot/config-${RELEASE}`]: 'CONFIG_LSM="landlock,yama,apparmor"\n',
      'boot/grub/grub.cfg': `menuentry 'x' {\n\tlinux /boot/vmlinuz-${RELEASE} root=/dev/sda1 quiet\n}\n`,
      // Nothing below /sys and /proc of an image means anything.
      'sys/module/apparmor/parameters/enabled': 'N\n',
    },
    {
      'etc/apparmor.d/disable/off': '../off',
      'etc/apparmor.d/force-complain/lax': '../lax',
      'etc/systemd/system/sysinit.target.wants/apparmor.service': '/usr/lib/systemd/system/apparmor.service',
    },
  );
  const host = await openImage(root);
  const policy = confinementPolicy.parse({
    apparmor: 'required',
    programs: {
      '/usr/bin/good': 'enforce',
      '/usr/bin/off': 'enforce',
      '/usr/bin/lax': 'enforce',
      '/usr/bin/none': 'enforce',
    },
    listening: 'required',
  });
  const findings = await confinement.judge(await confinement.observe(host, policy, surroundings), policy);
  await host.close();
  assert.deepEqual(Object.fromEntries(findings.map(({ id, outcome, where }) => [id, [outcome, where?.path]])), {
    'confinement/apparmor': ['pass', undefined],
    'confinement/program/usr/bin/good': ['pass', '/etc/apparmor.d/good'],
    'confinement/program/usr/bin/lax': ['fail', '/etc/apparmor.d/force-complain/lax'],
    'confinement/program/usr/bin/none': ['not-applicable', undefined],
    'confinement/program/usr/bin/off': ['fail', '/etc/apparmor.d/disable/off'],
    'confinement/listening': ['not-applicable', undefined],
  });
});

test('this machine is looked at without an exception, and as whoever it is', async () => {
  const host = openLocalHost();
  const policy = confinementPolicy.parse({
    apparmor: 'required',
    programs: { '/bin/sh': 'enforce' },
    listening: 'report',
  });
  const state = await confinement.observe(host, policy, surroundings);
  assert.ok(state.processes.kind === 'processes');
  const self = state.processes.processes.find(({ pid }) => pid === process.pid);
  assert.ok(self?.program?.endsWith('/node') === true, JSON.stringify(self));
  assert.ok(Math.abs((self.startedAtMs ?? 0) - (Date.now() - process.uptime() * 1000)) < 60_000);
  assert.ok((await confinement.judge(state, policy)).length >= 3);
  await host.close();
});

test('the status as data follows its schema, whatever this machine is', () => {
  using folder = new Folder();
  const blueprint = folder.write('b.yaml', 'version: 1\nname: b\nconfinement:\n  programs:\n    /bin/sh: enforce\n');
  const argv = ['confine', 'status', '--no-privileged', '--format', 'json', '-b', blueprint];
  const root = freehold(argv, { cwd: folder.path });
  assert.equal(root.code, 0, root.stderr);
  const status = confinementStatusSchema.parse(JSON.parse(root.stdout));
  assert.ok(status.programs.some(({ program, wished }) => program === '/bin/sh' && wished === 'enforce'));
});

test('a recording is judged as the machine was, and says what it doesn’t hold', async () => {
  const wish = (...programs: readonly string[]) =>
    confinementPolicy.parse({
      apparmor: 'required',
      listening: 'report',
      programs: Object.fromEntries(programs.map((program) => [program, 'enforce'])),
    });
  const judged = async (host: Host, policy: ReturnType<typeof wish>): Promise<readonly string[]> => {
    const findings = await confinement.judge(await confinement.observe(host, policy, surroundings), policy);
    return findings.map(({ id, outcome, summary }) => `${id} ${outcome} ${summary}`);
  };
  const recorder = recordHost(openLocalHost(), { startedAt: new Date(), tool: 'test' });
  const live = await judged(recorder.host, wish('/bin/sh'));
  const path = join(workspace, 'm.fhr');
  writeFileSync(path, await packRecording(recorder.recording()));
  await recorder.host.close();
  const recorded = await openRecording(path);
  assert.deepEqual(await judged(recorded, wish('/bin/sh')), live);
  const other = await judged(recorded, wish('/bin/sh', '/usr/bin/env'));
  assert.ok(!other.some((line) => line.startsWith('confinement/program/usr/bin/env pass')), other.join('\n'));
  await recorded.close();
});
