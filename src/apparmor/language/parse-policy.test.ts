import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import { type ParsedPolicy, parsePolicy } from './parse-policy.ts';
import type { Dialect, PolicyTree, Profile, Rule } from './syntax.ts';

const MAIN = '/etc/apparmor.d/main';

/** Files by their paths; folders are what lies below them. */
function treeOf(files: Readonly<Record<string, string>>): PolicyTree {
  return {
    file: (path) => files[path],
    folder: (path) => {
      const names = Object.keys(files).flatMap((file) =>
        file.startsWith(`${path}/`) ? [file.slice(path.length + 1)] : [],
      );
      return names.length === 0 ? undefined : names.sort();
    },
  };
}

function parse(text: string, more: Readonly<Record<string, string>> = {}, dialect: Dialect = '3.0'): ParsedPolicy {
  return parsePolicy(MAIN, treeOf({ [MAIN]: text, ...more }), { dialect });
}

function onlyProfile(parsed: ParsedPolicy): Profile {
  assert.deepEqual(parsed.diagnostics, []);
  const [profile] = parsed.profiles;
  assert(profile !== undefined);
  return profile;
}

function ruleOf(text: string, dialect: Dialect = '3.0'): Rule {
  const [rule] = onlyProfile(parse(`profile p {\n  ${text}\n}\n`, {}, dialect)).rules;
  assert(rule !== undefined);
  return rule;
}

function errorsOf(text: string, dialect: Dialect = '3.0', more: Readonly<Record<string, string>> = {}): string[] {
  return parse(text, more, dialect).diagnostics.flatMap(({ level, code, where }) =>
    level === 'error' ? [`${code}:${String(where?.line)}`] : [],
  );
}

