import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Finding } from '../../core/finding.ts';
import { judgeConfinement } from './judge.ts';
import { homeOf, parseIdentities } from './processes/home.ts';
import { confinementPolicy } from './policy.ts';
import type { ConfinementState, LoadedProfile, PolicyFile, ProcessSeen } from './state.ts';
import { statusOf } from './status.ts';

const PROGRAM = '/usr/bin/demo';
const FILE = '/etc/apparmor.d/usr.bin.demo';
const ENFORCED = 'profile demo /usr/bin/demo {\n  profile child {\n  }\n}\n';
const COMPLAINING = ENFORCED.replace('demo {', 'demo flags=(complain) {');
const DIGEST = { algorithm: 'sha256', hex: 'aa' } as const;
const NOW = Date.UTC(2026, 0, 20);

const file = (text: string, over: Partial<PolicyFile> = {}): PolicyFile => ({ path: FILE, text, ...over });
const held = (mode: string, childMode = mode): readonly LoadedProfile[] => [
  { name: 'demo', mode, digest: DIGEST, attachment: PROGRAM },
  { name: 'demo//child', mode: childMode, digest: DIGEST },
];
const running = (over: Partial<ProcessSeen> = {}): ProcessSeen => ({
  pid: 7,
  program: PROGRAM,
  isDeleted: false,
  label: 'demo',
  ...over,
});
const processes = (...all: ProcessSeen[]): ConfinementState['processes'] => ({
  kind: 'processes',
  processes: all,
  unseen: 0,
});
const compiled = (sha256: string): ConfinementState['compiled'] => ({
  [FILE]: { kind: 'compiled', profiles: ['demo', 'demo//child'].map((name) => ({ name, sha1: '', sha256 })) },
});

function state(over: Partial<ConfinementState> = {}): ConfinementState {
  return {
    nowMs: NOW,
    isRunning: true,
    container: null,
    kernel: { kind: 'profiles', profiles: held('enforce') },
    files: { files: [file(ENFORCED)], problems: [] },
    boot: undefined,
    processes: processes(running()),
    sockets: undefined,
    privileged: undefined,
    programs: { [PROGRAM]: { isInstalled: true, realPath: PROGRAM } },
    compiled: compiled('aa'),
    soak: {},
    ...over,
  };
}

function judged(
  over: Partial<ConfinementState>,
  wish: unknown = 'enforce',
  more: object = {},
): ReadonlyMap<string, Finding> {
  const policy = confinementPolicy.parse({ programs: { [PROGRAM]: wish }, ...more });
  return new Map(judgeConfinement(state(over), policy).map((finding) => [finding.id, finding]));
}

const outcomes = (findings: ReadonlyMap<string, Finding>): string =>
  [...findings.values()]
    .map(({ id, outcome }) => `${id.replace(PROGRAM, '').replace('confinement/', '')}:${outcome}`)
    .join(' ');

const kernel = (profiles: readonly LoadedProfile[]): Pick<ConfinementState, 'kernel'> => ({
  kernel: { kind: 'profiles', profiles },
});
const files = (...all: PolicyFile[]): Pick<ConfinementState, 'files'> => ({ files: { files: all, problems: [] } });
const NOT_LOOKED = { kind: 'not-looked', reason: 'no /proc' } as const;

