import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Finding } from '../../../core/finding.ts';
import type { SysctlKnowledge } from '../catalogue/knowledge.ts';
import { kernelPolicy } from '../policy.ts';
import { judgeSysctl, type SysctlContext } from './judge.ts';
import type { ConfFileState } from '../conf-directory/state.ts';
import type { SysctlState, SysctlValue } from './state.ts';

const OURS = '/etc/sysctl.d/zz-freehold.conf';

test('right now and at the next boot passes, and names the line that decides', () => {
  const finding = judgeOne(
    { 'kernel.kptr_restrict': 2 },
    { values: { 'kernel/kptr_restrict': '2' }, files: [[OURS, '\nkernel.kptr_restrict=2']] },
  );
  assert.equal(finding.outcome, 'pass');
  assert.deepEqual(finding.where, { path: OURS, line: 2 });
  assert.deepEqual(finding.observed, { now: '2', nextBoot: '2', nextBootSource: `${OURS}:2` });
});

test('wrong now, wrong at the next boot, or left to chance: each fails with its own remedy', () => {
  const wish = { 'kernel.kptr_restrict': 1 };
  const now = judgeOne(wish, { values: { 'kernel/kptr_restrict': '0' }, files: [[OURS, 'kernel.kptr_restrict=1']] });
  assert.deepEqual(kinds(now), ['sysctl']);
  const next = judgeOne(wish, { values: { 'kernel/kptr_restrict': '1' }, files: [[OURS, 'kernel.kptr_restrict=0']] });
  assert.deepEqual(kinds(next), ['lines']);
  const chance = judgeOne(wish, { values: { 'kernel/kptr_restrict': '1' } });
  assert.deepEqual([chance.outcome, chance.severity, kinds(chance)], ['fail', 'low', ['lines']]);
});

test('a stronger value passes where the order is known, and only there', () => {
  const state = (path: string): StateInput => ({ values: { [path]: '2' }, files: [[OURS, `${path} = 2`]] });
  assert.equal(judgeOne({ 'kernel.kptr_restrict': 1 }, state('kernel/kptr_restrict')).outcome, 'pass');
  assert.equal(judgeOne({ 'kernel.sysrq': 1 }, state('kernel/sysrq')).outcome, 'fail');
});

test('a file that is read after ours is left to a person, with the way out', () => {
  const later = '/etc/sysctl.d/zz-late.conf';
  const finding = judgeOne(
    { 'kernel.sysrq': 0 },
    { values: { 'kernel/sysrq': '0' }, files: [[later, '#\nkernel.sysrq = 1']] },
  );
  assert.equal(finding.outcome, 'fail');
  assert.deepEqual(finding.where, { path: later, line: 2 });
  assert.equal(finding.remedy?.kind, 'manual');
  assert.match(JSON.stringify(finding.remedy), /zz-late\.conf:2 .*kernel\.file/);
});

test('what could not be read is unknown and says why', () => {
  const unreadable = judgeOne({ 'kernel.sysrq': 0 }, { unreadable: { 'kernel/sysrq': 'permission denied' } });
  assert.deepEqual([unreadable.outcome, unreadable.reason], ['unknown', 'permission denied']);
  const hidden: ConfFileState = {
    path: '/etc/sysctl.d/zz.conf',
    content: { kind: 'unreadable', reason: 'zz.conf: permission denied' },
  };
  const doubt = judgeOne(
    { 'kernel.sysrq': 0 },
    { values: { 'kernel/sysrq': '0' }, files: [[OURS, 'kernel.sysrq=0']], extra: [hidden] },
  );
  assert.equal(doubt.outcome, 'unknown');
  assert.match(doubt.reason ?? '', /zz\.conf/);
  const foreign = judgeOne(
    { 'kernel.sysrq': 0 },
    { values: { 'kernel/sysrq': '0' }, loader: { kind: 'none', reason: 'no systemd-sysctl' } },
  );
  assert.equal(foreign.outcome, 'unknown');
});

test('an unreadable file that is read before the deciding line is no matter', () => {
  const hidden: ConfFileState = { path: '/etc/sysctl.d/10-a.conf', content: { kind: 'unreadable', reason: 'denied' } };
  const state = {
    values: { 'kernel/sysrq': '0' },
    files: [],
    extra: [hidden, textFile(OURS, 'kernel.sysrq=0')],
  } as const;
  assert.equal(judgeOne({ 'kernel.sysrq': 0 }, state).outcome, 'pass');
});

