import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { after, test } from 'node:test';
import { kernel } from '../../src/controls/kernel/index.ts';
import { kernelPolicy } from '../../src/controls/kernel/policy.ts';
import type { Finding } from '../../src/core/finding.ts';
import { noAdvisories } from '../../src/core/surroundings.ts';
import { openImage } from '../../src/host/image/open-image.ts';

const isLinux = process.platform === 'linux';
const workspace = mkdtempSync(join(tmpdir(), 'freehold-image-kernel-'));
after(() => {
  rmSync(workspace, { recursive: true });
});

const RELEASE = '6.1.0-test';
const SYSTEMD = { 'usr/lib/systemd/systemd-sysctl': '' } as const;
const KERNEL = {
  [`lib/modules/${RELEASE}/modules.builtin`]: 'kernel/fs/ext4.ko\n',
  [`lib/modules/${RELEASE}/modules.dep`]: 'kernel/net/dccp/dccp.ko:\n',
} as const;
const OURS = 'etc/sysctl.d/zz-freehold.conf';

type Files = Readonly<Record<string, string>>;
type Policy = Parameters<typeof kernelPolicy.parse>[0];

let count = 0;

/** Unpacks an image into a folder and judges its kernel. */
async function findings(files: Files, policy: Policy, links: Files = {}): Promise<ReadonlyMap<string, Finding>> {
  count += 1;
  const root = join(workspace, String(count));
  for (const [path, text] of Object.entries({ 'etc/hostname': 'x\n', ...files })) {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  for (const [path, target] of Object.entries(links)) {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    symlinkSync(target, join(root, path));
  }
  const host = await openImage(root);
  try {
    const parsed = kernelPolicy.parse(policy);
    const found = await kernel.judge(
      await kernel.observe(host, parsed, { now: new Date(), advisories: noAdvisories }),
      parsed,
    );
    return new Map(found.map((finding) => [finding.id, finding]));
  } finally {
    await host.close();
  }
}

async function sysctl(
  files: Files,
  wish: Record<string, number | string>,
  key = Object.keys(wish)[0] ?? '',
): Promise<Finding> {
  const found = (await findings({ ...SYSTEMD, ...files }, { sysctl: wish })).get(`kernel/sysctl/${key}`);
  assert.ok(found !== undefined);
  return found;
}

function instruction(finding: Finding | undefined): string {
  assert.equal(finding?.remedy?.kind, 'manual');
  return finding.remedy.instruction;
}

test('the next boot alone decides, whatever the image holds below /proc', { skip: !isLinux }, async () => {
  const wish = { 'kernel.kptr_restrict': 2 };
  const right = await sysctl({ [OURS]: 'kernel.kptr_restrict=2\n', 'proc/sys/kernel/kptr_restrict': '0\n' }, wish);
  assert.equal(right.outcome, 'pass');
  assert.deepEqual(right.observed, { now: null, nextBoot: '2', nextBootSource: `/${OURS}:1` });
  assert.equal(right.summary, `2 at the next boot (/${OURS}:1)`);
  const wrong = await sysctl({ [OURS]: 'kernel.kptr_restrict=0\n', 'proc/sys/kernel/kptr_restrict': '2\n' }, wish);
  assert.equal(wrong.outcome, 'fail');
  assert.equal(
    instruction(wrong),
    `Change how the image is built: put \`kernel.kptr_restrict = 2\` into /${OURS}, in the place of \`kernel.kptr_restrict=0\`.`,
  );
});

test(
  'what nothing sets fails: milder where the kernel is known to start with the right value',
  { skip: !isLinux },
  async () => {
    const unset = await sysctl({}, { 'kernel.kptr_restrict': 2 });
    assert.deepEqual([unset.outcome, unset.severity], ['fail', 'medium']);
    assert.match(instruction(unset), /put `kernel\.kptr_restrict = 2` into \/etc\/sysctl\.d\/zz-freehold\.conf/);
    const known = await sysctl({}, { 'net.ipv4.ip_forward': 0 });
    assert.deepEqual([known.outcome, known.severity], ['fail', 'low']);
  },
);

test('a later file still decides, and a person is told which', { skip: !isLinux }, async () => {
  const files = { [OURS]: 'kernel.sysrq=0\n', 'etc/sysctl.d/zz.conf': '#\nkernel.sysrq=1\n' };
  assert.match(
    instruction(await sysctl(files, { 'kernel.sysrq': 0 })),
    /\/etc\/sysctl\.d\/zz\.conf:2 would still set 1/,
  );
});

test('a key that only a kernel or a module could vouch for', { skip: !isLinux }, async () => {
  const unknown = await sysctl({ [OURS]: 'kernel.kptr_restricted=1\n' }, { 'kernel.kptr_restricted': 1 });
  assert.equal(unknown.outcome, 'unknown');
  assert.match(unknown.reason ?? '', /image has no kernel to ask: did you mean kernel\.kptr_restrict\?/);
  const vlan = 'net.ipv4.conf.wg0.rp_filter';
  assert.equal((await sysctl({ [OURS]: `${vlan}=1\n` }, { [vlan]: 1 })).outcome, 'not-applicable');
  assert.equal((await sysctl({ [OURS]: `${vlan}=0\n` }, { [vlan]: 1 })).outcome, 'fail');
});

test('a kernel built without an option has no such key', { skip: !isLinux }, async () => {
  const found = await sysctl(
    { ...KERNEL, [`boot/config-${RELEASE}`]: 'CONFIG_MODULES=y\n' },
    { 'kernel.yama.ptrace_scope': 1 },
  );
  assert.deepEqual([found.outcome, /without CONFIG_SECURITY_YAMA/.test(found.reason ?? '')], ['not-applicable', true]);
  const pretended = await sysctl({ 'proc/config.gz': 'CONFIG_MODULES=y\n' }, { 'kernel.yama.ptrace_scope': 1 });
  assert.equal(pretended.outcome, 'fail');
});

test(
  'conf/all speaks for interfaces that nobody knows yet: conf/default decides there',
  { skip: !isLinux },
  async () => {
    const all = 'net.ipv4.conf.all.send_redirects';
    const alone = await sysctl({ [OURS]: `${all}=0\n` }, { [all]: 0 });
    assert.equal(alone.outcome, 'fail');
    assert.match(alone.summary, /on any other interface the value that counts at the next boot is 1/);
    assert.match(instruction(alone), /put `net\.ipv4\.conf\.default\.send_redirects = 0` into/);
    const both = `${all}=0\nnet.ipv4.conf.default.send_redirects=0\n`;
    assert.equal((await sysctl({ [OURS]: both }, { [all]: 0 })).outcome, 'pass');
    assert.equal((await sysctl({ [OURS]: 'net.ipv4.conf.*.send_redirects=0\n' }, { [all]: 0 })).outcome, 'pass');
    const named = await sysctl({ [OURS]: `${both}net.ipv4.conf.eth0.send_redirects=1\n` }, { [all]: 0 });
    assert.match(named.summary, /on eth0 the value that counts at the next boot is 1/);
    assert.match(instruction(named), /zz-freehold\.conf:3 sets net\.ipv4\.conf\.eth0\.send_redirects/);
  },
);

test('where the kernel starts with a value that is not known, neither is what counts', { skip: !isLinux }, async () => {
  const all = 'net.ipv6.conf.all.accept_redirects';
  const found = await sysctl({ [OURS]: `${all}=0\n` }, { [all]: 0 });
  assert.equal(found.outcome, 'unknown');
  assert.match(found.reason ?? '', /nothing sets net\.ipv6\.conf\.default\.accept_redirects/);
  const both = `${all}=0\nnet.ipv6.conf.default.accept_redirects=0\n`;
  assert.equal((await sysctl({ [OURS]: both }, { [all]: 0 })).outcome, 'pass');
});

test('an image without systemd-sysctl, or with it masked, is unknown', { skip: !isLinux }, async () => {
  const policy = { sysctl: { 'kernel.sysrq': 0 } };
  const without = await findings({ [OURS]: 'kernel.sysrq=0\n' }, policy);
  assert.equal(without.get('kernel/sysctl/kernel.sysrq')?.outcome, 'unknown');
  const masked = await findings({ ...SYSTEMD, [OURS]: 'kernel.sysrq=0\n' }, policy, {
    'etc/systemd/system/systemd-sysctl.service': '/dev/null',
  });
  assert.match(masked.get('kernel/sysctl/kernel.sysrq')?.reason ?? '', /is masked/);
});

const GRUB = "menuentry 'Debian' {\n\tlinux /vmlinuz root=/dev/vda ro quiet init_on_alloc=1\n}\n";

test('boot parameters are judged by the boot loader’s configuration', { skip: !isLinux }, async () => {
  const boot = { required: { init_on_alloc: 1, slab_nomerge: true }, forbidden: { quiet: true } };
  const found = await findings({ 'boot/grub/grub.cfg': GRUB, 'proc/cmdline': 'slab_nomerge\n' }, { boot });
  assert.equal(found.get('kernel/boot/init_on_alloc')?.outcome, 'pass');
  assert.equal(found.get('kernel/boot/quiet')?.outcome, 'fail');
  assert.doesNotMatch(instruction(found.get('kernel/boot/quiet')), /reboot/);
  const missing = found.get('kernel/boot/slab_nomerge');
  assert.equal(missing?.outcome, 'fail');
  assert.match(
    instruction(missing),
    /put `GRUB_CMDLINE_LINUX="\$GRUB_CMDLINE_LINUX slab_nomerge"` into .*; then run update-grub/,
  );
  const none = await findings({ 'proc/cmdline': 'slab_nomerge\n' }, { boot });
  assert.equal(none.get('kernel/boot/slab_nomerge')?.outcome, 'unknown');
});

test(
  'modules are judged by modprobe.d and the command line, with the one kernel there is',
  { skip: !isLinux },
  async () => {
    const modules = { dccp: 'blocked', ext4: 'blocked', sctp: 'blocked' } as const;
    const blocked = { 'etc/modprobe.d/a.conf': 'install dccp /bin/false\n', 'proc/modules': 'dccp 1 0 - Live 0x0\n' };
    const found = await findings({ ...KERNEL, ...blocked }, { modules });
    assert.deepEqual(
      [...found].map(([id, { outcome }]) => [id, outcome]),
      [
        ['kernel/module/dccp', 'pass'],
        ['kernel/module/ext4', 'fail'],
        ['kernel/module/sctp', 'not-applicable'],
      ],
    );
    const open = await findings(KERNEL, { modules: { dccp: 'blocked' } });
    assert.equal(open.get('kernel/module/dccp')?.summary, 'anything may load it');
    assert.match(
      instruction(open.get('kernel/module/dccp')),
      /put `install dccp \/bin\/false` and `blacklist dccp` into/,
    );
    const noKernel = await findings(blocked, { modules: { dccp: 'blocked' } });
    assert.match(noKernel.get('kernel/module/dccp')?.reason ?? '', /holds no kernel, or more than one/);
    const byKernel = await findings(
      { ...KERNEL, 'boot/grub/grub.cfg': GRUB.replace('quiet', 'module_blacklist=dccp') },
      { modules: { dccp: 'blocked' } },
    );
    assert.equal(byKernel.get('kernel/module/dccp')?.outcome, 'pass');
  },
);

test('the image of a container has no kernel and no boot', { skip: !isLinux }, async () => {
  const policy = {
    sysctl: { 'kernel.sysrq': 0, 'net.ipv4.ip_forward': 0 },
    boot: { required: { slab_nomerge: true } },
    modules: { dccp: 'blocked' },
  } as const;
  const found = await findings({ ...SYSTEMD, '.dockerenv': '' }, policy);
  assert.deepEqual([...new Set([...found.values()].map(({ outcome }) => outcome))], ['not-applicable']);
  for (const { reason } of found.values()) assert.match(reason ?? '', /the image of a container \(docker\)/);
});
