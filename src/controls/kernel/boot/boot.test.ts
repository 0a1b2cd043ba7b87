import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Finding } from '../../../core/finding.ts';
import { bootKnowledge } from '../catalogue/index.ts';
import type { Knowledge } from '../catalogue/knowledge.ts';
import { kernelPolicy } from '../policy.ts';
import { parseGrubConfig } from './grub-config.ts';
import { parseGrubDefaults } from './grub-defaults.ts';
import { judgeBoot } from './judge.ts';
import { nextCommandLine } from './next-command-line.ts';
import { shellWords } from './shell-words.ts';
import type { BootState, TextFile } from './state.ts';

const GRUB_CFG = `
if [ -s $prefix/grubenv ]; then
  load_env
fi
if [ "\${next_entry}" ] ; then
   set default="\${next_entry}"
else
   set default="0"
fi
function load_video {
  insmod all_video
}
menuentry 'Debian GNU/Linux' --class debian $menuentry_id_option 'gnulinux-simple-1' {
	linux	/vmlinuz-6.1.0 root=UUID=1 ro  quiet init_on_alloc=1
	initrd	/initrd.img-6.1.0
}
submenu 'Advanced options' $menuentry_id_option 'gnulinux-advanced-1' {
	menuentry 'Old kernel' $menuentry_id_option 'old' {
		linux	/vmlinuz-5.10 root=UUID=1 ro single
	}
}
`;

test('GRUB boots its default: by number, id, title, through a submenu, or once', () => {
  const cases: readonly (readonly [string, string, string | undefined])[] = [
    ['0', '', 'init_on_alloc'],
    ['1>0', '', 'single'],
    ['gnulinux-advanced-1>old', '', 'single'],
    ['Advanced options>Old kernel', '', 'single'],
    ['0', 'next_entry=1>old\n', 'single'],
    ['${saved_entry}', 'saved_entry=1>0\n', 'single'],
    ['${saved_entry}', '', 'init_on_alloc'],
    ['1', '', undefined],
    ['no such entry', '', undefined],
  ];
  for (const [chosen, environment, name] of cases) {
    const config = GRUB_CFG.replace('set default="0"', `set default="${chosen}"`);
    const next = nextCommandLine(stateOf({ grub: config, environment }));
    const names = next.kind === 'known' ? next.parameters.map((one) => one.name) : [];
    assert.equal(names.at(-1), name, `${chosen} ${environment}`);
  }
});

test('what this kernel is too old to know does not pass by standing on its command line', () => {
  const knowledge = { ...bootKnowledge('ia32_emulation'), sinceLinux: '6.7' } as Knowledge;
  const context = { ...CONTEXT, knowledgeOf: () => knowledge };
  const state = stateOf({ now: 'ia32_emulation=0', grub: GRUB_CFG.replace('quiet', 'ia32_emulation=0') });
  const policy = kernelPolicy.parse({ boot: { required: { ia32_emulation: 0 } } });
  const outcome = (kernelRelease: string): string | undefined =>
    judgeBoot(state, policy, { ...context, kernelRelease })[0]?.outcome;
  assert.equal(outcome('6.1.0-56-amd64'), 'not-applicable');
  assert.equal(outcome('6.12.9-amd64'), 'pass');
});

test('the line of grub.cfg that decides is named', () => {
  const next = nextCommandLine(stateOf({ grub: GRUB_CFG }));
  assert.deepEqual(next.kind === 'known' && [next.path, next.line], ['/boot/grub/grub.cfg', 14]);
});

test('a command line that GRUB puts together as it boots is unknown, with the variable', () => {
  const next = nextCommandLine(stateOf({ grub: GRUB_CFG.replace('quiet', '$kernelopts') }));
  assert.match(next.kind === 'unknown' ? next.reason : '', /\$kernelopts/);
  const known = nextCommandLine(
    stateOf({ grub: GRUB_CFG.replace('quiet', '$kernelopts'), environment: 'kernelopts=a b=1\n' }),
  );
  assert.equal(known.kind, 'known');
});

test('systemd-boot takes the entry that loader.conf names, else the newest', () => {
  const entries = [
    ['a.conf', 'sort-key debian\nversion 6.1.0-9\noptions old=1'],
    ['b.conf', 'sort-key debian\nversion 6.1.0-10\noptions new=1\noptions more=2'],
  ] as const;
  const newest = nextCommandLine(stateOf({ entries }));
  assert.deepEqual(newest.kind === 'known' && newest.parameters.map((one) => one.name), ['new', 'more']);
  const named = nextCommandLine(stateOf({ entries, loader: '# x\ndefault a*\n' }));
  assert.deepEqual(named.kind === 'known' && named.parameters.map((one) => one.name), ['old']);
  assert.equal(nextCommandLine(stateOf({ entries, images: ['linux.efi'] })).kind, 'unknown');
  assert.equal(nextCommandLine(stateOf({ entries, loader: 'default @saved\n' })).kind, 'unknown');
});

test('a wish passes only if this boot and the next fulfil it', () => {
  const required = { required: { init_on_alloc: 1 } };
  assert.equal(judge(required, { now: 'init_on_alloc=1', grub: GRUB_CFG }).outcome, 'pass');
  assert.equal(judge(required, { now: 'init-on-alloc=0 init_on_alloc=1', grub: GRUB_CFG }).outcome, 'pass');
  assert.equal(judge(required, { now: 'quiet', grub: GRUB_CFG }).remedy?.kind, 'reboot');
  assert.equal(judge(required, { now: 'init_on_alloc=1' }).outcome, 'unknown');
  assert.equal(judge({ forbidden: { single: true } }, { now: 'quiet', grub: GRUB_CFG }).outcome, 'pass');
  assert.equal(judge({ forbidden: { quiet: true } }, { now: 'quiet', grub: GRUB_CFG }).outcome, 'fail');
  assert.equal(judge({ forbidden: { init_on_alloc: 0 } }, { now: 'init_on_alloc=1', grub: GRUB_CFG }).outcome, 'pass');
});