suite('what a policy says', () => {
  test('a rule keeps its place, its text, its comments and the way through includes', () => {
    const parsed = parse('# a chapter\n\nprofile p /usr/bin/p {\n  include <abstractions/x>\n}\n', {
      '/etc/apparmor.d/abstractions/x':
        '\n  # reads its\n  # configuration\n  owner @{X} # old\n    rw, # and writes it\n'.replace('@{X}', '/a'),
    });
    const profile = onlyProfile(parsed);
    const [rule] = profile.rules;
    assert(rule?.kind === 'file');
    assert.equal(rule.text, 'owner /a rw,');
    assert.equal(rule.comment, 'reads its\nconfiguration\nand writes it');
    assert.equal(rule.owner, 'owner');
    assert.deepEqual(rule.permissions, ['r', 'w']);
    assert.deepEqual([rule.place.path, rule.place.line, rule.place.endLine], ['/etc/apparmor.d/abstractions/x', 4, 5]);
    assert.deepEqual(
      rule.place.includedFrom.map(({ path, line }) => [path, line]),
      [[MAIN, 4]],
    );
    assert.deepEqual([profile.place.line, profile.place.endLine], [3, 5]);
    assert.deepEqual(
      profile.includes.map(({ written, paths, isOptional }) => [written, paths, isOptional]),
      [['<abstractions/x>', ['/etc/apparmor.d/abstractions/x'], false]],
    );
    assert.deepEqual(profile.attachment?.expanded, ['/usr/bin/p']);
    assert.deepEqual(parsed.readPaths, ['/etc/apparmor.d/abstractions/x', MAIN]);
  });

  test('variables and aliases give each combination', () => {
    const text = '@{A}=/a/ /b\n@{A}+=/c/\n@{B}=@{A}x\nalias /a/ -> /z/,\nprofile p {\n  /@{B}/y r,\n  /a/** r,\n}\n';
    const [first, second] = onlyProfile(parse(text)).rules;
    assert(first?.kind === 'file' && second?.kind === 'file');
    assert.deepEqual(first.path, { written: '/@{B}/y', expanded: ['/a/x/y', '/bx/y', '/c/x/y'] });
    assert.deepEqual(second.path?.expanded, ['/a/**', '/z/**']);
  });

  test('a profile’s own variables', () => {
    const text = 'profile p /bin/[ab] {\n  @{attach_path} r,\n  ^h {\n    signal peer=@{profile_name},\n  }\n}\n';
    const profile = onlyProfile(parse(text, {}, '5.0'));
    const [rule] = profile.rules;
    assert(rule?.kind === 'file');
    assert.deepEqual(rule.path?.expanded, ['/bin/[ab]']);
    assert.deepEqual(
      profile.children.map(({ name, kind }) => [name, kind]),
      [['p//h', 'hat']],
    );
    assert.deepEqual(errorsOf(text), ['apparmor/variable:2']);
  });

  const transitions: readonly (readonly [string, unknown])[] = [
    ['/a ix,', { to: 'inherit', isUnsafe: false }],
    ['/a Px,', { to: 'profile', isUnsafe: false }],
    ['/a pix,', { to: 'profile', isUnsafe: true, fallback: 'inherit' }],
    ['/a CUx -> b,', { to: 'child', isUnsafe: false, fallback: 'unconfined', target: 'b' }],
    ['unsafe /a Px,', { to: 'profile', isUnsafe: true }],
    ['/a ux,', { to: 'unconfined', isUnsafe: true }],
    ['file,', { to: 'inherit', isUnsafe: false }],
    ['deny /a x,', undefined],
  ];
  for (const [text, exec] of transitions)
    test(`how “${text}” goes on`, () => {
      const rule = ruleOf(text);
      assert(rule.kind === 'file');
      assert.deepEqual(rule.exec, exec);
    });

  const rules: readonly (readonly [string, Dialect, Record<string, unknown>])[] = [
    [
      'deny capability sys_admin chown,',
      '3.0',
      { kind: 'capability', effect: 'deny', capabilities: ['chown', 'sys_admin'] },
    ],
    ['audit network inet tcp,', '3.0', { kind: 'network', isAudited: true, family: 'inet', protocol: 'tcp' }],
    [
      'network (send) inet stream ip=::1 peer=(port=22),',
      '4.1',
      { kind: 'network', access: ['send'], conditions: ['ip=::1', 'peer=(port=22)'] },
    ],
    ['priority=7 /a r,', '4.1', { kind: 'file', priority: 7 }],
    ['l subset /a -> /b,', '3.0', { kind: 'link', isSubset: true }],
    ['set rlimit nofile <= 10,', '3.0', { kind: 'rlimit', resource: 'nofile', value: '10' }],
    ['mount options=(ro, bind) /a -> /b,', '3.0', { kind: 'mount', options: ['ro', 'bind'] }],
    [
      'dbus send bus=session peer=(name=a.b),',
      '3.0',
      { kind: 'dbus', conditions: { bus: ['session'] }, peer: { name: 'a.b' } },
    ],
    ['ptrace r peer=x,', '3.0', { kind: 'ptrace', access: ['read'], conditions: {}, peer: { label: 'x' } }],
    ['unix (rw) type=stream addr=@x,', '3.0', { kind: 'unix', access: ['receive', 'send'] }],
    [
      'mqueue r type=posix /q,',
      '4.0',
      { kind: 'mqueue', access: ['read'], conditions: { type: ['posix'], name: ['/q'] } },
    ],
    ['change_profile /a -> b,', '3.0', { kind: 'change-profile', isUnsafe: false }],
    ['all,', '4.0', { kind: 'all' }],
    ['userns,', '4.0', { kind: 'userns', access: [] }],
    ['prompt /a r,', '4.0', { kind: 'file', effect: 'prompt' }],
  ];
  for (const [text, dialect, expected] of rules)
    test(`“${text}” of ${dialect}`, () => {
      const rule = ruleOf(text, dialect);
      const found = Object.fromEntries(Object.entries(rule).filter(([key]) => Object.hasOwn(expected, key)));
      assert.deepEqual(found, expected);
      assert.equal(rule.text, text);
    });

  test('a block passes on its file rules, and loses all others, which is told', () => {
    const parsed = parse('profile p {\n  owner {\n    /a r,\n    capability chown,\n  }\n}\n');
    assert.deepEqual(
      parsed.diagnostics.map(({ level, code, where }) => [level, code, where?.line]),
      [['warning', 'apparmor/block-lost', 4]],
    );
    assert.deepEqual(
      parsed.profiles[0]?.rules.map((rule) => rule.kind === 'file' && rule.owner),
      ['owner'],
    );
  });

  test('folders are included without what packages leave behind', () => {
    const folder = '/etc/apparmor.d/d';
    const files = {
      [`${folder}/b`]: '/b r,\n',
      [`${folder}/a`]: '/a r,\n',
      [`${folder}/a.dpkg-old`]: 'nonsense',
      [`${folder}/.x`]: 'nonsense',
    };
    const profile = onlyProfile(parse('profile p {\n  #include <d>\n  include if exists <none>\n}\n', files));
    assert.deepEqual(
      profile.rules.map(({ text }) => text),
      ['/a r,', '/b r,'],
    );
  });

  test('conditionals of both forms', () => {
    assert.equal(
      onlyProfile(parse('$X=true\nprofile p {\n  if not $X {\n    /a r,\n  } else {\n    /b r,\n  }\n}\n')).rules[0]
        ?.text,
      '/b r,',
    );
    const newer = '@{X}=a b\nprofile p {\n  if a in @{X} and not (1 > 2) {\n    /a r,\n  }\n}\n';
    assert.equal(onlyProfile(parse(newer, {}, '5.0')).rules.length, 1);
  });
});

