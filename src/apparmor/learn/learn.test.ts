import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { AccessEvent } from '../log/event.ts';
import { newProfileText } from './edit.ts';
import { DEFAULT_MEASURES } from './measures.ts';
import {
  access,
  everyRun,
  exec,
  fileRule,
  LABEL,
  learnRuns,
  observe,
  profileOf,
  type Runs,
  texts,
} from '../../../test/confinement/learning.ts';

/** Three runs that do the same, each with a name of its own made by `name`. */
function threeRuns(name: (run: number) => string, more: Partial<AccessEvent> = {}): Runs {
  return Object.fromEntries([0, 1, 2].map((run) => [`run-${String(run)}`, [access(name(run), more)]]));
}

test('a name of every run stays as it is, with all that was done to it', () => {
  const events = [access('/etc/office.conf'), access('/etc/office.conf', { requested: 'wc', denied: 'wc' })];
  assert.deepEqual(texts(learnRuns(everyRun(events))), ['/etc/office.conf rw,']);
});

test('what a profile of that name did in another namespace is not learned, and said', () => {
  const box = access('/srv/box', { namespace: 'root//box' });
  const learned = learnRuns(everyRun([access('/srv/own'), box, box]));
  assert.deepEqual(texts(learned), ['/srv/own r,']);
  assert.match(
    learned.notes.join('\n'),
    /^\d+ events of \S+ are of other namespaces of policy \(root\/\/box\) and left out/m,
  );
  const none = learnRuns(everyRun([box]));
  assert.deepEqual([none.events, texts(none)], [0, []]);
});

test('appending stays appending as long as nothing was written otherwise', () => {
  assert.deepEqual(texts(learnRuns(everyRun([access('/var/log/o/log', { requested: 'a' })]))), ['/var/log/o/log a,']);
});

test('owner is written where everything was done by the owner', () => {
  const mine = access('/srv/x/mine', { isOwner: true });
  const both = access('/srv/x/both', { isOwner: true });
  assert.deepEqual(texts(learnRuns(everyRun([mine, both, access('/srv/x/both')]))), [
    '/srv/x/both r,',
    'owner /srv/x/mine r,',
  ]);
});

const SHAPES: readonly (readonly [string, (run: number) => string, Partial<AccessEvent>, string])[] = [
  [
    'mkstemp',
    (run) => `/tmp/office.${['aB3xQz', 'Zk91Lq', 'x7Ty2P'][run] ?? ''}`,
    { isOwner: true },
    'owner /tmp/office.?????? r,',
  ],
  ['a counter', (run) => `/var/spool/o/job-${String(run + 7)}.ps`, {}, '/var/spool/o/job-[0-9]*.ps r,'],
  ['a process number', (run) => `/var/spool/o/office-${String(4711 + run)}`, {}, '/var/spool/o/office-[0-9]* r,'],
  [
    'a UUID',
    (run) => `/var/lib/o/${String(run)}3c8a2e4-1b2c-4d5e-8f90-0123456789ab.xml`,
    {},
    '/var/lib/o/????????-????-????-????-????????????.xml r,',
  ],
  [
    'a digest',
    (run) => `/var/cache/o/${String(run)}d41d8cd98f00b204e9800998ecf842.png`,
    {},
    '/var/cache/o/[0-9a-f]*.png r,',
  ],
  [
    '/proc of itself',
    (run) => `/proc/${String(4711 + run)}/status`,
    { isOwner: true },
    'owner @{PROC}/@{pid}/status r,',
  ],
  ['a home', () => '/home/anna/.config/o/rc', { isOwner: true, requested: 'rw' }, 'owner @{HOME}/.config/o/rc rw,'],
  [
    'the runtime folder',
    () => '/run/user/1000/o/bus',
    { isOwner: true, requested: 'rw' },
    'owner @{run}/user/@{uid}/o/bus rw,',
  ],
  [
    'a library',
    () => '/usr/lib/x86_64-linux-gnu/libc.so.6',
    { requested: 'rm' },
    '/usr/lib/@{multiarch}/libc.so.[0-9]* rm,',
  ],
  [
    'a device',
    () => '/sys/devices/pci0000:00/0000:00:02.0/drm/card0/uevent',
    {},
    '/sys/devices/pci[0-9a-f]*:*/[0-9a-f]*:*/drm/card[0-9]*/uevent r,',
  ],
];

