import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isMarker, markerHolds } from './marker.ts';

const LINUX = {
  python_version: '3.11',
  python_full_version: '3.11.7',
  sys_platform: 'linux',
  os_name: 'posix',
  extra: 'dev-tools',
};

const HOLDS: readonly [string, boolean | undefined][] = [
  ['python_version >= "3.8"', true],
  ['python_version<"3.9"', false],
  ['"3.8" <= python_version', true],
  ["python_version in '3.10 3.11'", true],
  ["python_full_version == '3.11.*'", true],
  ["python_full_version ~= '3.11.2'", true],
  ["sys_platform == 'win32' or os_name == 'posix' and python_version > '3'", true],
  ["(sys_platform == 'win32' or os_name == 'posix') and python_version > '4'", false],
  ["os.name not  in 'nt java'", true],
  ["extra == 'Dev.Tools'", true],
  ["extra != 'dev_tools'", false],
  ["extra in 'dev-tools'", false],
  ["sys_platform >= 'linux'", true],
  ["sys_platform > 'a'", false],
  // What is not known decides nothing by itself.
  ["platform_machine == 'x86_64'", undefined],
  ["platform_machine == 'x86_64' or os_name == 'posix'", true],
  ["platform_machine == 'x86_64' and os_name == 'nt'", false],
  ["platform_machine == 'x86_64' and os_name == 'posix'", undefined],
  ["'a' == 'a'", undefined],
  ['os_name == sys_platform', undefined],
];

test('a marker holds, does not, or cannot be told', () => {
  for (const [marker, holds] of HOLDS) assert.equal(markerHolds(marker, LINUX), holds, marker);
});

test('groups and extras of a lock file are sets', () => {
  const environment = { extras: ['Fast_JSON'], dependency_groups: [] };
  assert.equal(markerHolds("'fast-json' in extras", environment), true);
  assert.equal(markerHolds("'test' not in dependency_groups and 'fast.json' in extras", environment), true);
  assert.equal(markerHolds("extras == 'fast-json'", environment), false);
  assert.equal(markerHolds("extra == 'x'", { extra: ['w', 'x'] }), true);
});

test('what is no marker is none', () => {
  for (const marker of [
    '',
    'os_name',
    "os_name = 'a'",
    "os_name == 'a",
    "constructor == 'a'",
    "os_name == 'a' 'b'",
    "(os_name == 'a'",
    "os_name == 'a' And os_name == 'b'",
    "os_name notin 'a'",
  ]) {
    assert.ok(!isMarker(marker), marker);
    assert.equal(markerHolds(marker, LINUX), undefined);
  }
  const deep = 100_000;
  assert.ok(!isMarker(`${'('.repeat(deep)}os_name == "a"${')'.repeat(deep)}`));
  assert.equal(markerHolds(Array.from({ length: 4000 }, () => "os_name == 'nt'").join(' or '), LINUX), false);
});

test('no text breaks it', () => {
  const words = fc.constantFrom(
    'os_name',
    'extra',
    '"',
    "'a'",
    '==',
    ' in ',
    ' not in ',
    '(',
    ')',
    ' and ',
    ' or ',
    '\t',
    '~=',
    '1.0',
  );
  fc.assert(
    fc.property(fc.array(words), (parts) => [true, false, undefined].includes(markerHolds(parts.join(''), LINUX))),
  );
});
