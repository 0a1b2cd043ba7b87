import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { automaticallyInstalled } from './extended-states.ts';
import { parseDpkgStatus, parseDpkgStatusFolder } from './status.ts';

const PATH = '/var/lib/dpkg/status';

function stanza(fields: Readonly<Record<string, string>>): string {
  const all = { Package: '', Status: 'install ok installed', Architecture: 'amd64', Version: '1.0-1', ...fields };
  return `${Object.entries(all)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n')}\n\n`;
}

const STATUS = `Package: libssl3
Status: install ok installed
Maintainer: Somebody <somebody@example.org>
Architecture: amd64
Source: openssl (3.0.15-1)
Version: 3.0.15-1+b1
Depends: libc6 (>= 2.34),
 debconf (>= 0.5)
 | debconf-2.0
Description: a library
 Package: not-a-package
 .
 More of it.

Package: libc6
Status: install ok installed
Architecture: amd64
Source: glibc
Version: 2.36-9

Package: cdebconf
Status: hold ok unpacked
Architecture: amd64
Provides: debconf-2.0 (= 1), debconf-tool
Version: 0.270

Package: gone
Status: deinstall ok config-files
Architecture: amd64
Version: 1.0

Package: tzdata
Status: install ok installed
Architecture: all
Version: 2024a-0
`;

function requires(text: string): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(parseDpkgStatus(text, PATH).packages.map((one) => [one.key, one.requires]));
}

test('what is there is listed, with its source where that is another, its line, and what it needs', () => {
  assert.deepEqual(parseDpkgStatus(STATUS, PATH), {
    packages: [
      {
        ecosystem: 'Debian',
        name: 'cdebconf',
        version: '0.270',
        key: 'cdebconf:amd64',
        architecture: 'amd64',
        where: { path: PATH, line: 21 },
        requires: [],
      },
      {
        ecosystem: 'Debian',
        name: 'libc6',
        version: '2.36-9',
        key: 'libc6:amd64',
        architecture: 'amd64',
        where: { path: PATH, line: 15 },
        requires: [],
        source: { name: 'glibc', version: '2.36-9' },
      },
      {
        ecosystem: 'Debian',
        name: 'libssl3',
        version: '3.0.15-1+b1',
        key: 'libssl3:amd64',
        architecture: 'amd64',
        where: { path: PATH, line: 1 },
        requires: ['cdebconf:amd64', 'libc6:amd64'],
        source: { name: 'openssl', version: '3.0.15-1' },
      },
      {
        ecosystem: 'Debian',
        name: 'tzdata',
        version: '2024a-0',
        key: 'tzdata:all',
        architecture: 'all',
        where: { path: PATH, line: 32 },
        requires: [],
      },
    ],
    problems: [],
  });
});

test('every state that leaves files behind counts, and no other', () => {
  const states = [
    'not-installed',
    'config-files',
    'half-installed',
    'unpacked',
    'half-configured',
    'triggers-awaited',
    'triggers-pending',
    'installed',
  ];
  const text = states.map((state) => stanza({ Package: `p-${state}`, Status: `purge reinstreq ${state}` })).join('');
  const names = parseDpkgStatus(text, PATH).packages.map(({ name }) => name);
  assert.deepEqual(
    names,
    states
      .slice(2)
      .map((state) => `p-${state}`)
      .toSorted(),
  );
});

test('a state that is not known, a bad name and a double are told with their lines', () => {
  const text = `${stanza({ Package: 'a', Status: 'install ok flying' })}${stanza({ Package: '../../b' })}${stanza({ Package: 'c' })}${stanza({ Package: 'c' })}no field\n`;
  const { packages, problems } = parseDpkgStatus(text, PATH);
  assert.deepEqual(
    packages.map(({ key }) => key),
    ['c:amd64'],
  );
  assert.deepEqual(problems, [
    { where: { path: PATH, line: 1 }, message: 'The package a is in no state that is known; it is left out.' },
    { where: { path: PATH, line: 6 }, message: '"../../b" is no name of a package; it is left out.' },
    { where: { path: PATH, line: 16 }, message: 'The package c:amd64 is there twice; the first counts.' },
    { where: { path: PATH, line: 21 }, message: '"no field" is no field; it is left out.' },
  ]);
});

test('dependencies keep to the architecture, unless only another one serves', () => {
  const found = requires(
    [
      stanza({ Package: 'lib' }),
      stanza({ Package: 'lib', Architecture: 'i386' }),
      stanza({ Package: 'tool', Architecture: 'i386' }),
      stanza({ Package: 'a', Depends: 'lib, tool' }),
      stanza({ Package: 'b', Depends: 'lib:i386', 'Pre-Depends': 'lib:any' }),
      stanza({ Package: 'c', Architecture: 'all', Depends: 'nothing | lib [amd64] <!nocheck>, c' }),
    ].join(''),
  );
  assert.deepEqual(found['a:amd64'], ['lib:amd64', 'tool:i386']);
  assert.deepEqual(found['b:amd64'], ['lib:amd64', 'lib:i386']);
  assert.deepEqual(found['c:all'], ['lib:amd64', 'lib:i386']);
});