suite('a program of the blueprint', () => {
  const cases: readonly (readonly [what: string, over: Partial<ConfinementState>, expected: string, wish?: unknown])[] =
    [
      ['as wished', {}, 'program:pass children:pass loaded:pass processes:pass'],
      ['kill is stricter than enforce', kernel(held('kill')), 'program:pass children:pass loaded:pass processes:pass'],
      [
        'now it only complains',
        kernel(held('complain', 'enforce')),
        'program:fail children:pass loaded:pass processes:pass',
      ],
      [
        'at the next boot it only complains',
        files(file(COMPLAINING)),
        'program:fail children:pass loaded:pass processes:pass',
      ],
      [
        'complain is wished',
        { ...kernel(held('complain')), ...files(file(COMPLAINING.replace('child {', 'child flags=(complain) {'))) },
        'program:pass children:pass loaded:pass processes:pass',
        'complain',
      ],
      ['enforce where complain is wished', {}, 'program:fail children:fail loaded:pass processes:pass', 'complain'],
      [
        'a link switches it off',
        files(file(ENFORCED, { disabledBy: { path: '/etc/apparmor.d/disable/usr.bin.demo', target: FILE } })),
        'program:fail children:fail processes:pass',
      ],
      [
        'a link has it complain',
        files(file(ENFORCED, { forcedBy: { path: '/etc/apparmor.d/force-complain/usr.bin.demo', target: FILE } })),
        'program:fail children:fail loaded:pass processes:pass',
      ],
      [
        'a child only complains',
        kernel(held('enforce', 'complain')),
        'program:pass children:fail loaded:pass processes:pass',
      ],
      [
        'a child may complain',
        kernel(held('enforce', 'complain')),
        'program:pass children:fail loaded:pass processes:pass',
        { mode: 'enforce', children: { child: 'complain' } },
      ],
      [
        'a child is left over from a policy of before',
        kernel([...held('enforce'), { name: 'demo//gone', mode: 'enforce' }]),
        'program:pass children:pass loaded:pass processes:pass',
      ],
      [
        'a child is left over, and only complains',
        kernel([...held('enforce'), { name: 'demo//gone', mode: 'complain' }]),
        'program:pass children:fail loaded:pass processes:pass',
      ],
      [
        'a child stands in no file, and it can’t be told whether it is left over',
        {
          ...kernel([...held('enforce'), { name: 'demo//gone', mode: 'enforce' }]),
          compiled: { [FILE]: { kind: 'failed', reason: 'syntax error' } },
        },
        'program:pass children:unknown loaded:unknown processes:pass',
      ],
      [
        'another policy is in force',
        { compiled: compiled('bb') },
        'program:pass children:pass loaded:fail processes:pass',
      ],
      [
        'it does not compile',
        { compiled: { [FILE]: { kind: 'failed', reason: 'syntax error' } } },
        'program:pass children:pass loaded:unknown processes:pass',
      ],
      [
        'the kernel has no digests',
        kernel([{ name: 'demo', mode: 'enforce' }]),
        'program:pass children:fail loaded:unknown processes:pass',
      ],
      [
        'a process was there before',
        { processes: processes(running(), running({ pid: 8, label: 'unconfined' })) },
        'program:pass children:pass loaded:pass processes:fail',
      ],
      [
        'a process in its child or in a stack',
        { processes: processes(running({ label: 'demo//child' }), running({ pid: 8, label: 'x//&demo' })) },
        'program:pass children:pass loaded:pass processes:pass',
      ],
      [
        'a process of another program',
        { processes: processes(running({ program: '/usr/bin/other', label: 'unconfined' })) },
        'program:pass children:pass loaded:pass processes:pass',
      ],
      [
        'a label can’t be read',
        { processes: processes({ pid: 7, program: PROGRAM, isDeleted: false }) },
        'program:pass children:pass loaded:pass processes:unknown',
      ],
      [
        'some programs can’t be seen',
        { processes: { kind: 'processes', processes: [], unseen: 3 } },
        'program:pass children:pass loaded:pass processes:unknown',
      ],
      [
        'processes were not seen',
        { processes: NOT_LOOKED },
        'program:pass children:pass loaded:pass processes:unknown',
      ],
      [
        'the kernel can’t be asked',
        { kernel: { kind: 'unreadable', reason: 'not root' } },
        'program:unknown children:unknown processes:pass',
      ],
      [
        'the kernel can’t be asked, and the file is wrong',
        { kernel: { kind: 'unreadable', reason: 'not root' }, ...files(file(COMPLAINING)) },
        'program:fail children:unknown processes:pass',
      ],
      ['AppArmor is not at work', { kernel: { kind: 'inactive', reason: 'off' } }, 'program:fail children:fail'],
      [
        'an image, judged by its files',
        { isRunning: false, kernel: { kind: 'not-running' }, processes: NOT_LOOKED },
        'program:pass children:pass',
      ],
      [
        'an image that complains',
        { isRunning: false, kernel: { kind: 'not-running' }, processes: NOT_LOOKED, ...files(file(COMPLAINING)) },
        'program:fail children:pass',
      ],
      ['a container', { container: 'podman' }, 'program:not-applicable'],
      [
        'not installed',
        { programs: { [PROGRAM]: { isInstalled: false, realPath: PROGRAM } } },
        'program:not-applicable',
      ],
      ['no profile', { ...kernel([]), ...files() }, 'program:fail'],
      [
        'no profile, but not all could be read',
        { ...kernel([]), files: { files: [], problems: ['/etc/apparmor.d/x: permission denied'] } },
        'program:unknown',
      ],
      ['loaded, and in no file', files(), 'program:fail children:unknown processes:pass'],
      [
        'attached by variables that nobody expands',
        { ...kernel([]), ...files(file('profile demo @{bin}/demo { }')) },
        'program:unknown',
      ],
      [
        'two that fit as well',
        { ...kernel([]), ...files(file('profile a /usr/bin/d* { }\nprofile b /usr/bin/d** { }')) },
        'program:unknown',
      ],
      [
        'named by the blueprint',
        { ...kernel([]), ...files(file('profile a /x { }')) },
        'program:fail processes:fail',
        { profile: 'a' },
      ],
      ['named, and not there', {}, 'program:fail', { profile: 'b' }],
      ['taken back', {}, '', null],
    ];
  for (const [what, over, expected, wish] of cases) {
    test(what, () => {
      assert.equal(outcomes(judged(over, wish)), expected);
    });
  }

  test('says what decides, and which unit to restart', () => {
    const findings = judged({
      ...files(file(COMPLAINING)),
      processes: processes(
        running({ pid: 8, label: 'unconfined', unit: 'demo.service' }),
        running({ pid: 9, label: 'unconfined', unit: 'session-2.scope' }),
      ),
    });
    const program = findings.get(`confinement/program${PROGRAM}`);
    assert.match(
      program?.summary ?? '',
      /enforce mode now; will be in complain mode at the next boot \(\/etc\/apparmor\.d\/usr\.bin\.demo:1\); wanted enforce/,
    );
    assert.deepEqual(program?.where, { path: FILE, line: 1 });
    const restart = findings.get(`confinement/processes${PROGRAM}`);
    assert.match(restart?.summary ?? '', /2 processes of 2 run in another label: 8 of demo\.service \(unconfined\), 9/);
    assert.deepEqual(restart?.remedy, {
      kind: 'manual',
      instruction: 'Run: systemctl restart demo.service. End and start again: 9.',
    });
  });

  test('its file is written once for all wishes of it, loaded after, and loaded again from the old one when going back', () => {
    const remedy = judged({
      ...kernel(held('complain')),
      ...files(file(COMPLAINING.replace('child {', 'child flags=(complain) {'))),
    }).get(`confinement/program${PROGRAM}`)?.remedy;
    assert.ok(remedy?.kind === 'changes');
    const [before, write, load] = remedy.changes;
    assert.equal(remedy.changes.length, 3);
    // After a boot in the middle the new file is in force, and no step has loaded it.
    assert.ok(before?.kind === 'command' && write?.kind === 'file' && load?.kind === 'command');
    assert.deepEqual([before.run, before.undo, before.settle], [['true'], null, load.run]);
    assert.equal(write.content, ENFORCED);
    assert.deepEqual(load.run, ['apparmor_parser', '--replace', '--skip-read-cache', '--write-cache', '--', FILE]);
    assert.deepEqual([load.undo, load.settle], [null, undefined]);
  });

  test('only what was not loaded before is removed when going back', () => {
    const remedy = judged({ ...kernel([]) }).get(`confinement/program${PROGRAM}`)?.remedy;
    const [load, ...others] = remedy?.kind === 'changes' ? remedy.changes : [];
    assert.ok(load?.kind === 'command' && others.length === 0);
    assert.deepEqual([load.undo, load.settle], [['apparmor_parser', '--remove', '--', FILE], undefined]);
  });

  test('a profile without rules, and one in an image, are left to a person', () => {
    for (const over of [
      { ...kernel([]), ...files(file('profile demo /usr/bin/demo flags=(unconfined) { }')) },
      { isRunning: false, kernel: { kind: 'not-running' }, ...files(file(COMPLAINING)) } as const,
      { ...kernel([]), ...files(file(`${COMPLAINING}# \xff\n`)) },
    ])
      assert.equal(judged(over).get(`confinement/program${PROGRAM}`)?.remedy?.kind, 'manual');
  });
});