for (const [what, name, more, rule] of SHAPES) {
  test(`${what} is written as what it is`, () => {
    assert.deepEqual(texts(learnRuns(threeRuns(name, more))), [rule]);
  });
}

test('without tunables no variable is written', () => {
  const events = [access('/home/anna/x', { isOwner: true }), access('/proc/4711/stat'), access('/run/user/1000/x')];
  assert.deepEqual(texts(learnRuns(everyRun(events), { vocabulary: { hasTunables: false } })), [
    'owner /home/*/x r,',
    '/proc/[0-9]*/stat r,',
    '/run/user/[0-9]*/x r,',
  ]);
});

test('the home of somebody else stays a decision', () => {
  const learned = learnRuns(everyRun([access('/home/anna/notes')]));
  assert.deepEqual(texts(learned), []);
  assert.equal(learned.decisions[0]?.yes, '--allow-sensitive other-homes');
});

test('a star stands for many names in one folder, never for a few, and keeps their ending', () => {
  const words = 'ab cd ef gh ij kl mn op qr'.split(' ');
  const runs = (count: number): Runs =>
    Object.fromEntries(
      words.slice(0, count).map((word, run) => [`run-${String(run)}`, [access(`/srv/docs/${word}.odt`)]]),
    );
  assert.equal(texts(learnRuns(runs(7))).length, 7);
  assert.deepEqual(texts(learnRuns(runs(8))), ['/srv/docs/*.odt r,']);
});

test('nothing right below the root or a folder of the system becomes a star', () => {
  const words = 'ab cd ef gh ij kl mn op qr st uv wx yz'.split(' ');
  const runs = Object.fromEntries(
    words.map((word, run) => [`run-${String(run)}`, [access(`/etc/${word}`), access(`/${word}`)]]),
  );
  assert.ok(texts(learnRuns(runs)).every((text) => !text.includes('*')));
});

test('a slash is crossed only where folders are volatile as well', () => {
  const words = 'ab cd ef gh ij kl mn op'.split(' ');
  const runs = Object.fromEntries(
    words.map((word, run) => [
      `run-${String(run)}`,
      words.map((name) => access(`/srv/docs/${word}/${name}${word}.odt`)),
    ]),
  );
  assert.deepEqual(texts(learnRuns(runs)), ['/srv/docs/[^./]*/*.odt r,']);
});

test('what is written in every run keeps its own rule beside many that are read', () => {
  const many = 'ab cd ef gh ij kl mn op qr st uv wx'.split(' ').map((word) => access(`/srv/o/data/${word}.xml`));
  const learned = learnRuns(everyRun([...many, access('/srv/o/data/state.xml', { requested: 'rw' })]));
  assert.deepEqual(texts(learned), ['/srv/o/data/*.xml r,', '/srv/o/data/state.xml rw,']);
});

test('no pattern that can be written is mapped', () => {
  const events = [
    ...'ab cd ef gh ij kl mn op qr st uv wx'
      .split(' ')
      .map((word) => access(`/srv/o/lib/lib${word}.so`, { requested: 'rm' })),
    access('/srv/o/lib/new', { requested: 'wc' }),
  ];
  const learned = learnRuns(everyRun(events));
  assert.equal(texts(learned).filter((text) => text.includes('*')).length, 0);
});

test('what the profile allows is not asked for again, and what it denies is said', () => {
  const profile = profileOf([
    fileRule({ path: '/etc/**', permissions: ['r'] }),
    fileRule({ path: '/etc/hosts', permissions: ['w'], effect: 'deny', line: 2 }),
  ]);
  const events = [access('/etc/a'), access('/etc/b', { requested: 'rw' }), access('/etc/hosts', { requested: 'w' })];
  const learned = learnRuns(everyRun(events), { profile });
  assert.deepEqual(texts(learned), ['/etc/b w,']);
  assert.match(learned.uncovered[0]?.reason ?? '', /^line 2 denies it/);
});

test('a disconnected path is a decision', () => {
  const learned = learnRuns(everyRun([access('var/lib/x', { isDisconnected: true })]));
  assert.deepEqual(texts(learned), []);
  assert.equal(learned.decisions[0]?.kind, 'disconnected');
});

