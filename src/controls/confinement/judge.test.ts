import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { ConfinementState } from './state.ts';
import {
  PROGRAM,
  FILE,
  ENFORCED,
  COMPLAINING,
  file,
  held,
  running,
  processes,
  compiled,
  judged,
  outcomes,
  kernel,
  files,
  NOT_LOOKED,
} from '../../../test/confinement/confinement-state.ts';

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
