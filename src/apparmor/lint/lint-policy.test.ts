import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PeerRule, Profile, Rule } from '../language/syntax.ts';
import { fileRule, patternText, placed, profileOf, ruleBase } from '../../../test/confinement/policy.ts';
import { namedPath } from './context.ts';
import { parseFeatures } from './features.ts';
import type { LintFinding, LintOptions } from './report.ts';
import { lintPolicy } from './lint-policy.ts';
import { LINT_RULES } from './rules/index.ts';
import { explainLint, lintTopics } from './topics.ts';

const OPTIONS: LintOptions = {
  dialect: '3.0',
  sensitivePaths: [
    {
      id: 'ssh',
      title: 'keys of ssh',
      why: 'they open machines',
      source: 'ssh(1)',
      permissions: ['r'],
      isHarmlessToOwner: false,
      patterns: ['/home/*/.ssh/**'],
    },
    {
      id: 'others',
      title: 'files of others',
      why: 'they are private',
      source: 'hier(7)',
      permissions: ['r'],
      isHarmlessToOwner: true,
      patterns: ['/home/*/Mail/**'],
    },
  ],
};

const covered = new Set<string>();

function lint(profile: Profile, options: LintOptions = OPTIONS): readonly LintFinding[] {
  const findings = lintPolicy([profile], options);
  for (const { id } of findings) covered.add(id);
  return findings;
}

function lintRules(...rules: readonly Rule[]): readonly LintFinding[] {
  return lint(profileOf(rules));
}

/** What a rule of lint says of some rules; nothing is an answer too. */
function said(id: string, ...rules: readonly Rule[]): readonly string[] {
  return lintRules(...rules)
    .filter((one) => one.id === id)
    .map(({ severity, what }) => `${severity}: ${what}`);
}

function peerRule(kind: PeerRule['kind'], more: Partial<PeerRule> = {}): PeerRule {
  return { ...ruleBase(kind), kind, access: [], conditions: {}, peer: {}, ...more };
}

test('a profile that is as it should be has no findings', () => {
  const rules = [
    fileRule('/usr/share/test/** r'),
    fileRule('owner /home/*/Documents/** rw'),
    fileRule('/usr/bin/helper Px'),
    fileRule('/usr/lib/x/*.so mr'),
  ];
  assert.deepEqual(lintRules(...rules), []);
});

test('write-everywhere', () => {
  assert.deepEqual(said('write-everywhere', fileRule('/** rw')), ['critical: allows to write the whole file system']);
  assert.deepEqual(said('write-everywhere', fileRule('owner /home/** w')), [
    'high: allows to write whole home folders (/home/*)',
  ]);
  const home = fileRule('owner @{HOME}/** w', { path: patternText('/home/*/**', '/root/**') });
  assert.equal(said('write-everywhere', home).length, 1);
  assert.deepEqual(said('write-everywhere', fileRule('/home/*/Documents/** w'), fileRule('/** r')), []);
});

test('write-and-execute shows a path, and denials count', () => {
  const [write, run] = [fileRule('owner /home/** rw'), fileRule('/**.so mr')];
  const [found] = said('write-and-execute', write, run);
  assert.match(
    found ?? '',
    /^high: allows to write \/home\/\.so, which .*:\d+ \(\/\*\*\.so mr\) allows to map as code$/,
  );
  assert.deepEqual(said('write-and-execute', write, run, fileRule('deny /home/** m')), []);
  assert.deepEqual(said('write-and-execute', write, run, fileRule('deny /home/** w')), []);
  assert.deepEqual(said('write-and-execute', write, fileRule('/usr/bin/* ix')), []);
  assert.deepEqual(said('write-and-execute', fileRule('/a/ w'), fileRule('/a/ ix')), [], 'nobody runs a folder');
  assert.equal(said('write-and-execute', fileRule('/opt/*/a w'), fileRule('/opt/b/* Px')).length, 1);
});

