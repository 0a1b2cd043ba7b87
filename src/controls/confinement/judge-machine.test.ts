import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Finding } from '../../core/finding.ts';
import { judgeConfinement } from './judge.ts';
import { homeOf, parseIdentities } from './processes/home.ts';
import { confinementPolicy } from './policy.ts';
import type { ConfinementState, ProcessSeen } from './state.ts';
import { statusOf } from './status.ts';
import {
  PROGRAM,
  FILE,
  ENFORCED,
  COMPLAINING,
  NOW,
  file,
  held,
  running,
  processes,
  state,
  judged,
  kernel,
  files,
} from '../../../test/confinement/confinement-state.ts';

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