suite('enforced only when it was watched for long enough', () => {
  const WISH = { mode: 'enforce', soak: { days: 7, runs: 2 } };
  const complaining = (since: number): Partial<ConfinementState> => ({
    kernel: {
      kind: 'profiles',
      profiles: held('complain', 'enforce').map((one) => ({ ...one, loadedAtMs: NOW - 1000 })),
    },
    files: { files: [file(COMPLAINING, { changedAtMs: since })], problems: [] },
    processes: { kind: 'processes', processes: [], unseen: 0, bootedAtMs: NOW - 2000 },
  });
  const zero = { kind: 'known', value: 0 } as const;
  const seen = { runs: { kind: 'known', value: 2 }, lost: zero, denials: zero, reach: zero } as const;
  const remedyOf = (over: Partial<ConfinementState>) => judged(over, WISH).get(`confinement/program${PROGRAM}`)?.remedy;
  const WEEK = 7 * 24 * 60 * 60 * 1000;

  test('ready', () => {
    assert.equal(remedyOf({ ...complaining(NOW - WEEK), soak: { [PROGRAM]: seen } })?.kind, 'changes');
  });
  test('too early', () => {
    const remedy = remedyOf({ ...complaining(NOW - WEEK + 1), soak: { [PROGRAM]: seen } });
    assert.ok(remedy?.kind === 'manual');
    assert.match(remedy.instruction, /isn’t enforced yet: it has been in complain mode for 6 days/);
  });
  test('nothing was read', () => {
    const remedy = remedyOf(complaining(NOW - WEEK));
    assert.ok(remedy?.kind === 'manual');
    assert.match(remedy.instruction, /the logs were not read/);
  });
  test('not begun: what comes first is said', () => {
    const instruction = (over: Partial<ConfinementState>): string => {
      const remedy = remedyOf(over);
      return remedy?.kind === 'manual' ? remedy.instruction : '';
    };
    assert.match(instruction(kernel([])), /`freehold confine complain \/usr\/bin\/demo` begins it/);
    assert.match(instruction({ kernel: { kind: 'inactive', reason: 'off' } }), /AppArmor has to be at work first/);
    assert.doesNotMatch(instruction(complaining(NOW - WEEK)), /begins it/);
  });
  test('a file that was changed since is the reason, not that no log was read', () => {
    const remedy = remedyOf({ ...complaining(NOW), compiled: {} });
    assert.ok(remedy?.kind === 'manual');
    assert.match(remedy.instruction, /isn’t enforced yet: its file was changed after it was loaded\.$/);
  });
  test('what is enforced already waits for nothing', () => {
    assert.equal(remedyOf({})?.kind, undefined);
  });
});

