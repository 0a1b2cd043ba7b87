import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PolicyTree } from '../../apparmor/language/syntax.ts';
import { readAbstractions } from './abstractions.ts';

const FOLDER = '/etc/apparmor.d';

function read(files: Readonly<Record<string, string>>): ReadonlyMap<string, readonly string[]> {
  const paths = new Map(Object.entries({ 'tunables/global': '@{ETC}=/etc\n', ...files }));
  const tree: PolicyTree = {
    file: (path) => paths.get(path.slice(FOLDER.length + 1)),
    folder(path) {
      const start = `${path.slice(FOLDER.length + 1)}/`;
      const names = [...paths.keys()].filter((one) => one.startsWith(start)).map((one) => one.slice(start.length));
      const own = names.filter((name) => !name.includes('/'));
      return own.length === 0 ? undefined : own.toSorted();
    },
  };
  return new Map(
    readAbstractions(tree, { folder: FOLDER, dialect: '3.0' }).map(({ name, rules }) => [
      name,
      rules.map(({ text }) => text),
    ]),
  );
}

test('an abstraction has its own rules and those of all that it includes, each file once', () => {
  const found = read({
    'abstractions/base': '/etc/base r,\n',
    'abstractions/desktop': 'include <abstractions/base>\ninclude <abstractions/fonts>\n@{ETC}/desktop r,\n',
    'abstractions/fonts':
      'include <abstractions/base>\ninclude if exists <abstractions/fonts.d>\n/usr/share/fonts/** r,\n',
    'abstractions/fonts.d/more': '/opt/fonts/** r,\n',
  });
  assert.deepEqual(
    [...found],
    [
      ['abstractions/base', ['/etc/base r,']],
      ['abstractions/desktop', ['@{ETC}/desktop r,', '/etc/base r,', '/usr/share/fonts/** r,', '/opt/fonts/** r,']],
      ['abstractions/fonts', ['/usr/share/fonts/** r,', '/etc/base r,', '/opt/fonts/** r,']],
    ],
  );
});

test('abstractions that include each other end', () => {
  const found = read({
    'abstractions/a': 'include <abstractions/b>\n/a r,\n',
    'abstractions/b': 'include <abstractions/a>\n/b r,\n',
  });
  assert.deepEqual(
    [...found],
    [
      ['abstractions/a', ['/a r,', '/b r,']],
      ['abstractions/b', ['/b r,', '/a r,']],
    ],
  );
});

test('one that cannot be read for certain is left out, with all that include it', () => {
  const found = read({
    'abstractions/above': 'include <abstractions/broken>\n/above r,\n',
    'abstractions/broken': '/half\n',
    'abstractions/lost': 'include <abstractions/missing>\n/lost r,\n',
    'abstractions/whole': '/whole r,\n',
  });
  assert.deepEqual([...found], [['abstractions/whole', ['/whole r,']]]);
});

test('without tunables there are none, as most need their variables', () => {
  const tree: PolicyTree = { file: () => undefined, folder: () => ['base'] };
  assert.deepEqual(readAbstractions(tree, { folder: FOLDER, dialect: '3.0' }), []);
});