test('a key that is not there: a typo is unknown, a missing option or interface is not', () => {
  assert.match(judgeOne({ 'kernel.kptr_restricted': 1 }, {}).reason ?? '', /did you mean kernel\.kptr_restrict\?/);
  const lacking = judgeOne({ 'kernel.yama.ptrace_scope': 1 }, {});
  assert.deepEqual([lacking.outcome, lacking.reason], ['not-applicable', 'built without CONFIG_SECURITY_YAMA']);
  const wg0 = 'net.ipv4.conf.wg0.rp_filter';
  assert.equal(judgeOne({ [wg0]: 1 }, { files: [[OURS, `${wg0}=1`]] }).outcome, 'not-applicable');
  assert.equal(judgeOne({ [wg0]: 1 }, { files: [[OURS, `${wg0}=0`]] }).outcome, 'fail');
});

test('conf/all is judged by the value that counts on every interface', () => {
  const values = {
    'net/ipv4/conf/all/send_redirects': '0',
    'net/ipv4/conf/eth0/send_redirects': '1',
    'net/ipv4/conf/lo/send_redirects': '1',
  };
  const files = [[OURS, 'net.ipv4.conf.all.send_redirects=0\nnet.ipv4.conf.default.send_redirects=0']] as const;
  const finding = judgeOne({ 'net.ipv4.conf.all.send_redirects': 0 }, { values, files, interfaces: ['eth0', 'lo'] });
  assert.equal(finding.outcome, 'fail');
  assert.match(finding.summary, /on eth0 the value that counts now is 1/);
  assert.deepEqual(sysctlKeys(finding), ['net.ipv4.conf.eth0.send_redirects']);
  const exempt = judge(
    { 'net.ipv4.conf.all.send_redirects': 0, 'net.ipv4.conf.eth0.send_redirects': 1 },
    { values, files, interfaces: ['eth0'] },
  );
  assert.equal(exempt.find((one) => one.id.endsWith('all.send_redirects'))?.outcome, 'pass');
});

test('an interface whose value can’t be read leaves it unknown', () => {
  const finding = judgeOne(
    { 'net.ipv4.conf.all.send_redirects': 0 },
    {
      values: { 'net/ipv4/conf/all/send_redirects': '0' },
      unreadable: { 'net/ipv4/conf/eth0/send_redirects': 'permission denied' },
      files: [[OURS, 'net.ipv4.conf.all.send_redirects=0']],
      interfaces: ['eth0'],
    },
  );
  assert.deepEqual([finding.outcome, finding.reason], ['unknown', 'permission denied']);
});

test('ip_forward is conf/all/forwarding: an interface that forwards by itself is seen', () => {
  const values = { 'net/ipv4/ip_forward': '0', 'net/ipv4/conf/eth0/forwarding': '1' };
  const files = [[OURS, 'net.ipv4.ip_forward=0']] as const;
  const finding = judgeOne({ 'net.ipv4.ip_forward': 0 }, { values, files, interfaces: ['eth0'] });
  assert.equal(finding.outcome, 'fail');
  assert.deepEqual(sysctlKeys(finding), ['net.ipv4.conf.eth0.forwarding']);
});

test('switching forwarding off also puts back what the kernel changes with it', () => {
  const values = { 'net/ipv4/ip_forward': '1', 'net/ipv4/conf/all/accept_redirects': '0' };
  const files = [[OURS, 'net.ipv4.conf.all.accept_redirects=0\nnet.ipv4.ip_forward=0']] as const;
  const findings = judge({ 'net.ipv4.ip_forward': 0, 'net.ipv4.conf.all.accept_redirects': 0 }, { values, files });
  const forward = findings.find((one) => one.id.endsWith('ip_forward'));
  assert.deepEqual(forward === undefined ? [] : sysctlKeys(forward), [
    'net.ipv4.ip_forward',
    'net.ipv4.conf.all.accept_redirects',
  ]);
});

test('switching forwarding off also turns off redirects where only that kept them out', () => {
  const all = 'net.ipv4.conf.all.accept_redirects';
  const values = {
    'net/ipv4/ip_forward': '1',
    'net/ipv4/conf/all/accept_redirects': '0',
    'net/ipv4/conf/eth0/accept_redirects': '1',
    'net/ipv4/conf/eth0/forwarding': '1',
  };
  const files = [[OURS, `${all}=0\nnet.ipv4.ip_forward=0`]] as const;
  const findings = judge({ 'net.ipv4.ip_forward': 0, [all]: 0 }, { values, files, interfaces: ['eth0'] });
  assert.equal(findings.find((one) => one.id.endsWith(all))?.outcome, 'pass');
  const forward = findings.find((one) => one.id.endsWith('ip_forward'));
  const keys = forward === undefined ? [] : sysctlKeys(forward);
  assert.ok(keys.includes('net.ipv4.conf.eth0.accept_redirects') && keys.includes(all), keys.join(' '));
});