suite('what runs without a profile', () => {
  const sockets = (...pids: number[]): ConfinementState['sockets'] => ({
    kind: 'sockets',
    sockets: [{ protocol: 'tcp', address: '0.0.0.0:22', isLoopback: false, pids }],
  });
  const free = running({ pid: 9, program: '/usr/sbin/free', label: 'unconfined', unit: 'free.service' });
  const listening = (over: Partial<ConfinementState>, more: object): string => {
    const policy = confinementPolicy.parse({ listening: 'required', ...more });
    return judgeConfinement(state(over), policy)
      .map(({ id, outcome, severity }) => `${id} ${outcome} ${severity}`)
      .join(', ');
  };

  test('listens: reported, required, allowed, unseen', () => {
    const over = { sockets: sockets(9), processes: processes(free) };
    assert.equal(listening(over, {}), 'confinement/listening/usr/sbin/free fail medium');
    assert.equal(listening(over, { listening: 'report' }), 'confinement/listening fail info');
    assert.equal(
      listening(over, { allowed: [{ path: '/usr/sbin/*', why: 'x' }] }),
      'confinement/listening pass medium',
    );
    assert.equal(listening({ sockets: sockets(7) }, {}), 'confinement/listening pass medium');
    assert.equal(listening({ sockets: sockets() }, {}), 'confinement/listening/unseen unknown medium');
    assert.equal(
      listening({ sockets: { kind: 'not-looked', reason: 'no ss' } }, {}),
      'confinement/listening/unseen unknown medium',
    );
  });

  test('has rights of its own: a profile that attaches is enough', () => {
    const setuid = (path: string, mode = 0o4755) => ({ path, mode, owner: 'root', group: 'root', isOnNosuid: false });
    const policy = confinementPolicy.parse({ privileged: 'required' });
    const findings = judgeConfinement(
      state({
        privileged: {
          kind: 'looked',
          files: [setuid(PROGRAM), setuid('/usr/bin/su'), { ...setuid('/mnt/x'), isOnNosuid: true }],
          problems: [],
        },
      }),
      policy,
    );
    assert.deepEqual(
      findings.map(({ id, summary }) => [id, summary]),
      [['confinement/privileged/usr/bin/su', 'has setuid root, and no profile attaches to it']],
    );
  });
});