test('a missing parameter gets a line of its own and update-grub; one that update-grub would bring only that', () => {
  const wish = { required: { slab_nomerge: true } };
  const remedy = judge(wish, { now: '', grub: GRUB_CFG }).remedy;
  assert.ok(remedy?.kind === 'changes');
  assert.deepEqual(
    remedy.changes.map((change) => (change.kind === 'lines' ? change.add : change.kind)),
    [['GRUB_CMDLINE_LINUX="$GRUB_CMDLINE_LINUX slab_nomerge"'], 'command'],
  );
  const forgotten = judge(wish, {
    now: '',
    grub: GRUB_CFG,
    defaults: 'GRUB_CMDLINE_LINUX_DEFAULT="quiet slab_nomerge"\n',
  }).remedy;
  assert.deepEqual(forgotten?.kind === 'changes' && forgotten.changes.map((change) => change.kind), ['command']);
});

test('what is forbidden is removed by a person, who is told where it comes from', () => {
  const finding = judge(
    { forbidden: { quiet: true } },
    { now: 'quiet', grub: GRUB_CFG, defaults: '\nGRUB_CMDLINE_LINUX_DEFAULT="quiet"\n' },
  );
  assert.match(JSON.stringify(finding.remedy), /\/etc\/default\/grub:2/);
});

test('/etc/default/grub is read, never run', () => {
  const read = (text: string): ReturnType<typeof parseGrubDefaults> =>
    parseGrubDefaults([file('/etc/default/grub', text)]);
  const known = read(
    'A=x\nGRUB_CMDLINE_LINUX="a=1 b"\nGRUB_CMDLINE_LINUX="$GRUB_CMDLINE_LINUX c"\nGRUB_DISTRIBUTOR=`lsb_release`\n',
  );
  assert.deepEqual(known.kind === 'known' && known.parameters.map(({ name, line }) => `${name}:${String(line)}`), [
    'a:2',
    'b:2',
    'c:3',
  ]);
  for (const text of [
    'GRUB_CMDLINE_LINUX="$(cat /x)"',
    'GRUB_CMDLINE_LINUX=`x`',
    'if x; then GRUB_CMDLINE_LINUX=a; fi',
    '. /etc/other',
  ]) {
    assert.equal(read(text).kind, 'unknown', text);
  }
});

test('both wishes for one parameter have ids of their own, and a container has no boot', () => {
  const both = { required: { init_on_alloc: 1 }, forbidden: { init_on_alloc: 0 } };
  const ids = judgeBoot(stateOf({}), kernelPolicy.parse({ boot: both }), CONTEXT).map(({ id }) => id);
  assert.deepEqual(ids, ['kernel/boot/init_on_alloc', 'kernel/boot/init_on_alloc:forbidden']);
  assert.equal(judge({ required: { x: true } }, { container: 'podman' }).outcome, 'not-applicable');
});

test('no text breaks the parsers', () => {
  const piece = fc.constantFrom(
    'menuentry',
    ' submenu ',
    '{\n',
    '}\n',
    '"',
    "'",
    '$a',
    '${b}',
    '\\',
    '#',
    'linux x\n',
    'set default=',
    ' ',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(piece).map((parts) => parts.join('')),
      ),
      (text) => {
        parseGrubConfig(text);
        parseGrubDefaults([file('/etc/default/grub', text)]);
        shellWords(text, () => 'v');
      },
    ),
  );
});

interface Input {
  readonly now?: string;
  readonly grub?: string;
  readonly environment?: string;
  readonly defaults?: string;
  readonly entries?: readonly (readonly [string, string])[];
  readonly loader?: string;
  readonly images?: readonly string[];
  readonly container?: string;
}

const CONTEXT = { knowledgeOf: () => undefined, lacksOption: () => undefined, kernelRelease: '6.1.0-56-amd64' };

function stateOf(input: Input): BootState {
  const directory = '/efi/loader';
  const entries = (input.entries ?? []).map(([name, text]) => file(`${directory}/entries/${name}`, text));
  return {
    commandLine: file('/proc/cmdline', input.now ?? ''),
    grub: {
      configs: [optional('/boot/grub/grub.cfg', input.grub)],
      environments: [optional('/boot/grub/grubenv', input.environment)],
      defaults: [optional('/etc/default/grub', input.defaults)],
    },
    loaders: [
      {
        directory,
        config: optional(`${directory}/loader.conf`, input.loader),
        entries,
        unlisted: null,
        images: input.images ?? [],
      },
    ],
    container: input.container ?? null,
  };
}

function judge(boot: object, input: Input): Finding {
  const [finding] = judgeBoot(stateOf(input), kernelPolicy.parse({ boot }), CONTEXT);
  assert.ok(finding !== undefined);
  return finding;
}

function file(path: string, text: string): TextFile {
  return { path, content: { kind: 'text', text } };
}

function optional(path: string, text: string | undefined): TextFile {
  return text === undefined ? { path, content: { kind: 'missing' } } : file(path, text);
}