test('programs: with the program itself, an interpreter, one with a profile, one that does no more, one that does', () => {
  const own = [access('/etc/shared.conf')];
  const child = (path: string): Partial<AccessEvent> => ({ profile: `${LABEL}//null-${path}` });
  const events = [
    ...own,
    exec('/usr/lib/office/program/helper'),
    access('/etc/helper.conf', child('/usr/lib/office/program/helper')),
    exec('/usr/bin/bash'),
    access('/etc/bash.bashrc', child('/usr/bin/bash')),
    exec('/usr/bin/man'),
    access('/etc/man.conf', child('/usr/bin/man')),
    exec('/usr/bin/same'),
    access('/etc/shared.conf', child('/usr/bin/same')),
    exec('/usr/bin/other'),
    access('/etc/other.conf', child('/usr/bin/other')),
    exec('/usr/bin/silent', { verdict: 'DENIED', target: '' }),
  ];
  const learned = learnRuns(everyRun(events), {
    profileFor: (path) => (path === '/usr/bin/man' ? { name: 'man', isComplaining: false } : undefined),
  });
  assert.deepEqual(texts(learned), [
    '/etc/helper.conf r,',
    '/etc/shared.conf r,',
    '/usr/bin/man Px,',
    '/usr/bin/other Cx -> other,',
    '/usr/bin/same ix,',
    '/usr/lib/office/program/helper ix,',
  ]);
  assert.deepEqual(texts(learned, `${LABEL}//other`), ['/etc/other.conf r,']);
  assert.deepEqual(
    learned.decisions.map(({ kind, what }) => [kind, what]),
    [
      ['exec', '/usr/bin/bash'],
      ['exec', '/usr/bin/silent'],
    ],
  );
  assert.deepEqual(
    learned.uncovered.map(({ label }) => label),
    [`${LABEL}//null-/usr/bin/bash`, `${LABEL}//null-/usr/bin/man`],
  );
});

test("a shell runs under the same rules by a person's word alone", () => {
  const events = [exec('/usr/bin/bash'), access('/etc/bash.bashrc', { profile: `${LABEL}//null-/usr/bin/bash` })];
  const learned = learnRuns(everyRun(events), { allowedExecs: new Set(['/usr/bin/bash']) });
  assert.deepEqual(texts(learned), ['/etc/bash.bashrc r,', '/usr/bin/bash ix,']);
});

test('unconfined execution is never written', () => {
  const names = ['/usr/bin/a', '/opt/x/b', '/home/anna/c', '/usr/lib/office/d', '/usr/bin/python3.11'];
  const learned = learnRuns(everyRun(names.map((name) => exec(name))), {
    profileFor: () => ({ name: 'some', isComplaining: false }),
  });
  assert.ok(texts(learned).every((text) => !/u/i.test(text.split(' ')[1] ?? '')));
});

test('an event of a label that the profile has no child for is said, and not learned', () => {
  const learned = learnRuns(everyRun([access('/etc/x', { profile: `${LABEL}//hat` })]));
  assert.deepEqual(learned.blocks, []);
  assert.match(learned.uncovered[0]?.reason ?? '', /no child or hat/);
});

test('held out: names that every run has are allowed, one of its own is not', () => {
  const runs = { a: [access('/etc/x')], b: [access('/etc/x')], c: [access('/etc/x'), access('/etc/own')] };
  assert.deepEqual(
    learnRuns(runs).heldOut.map(({ run, events, denied, open }) => [run, events, denied, open]),
    [
      ['a', 1, 0, 0],
      ['b', 1, 0, 0],
      ['c', 2, 1, 0],
    ],
  );
});

test('with one run it is said that shape alone decided', () => {
  const learned = learnRuns({ only: [access('/etc/x')] });
  assert.match(learned.notes[0] ?? '', /one run only/);
  assert.deepEqual(learned.heldOut, []);
});

test('too many rules are said', () => {
  const learned = learnRuns(everyRun([access('/etc/x'), access('/etc/y')]), {
    measures: { ...DEFAULT_MEASURES, maxRules: 1 },
  });
  assert.match(learned.notes.join('\n'), /more than --max-rules 1/);
});

test('rules that were never used are known only where the log could tell', () => {
  const profile = profileOf([
    fileRule({ path: '/etc/a', permissions: ['r'] }),
    fileRule({ path: '/etc/b', permissions: ['r'] }),
  ]);
  assert.equal(learnRuns(everyRun([access('/etc/c')]), { profile }).unused.kind, 'unknown');
  const { unused } = learnRuns(everyRun([access('/etc/a', { verdict: 'AUDIT' })]), { profile });
  assert.ok(unused.kind === 'known');
  assert.deepEqual(
    unused.rules.map(({ text }) => text),
    ['/etc/b r,'],
  );
});