suite('AppArmor itself', () => {
  const boot = (
    line: readonly string[],
    over: Partial<NonNullable<ConfinementState['boot']>> = {},
  ): Partial<ConfinementState> => {
    const words = line.map((word) => {
      const [name = '', value = null] = word.split(/=(.*)/s);
      return { name, value };
    });
    return {
      boot: {
        commandLines: { now: words, next: { kind: 'known', words, path: '/boot/grub/grub.cfg', line: 9 } },
        builtInOrder: ['landlock', 'apparmor'],
        service: 'enabled',
        ...over,
      },
    };
  };
  const outcome = (over: Partial<ConfinementState>): string | undefined =>
    judgeConfinement(state(over), confinementPolicy.parse({ apparmor: 'required' }))[0]?.outcome;
  const cases: readonly (readonly [what: string, over: Partial<ConfinementState>, outcome: string])[] = [
    ['by its build', boot(['quiet']), 'pass'],
    ['switched off', boot(['apparmor=0']), 'fail'],
    ['switched on again by a later word', boot(['apparmor=0', 'apparmor=1']), 'pass'],
    ['another large module', boot(['security=selinux']), 'fail'],
    ['an order without it', boot(['lsm=landlock,yama']), 'fail'],
    ['an order with it overrules security=', boot(['security=selinux', 'lsm=landlock,apparmor']), 'pass'],
    ['not by its build', boot([], { builtInOrder: ['selinux'] }), 'fail'],
    ['asked for, whatever the build', boot(['security=apparmor'], { builtInOrder: ['selinux'] }), 'pass'],
    ['the service is masked', boot([], { service: 'masked' }), 'fail'],
    ['the service is not enabled', boot([], { service: 'disabled' }), 'fail'],
    ['the package is not there', boot([], { service: 'absent' }), 'fail'],
    [
      'the next boot is not known',
      boot([], { commandLines: { next: { kind: 'unknown', reason: 'no grub.cfg' } } }),
      'unknown',
    ],
    ['not now', { ...boot([]), kernel: { kind: 'inactive', reason: 'off' } }, 'fail'],
    ['now can’t be seen', { ...boot([]), kernel: { kind: 'unreadable', reason: 'not root' } }, 'unknown'],
  ];
  for (const [what, over, expected] of cases) {
    test(what, () => {
      assert.equal(outcome(over), expected);
    });
  }
});