suite('what the parser refuses is refused at its place', () => {
  const cases: readonly (readonly [title: string, text: string, Dialect, string[]])[] = [
    [
      'overlapping globs go on differently',
      'profile p {\n  /a/* px,\n  /a/** ux,\n}\n',
      '3.0',
      ['apparmor/exec-conflict:3'],
    ],
    ['a class is a glob in 3.0', 'profile p {\n  /a/[bc] px,\n  /a/* ux,\n}\n', '3.0', ['apparmor/exec-conflict:3']],
    ['a class is none in 4.1', 'profile p {\n  /a/[bc] px,\n  /a/* ux,\n}\n', '4.1', []],
    ['a path without wildcards wins', 'profile p {\n  /a/b px,\n  /a/* ux,\n}\n', '3.0', []],
    ['owners do not meet', 'profile p {\n  owner /a px,\n  other /a ux,\n}\n', '3.0', []],
    ['the higher priority wins', 'profile p {\n  priority=1 /a/* px,\n  /a/** ux,\n}\n', '4.1', []],
    ['an unknown variable', 'profile p {\n  /@{NO} r,\n}\n', '3.0', ['apparmor/variable:2']],
    ['a variable by itself', '@{A}=@{B}\n@{B}=@{A}\nprofile p {\n  @{A}/x r,\n}\n', '3.0', ['apparmor/variable:4']],
    ['an open group', 'profile p {\n  /{a,b r,\n}\n', '3.0', ['apparmor/pattern:2']],
    ['a group of one', 'profile p {\n  /{a} r,\n}\n', '3.0', ['apparmor/pattern:2']],
    ['an open range', 'profile p {\n  /[a-] r,\n}\n', '3.0', ['apparmor/pattern:2']],
    ['two profiles of one name', 'profile p {\n}\nprofile p {\n}\n', '3.0', ['apparmor/duplicate:3']],
    [
      'several errors at once',
      'profile p {\n  capability nope,\n  /a r\n  /b rq,\n  network moon,\n}\n',
      '3.0',
      ['apparmor/capability:2', 'apparmor/syntax:4', 'apparmor/network:5'],
    ],
    ['a missing include', 'profile p {\n  include <none>\n}\n', '3.0', ['apparmor/include-missing:2']],
    ['denied with a letter before x', 'profile p {\n  deny /a px,\n}\n', '3.0', ['apparmor/exec-mode:2']],
    ['priority came with 4.1', 'profile p {\n  priority=1 /a r,\n}\n', '3.0', ['apparmor/syntax:2']],
  ];
  for (const [title, text, dialect, expected] of cases)
    test(title, () => assert.deepEqual(errorsOf(text, dialect), expected));
  test('the line is shown from its beginning, where columns are counted from', () => {
    const [problem] = parse('profile p {\n  /a rzz,  \n}\n').diagnostics;
    assert.deepEqual(problem?.where, { path: MAIN, line: 2, column: 6, excerpt: '  /a rzz,' });
  });
});

test('rules for files can be left out of a profile that allows something else', () => {
  const text = [
    'profile files {\n  /a r,\n  deny network,\n}',
    'profile more {\n  /a r,\n  /b[ r,\n  network inet,\n  deny capability kill,\n}',
  ].join('\n');
  const { profiles, diagnostics } = parsePolicy(MAIN, treeOf({ [MAIN]: text }), {
    dialect: '3.0',
    isForFilesAlone: true,
  });
  assert.deepEqual(diagnostics, []);
  assert.deepEqual(
    profiles.map(({ name, rules }) => [name, rules.map(({ kind }) => kind)]),
    [
      ['files', ['file', 'network']],
      ['more', ['network', 'capability']],
    ],
  );
  assert.notDeepEqual(parse(text).diagnostics, []);
});
