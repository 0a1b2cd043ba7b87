import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Finding } from '../../../core/finding.ts';
import type { NextCommandLine } from '../boot/next-command-line.ts';
import { parseCommandLine } from '../boot-parameters.ts';
import { kernelPolicy } from '../policy.ts';
import { judgeModules } from './judge.ts';
import type { ModulesState, NameList } from './state.ts';

const OURS = '/etc/modprobe.d/99-freehold.conf';

test('not loaded and refused passes; each other state fails and says why', () => {
  assert.equal(judge({ files: [[OURS, 'install dccp /bin/false']] }).outcome, 'pass');
  const open = judge({});
  assert.deepEqual([open.outcome, kinds(open)], ['fail', ['lines']]);
  const weak = judge({ files: [[OURS, 'blacklist dccp']] });
  assert.match(weak.summary, /only keeps devices from asking/);
  const loaded = judge({ loaded: ['dccp'] });
  assert.deepEqual(kinds(loaded), ['command', 'lines']);
});

test('the first install line wins, across files and patterns, with both spellings of a name', () => {
  const first = judge({
    name: 'usb-storage',
    files: [
      ['/etc/modprobe.d/10-a.conf', 'install usb_storage /sbin/modprobe --ignore-install usb_storage'],
      [OURS, 'install usb-storage /bin/false'],
    ],
  });
  assert.equal(first.outcome, 'fail');
  assert.deepEqual(first.where, { path: '/etc/modprobe.d/10-a.conf', line: 1 });
  assert.equal(first.remedy?.kind, 'manual');
  assert.equal(judge({ files: [['/etc/modprobe.d/10-a.conf', '# x\ninstall dc* \\\n /bin/true']] }).outcome, 'pass');
  for (const command of [
    '/bin/false; modprobe dccp',
    '/bin/true $(modprobe -i dccp)',
    '/bin/true `modprobe -i dccp`',
    '/bin/true | x',
  ]) {
    assert.equal(judge({ files: [[OURS, `install dccp ${command}`]] }).outcome, 'fail', command);
  }
});

test('module_blacklist= blocks in the kernel itself, modprobe.blacklist= is as weak as a blacklist', () => {
  assert.equal(judge({ commandLine: 'quiet module_blacklist=sctp,dccp' }).outcome, 'pass');
  assert.equal(judge({ commandLine: 'modprobe.blacklist=dccp' }).outcome, 'fail');
  // The kernel compares with the name as it spells it itself, and keeps one string: the last.
  assert.equal(judge({ name: 'usb_storage', commandLine: 'module_blacklist=usb-storage' }).outcome, 'fail');
  assert.equal(judge({ commandLine: 'module_blacklist=dccp module_blacklist=sctp' }).outcome, 'fail');
  // What holds in one boot only, or perhaps, doesn't block.
  assert.equal(judge({ commandLine: '', nextCommandLine: 'module_blacklist=dccp' }).outcome, 'fail');
  assert.equal(judge({ commandLine: 'module_blacklist=dccp', nextCommandLine: '' }).outcome, 'fail');
  assert.equal(judge({ commandLine: 'module_blacklist=dccp', nextCommandLine: null }).outcome, 'fail');
});

test('a module in use can’t be unloaded: it is blocked, and the reboot does the rest', () => {
  assert.deepEqual(kinds(judge({ loaded: ['dccp'], inUse: ['dccp'] })), ['lines']);
  assert.equal(
    judge({ loaded: ['dccp'], inUse: ['dccp'], files: [[OURS, 'install dccp /bin/false']] }).remedy?.kind,
    'reboot',
  );
});

test('built in, absent, unreadable, in a container, or no modules at all', () => {
  assert.equal(judge({ builtIn: ['dccp'] }).remedy?.kind, 'manual');
  assert.equal(judge({ available: [] }).outcome, 'not-applicable');
  const unreadable = judge({
    loadedList: { kind: 'unreadable', reason: 'denied' },
    files: [[OURS, 'install dccp /bin/false']],
  });
  assert.deepEqual([unreadable.outcome, unreadable.reason], ['unknown', 'whether it is loaded is not known: denied']);
  const blocked = [[OURS, 'install dccp /bin/false']] as const;
  assert.equal(judge({ builtInList: { kind: 'missing' }, files: blocked }).outcome, 'unknown');
  assert.equal(judge({ container: 'podman' }).outcome, 'not-applicable');
  assert.equal(judge({ lacks: 'built without modules' }).outcome, 'not-applicable');
  assert.equal(judge({ unlisted: 'denied', files: [[OURS, 'install dccp /bin/false']] }).outcome, 'unknown');
});

interface Input {
  readonly name?: string;
  readonly files?: readonly (readonly [string, string])[];
  readonly loaded?: readonly string[];
  readonly loadedList?: NameList;
  readonly inUse?: readonly string[];
  readonly builtIn?: readonly string[];
  readonly available?: readonly string[];
  readonly commandLine?: string;
  /** `null` for one that nobody can tell. */
  readonly nextCommandLine?: string | null;
  readonly builtInList?: NameList;
  readonly container?: string;
  readonly lacks?: string;
  readonly unlisted?: string;
}

function judge(input: Input): Finding {
  const name = input.name ?? 'dccp';
  const list = (names: readonly string[] | undefined): NameList => ({ kind: 'names', names: names ?? [] });
  const state: ModulesState = {
    kernelRelease: '6.1.0',
    files: (input.files ?? []).map(([path, text]) => ({ path, content: { kind: 'text', text } })),
    unlisted: input.unlisted === undefined ? [] : [{ path: '/etc/modprobe.d', reason: input.unlisted }],
    loaded: input.loadedList ?? list(input.loaded),
    inUse: list(input.inUse),
    builtIn: input.builtInList ?? list(input.builtIn),
    available: list(input.available ?? ['dccp', 'usb_storage']),
  };
  const [finding] = judgeModules(state, kernelPolicy.parse({ modules: { [name]: 'blocked' } }), {
    knowledgeOf: () => undefined,
    lacksOption: () => input.lacks,
    now: parseCommandLine(input.commandLine ?? ''),
    next: nextOf(input.nextCommandLine === undefined ? (input.commandLine ?? '') : input.nextCommandLine),
    container: input.container ?? null,
  });
  assert.ok(finding !== undefined);
  return finding;
}

function nextOf(text: string | null): NextCommandLine {
  if (text === null) return { kind: 'unknown', reason: 'nobody can tell' };
  return { kind: 'known', loader: 'grub', parameters: parseCommandLine(text), path: '/boot/grub/grub.cfg', line: 1 };
}

function kinds(finding: Finding): readonly string[] {
  return finding.remedy?.kind === 'changes' ? finding.remedy.changes.map((change) => change.kind) : [];
}