test('the status shows modes, processes, what listens, and what waits', () => {
  const policy = confinementPolicy.parse({ programs: { [PROGRAM]: { soak: { days: 7 } } }, listening: 'report' });
  const { programs, unconfined, unknown, isActive } = statusOf(
    state({
      ...kernel(held('complain').map((one) => ({ ...one, loadedAtMs: NOW - 1000 }))),
      ...files(file(COMPLAINING, { changedAtMs: NOW - 5000 })),
      processes: {
        kind: 'processes',
        processes: [running(), running({ pid: 8, label: 'unconfined' })],
        unseen: 0,
        bootedAtMs: NOW - 2000,
      },
      sockets: { kind: 'sockets', sockets: [{ protocol: 'tcp', address: '*:80', isLoopback: false, pids: [8] }] },
    }),
    policy,
  );
  assert.equal(isActive, true);
  const [row] = programs;
  assert.ok(row !== undefined && programs.length === 1);
  const { waitsFor, ...rest } = row;
  assert.deepEqual(rest, {
    program: PROGRAM,
    profile: 'demo',
    now: 'complain',
    atNextBoot: 'complain',
    wished: 'enforce',
    where: { path: FILE, line: 1 },
    processes: { confined: 1, unconfined: 1 },
    listens: ['tcp *:80'],
    since: new Date(NOW - 5000).toISOString(),
  });
  assert.match(waitsFor.join(), /for less than a day/);
  assert.deepEqual(unconfined, [{ program: PROGRAM, why: ['listens on tcp *:80'], isAllowed: false }]);
  assert.deepEqual(unknown, []);
});

test('a file that was forced to complain: what nobody wishes to be enforced complains by its own flags from then on', () => {
  const text = `${ENFORCED}profile other /usr/bin/other {\n}\n`;
  const forcedBy = { path: '/etc/apparmor.d/force-complain/usr.bin.demo', target: FILE };
  const remedy = judged({ ...kernel(held('complain')), ...files(file(text, { forcedBy })) }).get(
    `confinement/program${PROGRAM}`,
  )?.remedy;
  assert.ok(remedy?.kind === 'changes');
  const written = remedy.changes.find((change) => change.kind === 'file');
  assert.equal(
    written?.content,
    text.replace('profile other /usr/bin/other {', 'profile other /usr/bin/other flags=(complain) {'),
  );
});

test('what listens in a profile that holds nothing back listens without one', () => {
  const sockets = {
    kind: 'sockets',
    sockets: [{ protocol: 'tcp', address: '0.0.0.0:80', isLoopback: false, pids: [7] }],
  } as const;
  const outcome = (mode: string) =>
    judged({ sockets, processes: processes(running({ mode })) }, 'enforce', { listening: 'report' }).get(
      'confinement/listening',
    )?.outcome;
  assert.equal(outcome('enforce'), 'pass');
  assert.equal(outcome('unconfined'), 'fail');
});

test('processes of a container don’t count, and what can’t be told is not known', () => {
  const of = (...all: ProcessSeen[]): Finding | undefined =>
    judged({ processes: processes(running(), ...all) }).get(`confinement/processes${PROGRAM}`);
  const free = { pid: 8, label: 'unconfined' } as const;
  assert.equal(of(running({ ...free, home: 'here' }))?.outcome, 'fail');
  const aside = of(running({ ...free, home: 'elsewhere' }));
  assert.deepEqual(
    [aside?.outcome, aside?.summary],
    ['pass', '1 process, all in demo; 1 of a container is not counted'],
  );
  const untold = of(running({ ...free, home: 'untold' }));
  assert.equal(untold?.outcome, 'unknown');
  assert.match(untold.reason ?? '', /can’t be told whether .*: 8 \(unconfined\)$/);
  assert.equal(of(running({ pid: 8, home: 'untold' }))?.outcome, 'pass', 'in the profile all the same');
});

test('whose a process is, is told by its root and then by its file', () => {
  const home = (root: string, exe: string, isDeleted = false): string =>
    homeOf(
      { pid: 7, program: '/bin/x y', isDeleted },
      parseIdentities(`1:2 /\n1:9 /bin/x y\n${root}/proc/7/root\n${exe}/proc/7/exe\n`),
    );
  assert.equal(home('1:2 ', '1:8 ', true), 'here', 'upgraded since');
  assert.equal(home('5:2 ', '1:9 '), 'here');
  assert.equal(home('5:2 ', '5:9 '), 'elsewhere');
  assert.equal(home('5:2 ', '5:9 ', true), 'untold');
  assert.equal(home('', '1:9 '), 'untold', 'it has ended, or can’t be seen');
});