const eventArbitrary = fc.record({
  name: fc.constantFrom(
    ...['ab', 'cd', 'ef', 'gh', 'ij', 'kl', 'mn', 'op', 'qr'].flatMap((word, index) => [
      `/srv/docs/${word}.odt`,
      `/srv/docs/${word}/x${word}.odt`,
      `/tmp/o.aB3x${String(index)}z`,
      `/proc/${String(index)}/stat`,
      `/usr/lib/x86_64-linux-gnu/lib${word}.so.${String(index)}`,
    ]),
  ),
  requested: fc.constantFrom('r', 'rw', 'rm', 'k', 'a'),
  isOwner: fc.boolean(),
  run: fc.integer({ min: 0, max: 3 }),
  timeMs: fc.integer({ min: 0, max: 5 }),
});

test('the same events in any order, from files in any order, give the same bytes', () => {
  fc.assert(
    fc.property(
      fc
        .array(eventArbitrary, { minLength: 1, maxLength: 60 })
        .chain((events) =>
          fc.tuple(fc.constant(events), fc.shuffledSubarray(events, { minLength: events.length }), fc.boolean()),
        ),
      ([events, shuffled, isReversed]) => {
        const bytes = (list: typeof events, order: readonly number[]): string => {
          const runs = Object.fromEntries(
            order.map((run) => [
              `run-${String(run)}`,
              list
                .filter((one) => one.run === run)
                .map(({ name, ...more }) => access(name, { ...more, operation: 'open' })),
            ]),
          );
          const learned = learnRuns(runs);
          return (
            newProfileText(learned, { name: LABEL, attachment: undefined, abi: undefined }) + JSON.stringify(learned)
          );
        };
        const order = isReversed ? [3, 2, 1, 0] : [2, 0, 3, 1];
        assert.equal(bytes(shuffled, order), bytes(events, [0, 1, 2, 3]));
      },
    ),
    { numRuns: 100 },
  );
});

test('every access that was seen is allowed, waits for a decision or is said to have no rule', () => {
  fc.assert(
    fc.property(fc.array(eventArbitrary, { minLength: 1, maxLength: 60 }), (events) => {
      const runs = Object.fromEntries(
        [0, 1, 2, 3].map((run) => [
          String(run),
          events.filter((one) => one.run === run).map(({ name, ...more }) => access(name, more)),
        ]),
      );
      const learned = learnRuns(runs);
      // What was learned becomes the profile: nothing is left to be learned.
      const profile = profileOf(
        learned.blocks.flatMap(({ rules }) =>
          rules.flatMap(({ file }) =>
            file === undefined
              ? []
              : [
                  fileRule({
                    path: file.pattern,
                    permissions: (['r', 'w', 'a', 'l', 'k', 'm', 'x'] as const).filter(
                      (_, index) => (file.bits & (1 << index)) !== 0,
                    ),
                    owner: file.isOwner ? 'owner' : 'any',
                  }),
                ],
          ),
        ),
      );
      assert.deepEqual(texts(learnRuns(runs, { profile })), []);
    }),
    { numRuns: 100 },
  );
});

test('one log is cut into runs where nothing was logged for a while', () => {
  const at = (timeMs: number): AccessEvent => access(`/etc/${String(timeMs)}`, { timeMs });
  const observed = observe({ log: [at(70_001), at(0), at(10_000), at(200_000)] }, { kind: 'gaps', gapMs: 60_000 });
  assert.deepEqual(observed.runs, ['1970-01-01T00:00:00.000Z', '1970-01-01T00:01:10.001Z', '1970-01-01T00:03:20.000Z']);
  const counts = observed.facts.map(({ event, counts: own }) => [event.name, [...own.keys()]]);
  assert.deepEqual(counts, [
    ['/etc/0', [0]],
    ['/etc/10000', [0]],
    ['/etc/200000', [2]],
    ['/etc/70001', [1]],
  ]);
});

test("the learner takes no other profile's events", () => {
  const learned = learnRuns(
    everyRun([access('/etc/x', { profile: 'other' }), access('/etc/y', { profile: `${LABEL}er` })]),
  );
  assert.deepEqual(learned.blocks, []);
  assert.equal(learned.otherEvents, 6);
});