test('write-once values are marked, and one that is set is left until the reboot', () => {
  const set = judgeOne({ 'kernel.kexec_load_disabled': 1 }, { values: { 'kernel/kexec_load_disabled': '0' } });
  assert.equal(
    set.remedy?.kind === 'changes' && set.remedy.changes.some((change) => change.irreversible !== undefined),
    true,
  );
  const locked = judgeOne({ 'kernel.kexec_load_disabled': 0 }, { values: { 'kernel/kexec_load_disabled': '1' } });
  assert.deepEqual(kinds(locked), ['lines']);
  const waiting = judgeOne(
    { 'kernel.kexec_load_disabled': 0 },
    { values: { 'kernel/kexec_load_disabled': '1' }, files: [[OURS, 'kernel.kexec_load_disabled=0']] },
  );
  assert.equal(waiting.remedy?.kind, 'reboot');
});

test('in a container the kernel is its host’s business, the network namespace is not', () => {
  const loader = { kind: 'container', reason: 'this is a container (podman)' } as const;
  assert.equal(judgeOne({ 'kernel.sysrq': 0 }, { values: { 'kernel/sysrq': '1' }, loader }).outcome, 'not-applicable');
  const net = judgeOne({ 'net.ipv4.ip_forward': 0 }, { values: { 'net/ipv4/ip_forward': '1' }, loader });
  assert.deepEqual([net.outcome, net.remedy?.kind], ['fail', 'manual']);
});

interface StateInput {
  readonly values?: Readonly<Record<string, string>>;
  readonly unreadable?: Readonly<Record<string, string>>;
  readonly files?: readonly (readonly [string, string])[];
  readonly extra?: readonly ConfFileState[];
  readonly interfaces?: readonly string[];
  readonly loader?: SysctlState['loader'];
}

const KNOWLEDGE: Readonly<Record<string, Partial<SysctlKnowledge>>> = {
  'kernel.kptr_restrict': { order: { kind: 'increasing' } },
  'kernel.yama.ptrace_scope': { requiresConfig: 'CONFIG_SECURITY_YAMA' },
  'kernel.kexec_load_disabled': { writeOnce: { values: ['1'], reason: 'the kernel never clears it' } },
  'net.ipv4.conf.all.send_redirects': { interfaceRule: 'or' },
  'net.ipv4.ip_forward': { interfaceRule: 'propagates' },
  'net.ipv4.conf.all.accept_redirects': { interfaceRule: 'and-if-forwarding-else-or' },
};

const CONTEXT: SysctlContext = {
  knowledgeOf: (key) => {
    const known = KNOWLEDGE[key];
    if (known === undefined) return undefined;
    const common = { title: key, severity: 'high', what: '', why: 'w', checkByHand: [], references: [] } as const;
    return { ...common, order: { kind: 'none' }, isPerNetworkNamespace: key.startsWith('net.'), ...known };
  },
  nearestKey: (key) => Object.keys(KNOWLEDGE).find((known) => key.startsWith(known)),
  lacksOption: (option) => `built without ${option}`,
  commandLine: { parameters: [], file: '/proc/cmdline' },
};

function judge(sysctl: Readonly<Record<string, number>>, input: StateInput): readonly Finding[] {
  const values: Record<string, SysctlValue> = {};
  for (const [path, text] of Object.entries(input.values ?? {})) values[path] = { kind: 'value', text };
  for (const [path, reason] of Object.entries(input.unreadable ?? {})) values[path] = { kind: 'unreadable', reason };
  const state: SysctlState = {
    loader: input.loader ?? { kind: 'systemd-sysctl' },
    files: [...(input.files ?? []).map(([path, text]) => textFile(path, text)), ...(input.extra ?? [])],
    unlisted: [],
    values,
    interfaces: { ipv4: input.interfaces ?? [], ipv6: input.interfaces ?? [] },
  };
  return judgeSysctl(state, kernelPolicy.parse({ sysctl }), CONTEXT);
}

function judgeOne(sysctl: Readonly<Record<string, number>>, input: StateInput): Finding {
  const [finding, ...others] = judge(sysctl, input);
  assert.ok(finding !== undefined && others.length === 0);
  return finding;
}

function textFile(path: string, text: string): ConfFileState {
  return { path, content: { kind: 'text', text } };
}

function kinds(finding: Finding): readonly string[] {
  return finding.remedy?.kind === 'changes' ? finding.remedy.changes.map((change) => change.kind) : [];
}

function sysctlKeys(finding: Finding): readonly string[] {
  if (finding.remedy?.kind !== 'changes') return [];
  return finding.remedy.changes.flatMap((change) => (change.kind === 'sysctl' ? [change.key] : []));
}