test('ways to run programs', () => {
  assert.match(said('unconfined-execution', fileRule('/usr/bin/a Ux'))[0] ?? '', /^high: .*without any confinement$/);
  assert.match(said('unconfined-execution', fileRule('/usr/bin/* PUx'))[0] ?? '', /^critical: .*no profile/);
  assert.deepEqual(said('unconfined-execution', fileRule('/usr/bin/* Px')), []);
  assert.equal(said('inherit-fallback', fileRule('/usr/bin/* Pix')).length, 1);
  assert.deepEqual(said('inherit-fallback', fileRule('/usr/bin/a Pix')), []);
  assert.match(said('environment-kept', fileRule('/usr/bin/a ux'))[0] ?? '', /^high/);
  assert.match(said('environment-kept', fileRule('/usr/bin/a px'))[0] ?? '', /^medium/);
  assert.deepEqual(said('environment-kept', fileRule('/usr/bin/a Px'), fileRule('/usr/bin/b ix')), []);
  assert.equal(said('shell-execution', fileRule('/{usr/,}bin/{,ba,da}sh ix')).length, 1);
  assert.equal(said('shell-execution', fileRule('/usr/bin/* ix')).length, 1, 'a glob reaches it');
  assert.deepEqual(
    said(
      'shell-execution',
      fileRule('/usr/bin/* ix'),
      fileRule('deny /usr/bin/*sh* x'),
      fileRule('deny /usr/bin/busybox x'),
    ),
    [],
  );
  assert.equal(said('interpreter-execution', fileRule('/usr/bin/python3.11 ix')).length, 1);
});

test('capabilities, the network and other processes', () => {
  const capability = (...names: readonly string[]): Rule => ({
    ...ruleBase('capability'),
    kind: 'capability',
    capabilities: names,
  });
  assert.deepEqual(said('broad-capability', capability()), ['critical: allows every capability']);
  assert.equal(said('broad-capability', capability('sys_admin', 'net_bind_service')).length, 1);
  assert.equal(said('broad-capability', { ...capability('sys_admin'), effect: 'deny' }).length, 0);
  const network = (more: object): Rule => ({
    ...ruleBase('network'),
    kind: 'network',
    access: [],
    conditions: [],
    ...more,
  });
  assert.equal(said('any-network', network({})).length, 1);
  assert.equal(said('any-network', network({ family: 'inet', type: 'raw' })).length, 1);
  assert.equal(said('any-network', network({ family: 'packet' })).length, 1);
  assert.deepEqual(said('any-network', network({ family: 'inet', type: 'stream' })), []);
  for (const kind of ['ptrace', 'signal', 'dbus', 'unix', 'userns'] as const) {
    assert.equal(said(`any-${kind}`, peerRule(kind)).length, 1, kind);
    if (kind === 'userns') continue;
    assert.deepEqual(said(`any-${kind}`, peerRule(kind, { peer: { label: 'name' } })), [], kind);
    assert.equal(said(`any-${kind}`, peerRule(kind, { peer: { label: '**' } })).length, 1, kind);
  }
  // What base of Debian's abstractions has is no way out of a profile.
  for (const [kind, harmless, harmful] of [
    ['ptrace', ['readby', 'tracedby'], 'read'],
    ['signal', ['receive'], 'send'],
    ['unix', ['create', 'getattr', 'getopt', 'setopt', 'shutdown'], 'connect'],
  ] as const) {
    assert.deepEqual(said(`any-${kind}`, peerRule(kind, { access: harmless })), [], kind);
    assert.equal(said(`any-${kind}`, peerRule(kind, { access: [...harmless, harmful] })).length, 1, kind);
  }
  assert.equal(said('any-dbus', peerRule('dbus', { conditions: { bus: ['session'] } })).length, 1);
  const mount: Rule = { ...ruleBase('mount'), kind: 'mount', fileSystemTypes: [], options: [] };
  assert.equal(said('any-mount', mount).length, 1);
  assert.deepEqual(said('any-mount', { ...mount, mountPoint: patternText('/run/x/') }), []);
});

test('change-profile-anywhere', () => {
  const change = (...target: readonly string[]): Rule => ({
    ...ruleBase('change_profile'),
    kind: 'change-profile',
    isUnsafe: false,
    ...(target.length > 0 && { target: patternText(...target) }),
  });
  assert.match(said('change-profile-anywhere', change())[0] ?? '', /any profile/);
  assert.match(said('change-profile-anywhere', change('**'))[0] ?? '', /any profile/);
  assert.match(said('change-profile-anywhere', change('un*'))[0] ?? '', /become unconfined/);
  assert.deepEqual(said('change-profile-anywhere', change('name')), []);
});

