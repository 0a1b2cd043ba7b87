import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import fc from 'fast-check';
import { modeOfFlags, withModes } from './flags.ts';
import { headersOf } from './headers.ts';

const PROFILE = `# profile not /a/one {
abi <abi/3.0>,
include <tunables/global>
@{bin} = /usr/bin /bin
@{bin} += /opt/{a,b}/bin
@{kinds} += {,x}[hH][tT]{,m} {a,b}
@{more}={c,d}

profile demo /usr/{bin,sbin}/demo flags=(complain, attach_disconnected) { # the demo
  include <abstractions/base>
  #include <abstractions/nameservice>
  /etc/demo{,.d/*.conf} r,
  owner @{HOME}/{.demo,**/x} rw, deny /home/*/.ssh/{**,} r,
  /usr/bin/sh cx -> shell,
  if defined $x {
    /a r,
  } else {
    /b r,
  }
  profile shell flags=(complain){
    /usr/bin/{a,b} ix,
  }
  ^hat-a { /tmp/** rw, }
  hat hat-b flags=(kill) { }
  signal (send) peer=(label="a { b"),
}
/usr/bin/other (complain) {
}
"/usr/bin/with blank" xattrs=(user.x="y") flags=(
    audit,
    complain
) { }
profile "named only" { }
`;

test('profiles, children and hats are found where they begin', () => {
  const found = headersOf(PROFILE).map(({ label, attachment, flags, line }) => [label, attachment, flags, line]);
  assert.deepEqual(found, [
    ['demo', '/usr/{bin,sbin}/demo', ['complain', 'attach_disconnected'], 9],
    ['demo//shell', undefined, ['complain'], 20],
    ['demo//hat-a', undefined, [], 23],
    ['demo//hat-b', undefined, ['kill'], 24],
    ['/usr/bin/other', '/usr/bin/other', ['complain'], 27],
    ['/usr/bin/with blank', '/usr/bin/with blank', ['audit', 'complain'], 29],
    ['named only', undefined, [], 33],
  ]);
});

test('a mode is changed by its flag, and every other byte stays', () => {
  const modes = new Map([
    ['demo', 'enforce'],
    ['demo//shell', 'enforce'],
    ['demo//hat-a', 'complain'],
    ['/usr/bin/other', 'enforce'],
    ['/usr/bin/with blank', 'enforce'],
    ['named only', 'enforce'],
  ] as const);
  const expected = PROFILE.replace('flags=(complain, attach_disconnected) {', 'flags=(attach_disconnected) {')
    .replace('profile shell flags=(complain){', 'profile shell {')
    .replace('^hat-a {', '^hat-a flags=(complain) {')
    .replace('/usr/bin/other (complain) {', '/usr/bin/other {')
    .replace('flags=(\n    audit,\n    complain\n)', 'flags=(audit)');
  assert.equal(withModes(PROFILE, modes), expected);
  assert.equal(withModes(expected, modes), expected);
});

test('complain stands before the flags that are there, in their own way of writing', () => {
  const complain = (text: string): string => withModes(text, new Map([['a', 'complain']]));
  assert.equal(complain('profile a {}'), 'profile a flags=(complain) {}');
  assert.equal(
    complain('profile a /b flags=(mediate_deleted,audit) {}'),
    'profile a /b flags=(complain,mediate_deleted,audit) {}',
  );
  assert.equal(complain('profile a /b flags=(enforce) {}'), 'profile a /b flags=(complain) {}');
});

test('a profile whose flags are no closed list, or two, is none: nothing is written into it', () => {
  for (const text of [
    'flags=(complain) profile a {\n}\n',
    'profile a flags=(audit) flags=(complain) {\n}\n',
    'profile a flags=(()} {\n}\n',
    'profile a flags=(complain {\n}\n',
    'profile a flags=(x[) {\n}\n',
  ]) {
    assert.deepEqual(headersOf(text), [], text);
    assert.equal(withModes(text, new Map([['a', 'complain']])), text);
  }
});

test('a name with a blank at its end keeps it when its flags go', () => {
  const text = 'profile a\\  flags=(complain) {\n}\n';
  const [header] = headersOf(text);
  assert.ok(header !== undefined);
  assert.equal(withModes(text, new Map([[header.label, 'enforce']])), 'profile a\\  {\n}\n');
});

test('a value that begins with a brace right behind a bracket is a word, and the text goes on', () => {
  assert.deepEqual(
    headersOf('@{X}=a){b,c}\nprofile a {\n}\n').map(({ label }) => label),
    ['a'],
  );
});

test('a mode that is set is the mode that is read, and no text makes it throw', () => {
  const piece = fc.constantFrom(
    'profile ',
    'a',
    '/b',
    ' {',
    '}',
    '{',
    ',',
    '\n',
    ' flags=(',
    ')',
    'complain',
    '"',
    '#',
    '\\',
    '@{X}',
    '=',
    '^',
    ' ',
    '(',
  );
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join('')),
      fc.constantFrom('enforce', 'complain'),
      (text, mode) => {
        const labels = headersOf(text).map(({ label }) => label);
        const edited = headersOf(withModes(text, new Map(labels.map((label) => [label, mode]))));
        assert.deepEqual(
          edited.map(({ label }) => label),
          labels,
        );
        assert.ok(edited.every(({ flags }) => modeOfFlags(flags) === mode));
      },
    ),
  );
});

const FOLDERS = [
  '/etc/apparmor.d',
  join(process.env['FREEHOLD_APPARMOR_SOURCE'] ?? '/nowhere', 'profiles/apparmor/profiles/extras'),
];
const skip = spawnSync('apparmor_parser', ['--version']).status === 0 ? false : 'LEFT OUT: no apparmor_parser here';

test('names are those that apparmor_parser lists', { skip }, () => {
  const paths = FOLDERS.filter((folder) => existsSync(folder)).flatMap((folder) =>
    readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => join(folder, name)),
  );
  for (const path of paths) {
    const { status, stdout } = spawnSync('apparmor_parser', ['--names', '--skip-kernel-load', path], {
      encoding: 'latin1',
    });
    if (status !== 0) continue;
    const listed = stdout.split('\n').filter((name) => name !== '');
    const found = headersOf(readFileSync(path, 'latin1')).map(({ label }) => label);
    assert.deepEqual(
      found.filter((label) => !listed.includes(label)),
      [],
      path,
    );
    // Children may also stand in what a file includes.
    assert.deepEqual(
      listed.filter((label) => !found.includes(label) && !label.includes('//')),
      [],
      path,
    );
  }
});

test('blocks within blocks cost neither memory nor time by their depth squared', () => {
  assert.deepEqual(headersOf('if {\n'.repeat(100_000)), []);
  const labels = headersOf('profile a {\n'.repeat(20_000)).map(({ label }) => label.length);
  assert.ok(labels.reduce((sum, length) => sum + length, 0) < 100 * 1024 * 1024);
});

test('a profile within a block of a condition belongs to the profile around both', () => {
  const labels = headersOf('profile a {\n  if $x {\n    profile b {\n    }\n  }\n}\n').map(({ label }) => label);
  assert.deepEqual(labels, ['a', 'a//b']);
});