test('of alternatives all that are there are needed; what provides a name serves where nothing has it', () => {
  const found = requires(
    [
      stanza({ Package: 'mta-a', Provides: 'mta' }),
      stanza({ Package: 'mta-b', Provides: 'x, mta (= 2)' }),
      stanza({ Package: 'real', Provides: 'mta-c' }),
      stanza({ Package: 'mta-c' }),
      stanza({ Package: 'user', Depends: 'mta | missing | real, mta-c' }),
    ].join(''),
  );
  assert.deepEqual(found['user:amd64'], ['mta-a:amd64', 'mta-b:amd64', 'mta-c:amd64', 'real:amd64']);
});

test("what APT installed of itself isn't direct; it notes packages for all architectures under the machine's own", () => {
  const states =
    'Package: tzdata\nArchitecture: amd64\nAuto-Installed: 1\n\nPackage: libc6\nArchitecture: amd64\nAuto-Installed: 0\n\nPackage: cdebconf\nArchitecture: i386\nAuto-Installed: 1\n';
  assert.deepEqual([...automaticallyInstalled(states)], ['tzdata:amd64', 'cdebconf:i386']);
  const { packages } = parseDpkgStatus(STATUS, PATH, automaticallyInstalled(states));
  const direct = packages.filter(({ isDirect }) => isDirect === true).map(({ name }) => name);
  assert.deepEqual(direct, ['cdebconf', 'libc6', 'libssl3']);
  assert.equal(parseDpkgStatus(STATUS, PATH).packages[0]?.isDirect, undefined);
});

test('files of images without dpkg have no state, and need each other', () => {
  const folder = '/var/lib/dpkg/status.d';
  const files = [
    { path: `${folder}/base`, text: 'Package: base-files\nVersion: 12\nArchitecture: amd64\nDepends: libc6\n' },
    { path: `${folder}/libc6`, text: 'package: libc6\nVERSION: 2.36\nArchitecture: amd64\n' },
  ];
  assert.deepEqual(
    parseDpkgStatusFolder(files).packages.map(({ key, requires, where }) => [key, requires, where]),
    [
      ['base-files:amd64', ['libc6:amd64'], { path: `${folder}/base`, line: 1 }],
      ['libc6:amd64', [], { path: `${folder}/libc6`, line: 1 }],
    ],
  );
  assert.deepEqual(parseDpkgStatus('Package: a\nVersion: 1\n', PATH).packages, []);
});

test('lines that end in CR LF, blank lines with blanks, and comments are as deb822 has them', () => {
  const text =
    '# a comment\r\n\t\r\nPackage: a\r\nStatus: install ok installed\r\n# another\r\nArchitecture: all\r\nVersion: 1\r\n \r\nPackage: b\r\nStatus: install ok installed\r\nVersion: 2\r\n';
  const { packages, problems } = parseDpkgStatus(text, PATH);
  assert.deepEqual(
    packages.map(({ key, where }) => [key, where.line]),
    [
      ['a:all', 3],
      ['b', 9],
    ],
  );
  assert.deepEqual(problems, []);
});

test('many that provide one name and many that need it stay cheap', () => {
  const count = 5000;
  const text = Array.from({ length: count }, (_, index) =>
    stanza({ Package: `p${index}`, Provides: 'v', Depends: 'v' }),
  ).join('');
  const { packages } = parseDpkgStatus(text, PATH);
  assert.equal(packages.length, count);
  assert.ok(packages.every(({ requires }) => requires.length <= 50));
});

test('no text breaks it', () => {
  const word = fc.constantFrom(
    'Package',
    'Status',
    ':',
    ' ',
    '\n',
    '\n\n',
    'a',
    'install ok installed',
    'Depends',
    ',',
    '|',
    '(',
    '__proto__',
    'constructor',
    'Provides',
    '\u0000',
  );
  const text = fc.oneof(
    fc.string(),
    fc.array(word, { maxLength: 60 }).map((words) => words.join('')),
  );
  fc.assert(
    fc.property(text, (text) => {
      const { packages } = parseDpkgStatus(text, PATH, automaticallyInstalled(text));
      const keys = new Set(packages.map(({ key }) => key));
      assert.ok(packages.every(({ requires }) => requires.every((key) => keys.has(key))));
      assert.deepEqual(
        parseDpkgStatus(stanza({ Package: 'constructor', Depends: text.replaceAll(/[\r\n]/g, ' ') }), PATH).packages
          .length,
        1,
      );
    }),
  );
});