test('patterns that say more than they look, and none', () => {
  assert.equal(said('class-matches-slash', fileRule('/proc/[^0-9]* r')).length, 1);
  assert.deepEqual(
    said('class-matches-slash', fileRule('/proc/[^/0-9]* r'), fileRule('/a/** r'), fileRule('/[a/] r')),
    [],
  );
  assert.deepEqual(said('not-a-pattern', fileRule('/{a r')), ['high: is not understood: a brace { is never closed']);
  assert.match(
    said('deny-leaves-map', fileRule('/usr/** mr'), fileRule('deny /usr/bin/a x'))[0] ?? '',
    /\/usr\/bin\/a/,
  );
  assert.deepEqual(said('deny-leaves-map', fileRule('/usr/** mr'), fileRule('deny /usr/bin/a mx')), []);
  assert.match(
    said('sensitive-readable', fileRule('owner /home/** r'))[0] ?? '',
    /keys of ssh \(\/home\/a\/\.ssh\/a\)$/,
  );
  assert.match(said('sensitive-readable', fileRule('/home/** r'))[0] ?? '', /, files of others \(/);
  assert.deepEqual(said('sensitive-readable', fileRule('owner /home/** r'), fileRule('deny /home/*/.ssh/** r')), []);
});

test('files of others, and files that run later', () => {
  assert.equal(said('owner-missing', fileRule('/tmp/x-* rw')).length, 1);
  assert.deepEqual(said('owner-missing', fileRule('owner /tmp/x-* rw'), fileRule('/tmp/** r')), []);
  assert.match(said('loaded-later', fileRule('owner /home/** rw'))[0] ?? '', /\.config\/autostart/);
  assert.deepEqual(said('loaded-later', fileRule('owner /home/*/Documents/** rw')), []);
});

test('everything-allowed and shadowed', () => {
  const { path: _, ...everything } = fileRule('file rwx');
  assert.equal(said('everything-allowed', everything).length, 1);
  assert.equal(said('everything-allowed', { ...ruleBase('all'), kind: 'all' }).length, 1);
  assert.match(said('shadowed', fileRule('/usr/** r'), fileRule('/usr/share/** r'))[0] ?? '', /\/usr\/\*\* r/);
  assert.equal(said('shadowed', fileRule('/usr/a r'), fileRule('/usr/a r')).length, 1, 'one of two');
  assert.deepEqual(said('shadowed', fileRule('owner /usr/** r'), fileRule('/usr/share/** r')), []);
  assert.deepEqual(said('shadowed', fileRule('/usr/** r'), fileRule('/usr/share/** rw')), []);
});

test('modes and attachments', () => {
  const child = profileOf([], { name: 'p//c', flags: ['complain'] });
  const ids = (profile: Profile): readonly string[] => lint(profile).map(({ id, severity }) => `${id} ${severity}`);
  assert.deepEqual(ids(profileOf([], { children: [child] })), ['mode-mismatch high']);
  assert.deepEqual(ids(profileOf([], { flags: ['complain'], children: [{ ...child, flags: [] }] })), [
    'mode-mismatch low',
  ]);
  assert.deepEqual(ids(profileOf([], { flags: ['complain'], children: [child] })), []);
  assert.deepEqual(ids(profileOf([], { attachment: patternText('/{usr,home/*}/bin/test') })), ['attachment medium']);
  const { attachment: _, ...named } = profileOf([], { name: 'test' });
  assert.deepEqual(ids(named), ['not-attached info']);
  const includes = [{ place: placed(), written: '<abstractions/dbus-session>', isOptional: false, paths: [] }];
  assert.deepEqual(ids(profileOf([], { includes })), ['wide-abstraction low']);
});

test('rules that the kernel does not enforce, once a kind', () => {
  const features = parseFeatures('network_v8 {af_mask {inet inet6\n}\n}\nfile {mask {read write\n}\n}\n');
  assert.ok(features?.has('network_v8/af_mask/inet6') === true);
  const rules = [peerRule('dbus', { peer: { name: 'a' } }), peerRule('dbus', { peer: { name: 'b' } })];
  const found = lint(profileOf(rules), { ...OPTIONS, features });
  assert.deepEqual(
    found.map(({ id, what }) => `${id}: ${what}`),
    ['not-enforced: and all rules of its kind are not enforced: the kernel has no dbus'],
  );
  assert.deepEqual(lint(profileOf(rules)), [], 'nothing is said where the kernel is not known');
  for (const broken of ['', '{', 'a {', 'a }', 'a {b', `${'a {'.repeat(100)}${'}'.repeat(100)}`])
    assert.equal(parseFeatures(broken), undefined, broken);
});

test('a comment with a reason accepts a finding; without one it is a finding', () => {
  const accepted = (comment: string): readonly string[] =>
    lintRules(fileRule('/usr/bin/a Ux', { comment })).map(({ id, waived }) => `${id} ${waived ?? ''}`);
  assert.deepEqual(accepted('freehold: allow lint/unconfined-execution – the updater needs it'), [
    'unconfined-execution the updater needs it',
  ]);
  assert.deepEqual(accepted('# freehold: allow lint/unconfined-execution'), [
    'unconfined-execution ',
    'waiver-without-reason ',
  ]);
  assert.deepEqual(accepted('# freehold: allow lint/unconfined-exec: typo'), [
    'unconfined-execution ',
    'waiver-without-reason ',
  ]);
  assert.deepEqual(accepted('what freehold: allow lint/unconfined-execution means'), ['unconfined-execution ']);
});

test('what is too complex to be compared is said to be, not passed over', () => {
  assert.equal(namedPath({ kind: 'unknown', reason: 'too complex' }), 'cannot be ruled out: too complex');
  const rules = [fileRule(`/x/**a${'?'.repeat(30)} a`), fileRule(`/x/**b${'?'.repeat(31)} mr`)];
  const denied = fileRule(`deny /x/{**c${'?'.repeat(32)},**a${'?'.repeat(30)}} w`);
  assert.match(said('write-and-execute', ...rules, denied)[0] ?? '', /^low: it is not known whether/);
});

test('the order of profiles changes nothing', () => {
  const profiles = [fileRule('/** rw'), fileRule('/tmp/** rwix')].map((rule, index) =>
    profileOf([rule], { name: `p${index}` }),
  );
  assert.deepEqual(lintPolicy(profiles, OPTIONS), lintPolicy(profiles.toReversed(), OPTIONS));
});

test('every rule is tested here and can be explained', () => {
  assert.deepEqual([...LINT_RULES.map(({ id }) => id), 'waiver-without-reason'].toSorted(), [...covered].toSorted());
  for (const topic of lintTopics()) assert.equal(explainLint(topic)?.topic, topic);
  assert.equal(explainLint('confinement/lint/none'), undefined);
});

test('what is not compared is told, as bad as what may have been missed', () => {
  const rules = Array.from({ length: 300 }, (_, index) => fileRule(`/home/*/a*${index}/** r`));
  const found = lint(profileOf(rules), { ...OPTIONS, comparisonSteps: 20_000 }).filter(
    ({ id }) => id === 'not-compared',
  );
  assert.match(
    found.map(({ severity, what }) => `${severity}: ${what}`).join('\n'),
    /^high: sensitive-readable did not look at \d+ rules, the first of them at .*:\d+: comparing/m,
  );
  assert.deepEqual(said('not-compared', ...rules), [], 'with the usual limit all are compared');
});

test('rules that begin differently are not compared at all', () => {
  const rules = Array.from({ length: 5000 }, (_, index) => fileRule(`/srv/${index}/* r`));
  assert.deepEqual(lint(profileOf(rules), { ...OPTIONS, comparisonSteps: 20 * rules.length }), []);
});

test('a thousand findings of a kind are told, and the number of the others', () => {
  const findings = lintRules(...Array.from({ length: 1500 }, () => fileRule('/usr/bin/a Ux')));
  const found = findings.filter(({ id }) => id === 'unconfined-execution');
  assert.equal(found.length, 1000);
  assert.ok(found.some(({ what }) => what.endsWith('(and 500 more like this)')));
});

test('what findings quote is bounded', () => {
  const [found] = lintRules(fileRule(`/${'a'.repeat(100_000)}* Ux`));
  assert.ok(found !== undefined && found.subject.length < 1100 && found.what.length < 1100);
});

test('a comment above a profile accepts what is found of all of it', () => {
  const comment = 'freehold: allow lint/not-attached – entered by the engine';
  const { attachment: _, ...open } = profileOf([], { name: 'box' });
  assert.equal(lint({ ...open, comment })[0]?.waived, 'entered by the engine');
});
