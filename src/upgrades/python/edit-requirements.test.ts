import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { parseRequirementsFile } from '../../controls/dependencies/inventory/python/requirements-file.ts';
import { editRequirements } from './edit-requirements.ts';

const PATH = '/srv/app/requirements.txt';

/** With every package that is fixed in one version in the version that is given for it. */
function edit(text: string, versions: Readonly<Record<string, string>>): ReturnType<typeof editRequirements> {
  const { packages } = parseRequirementsFile(text, PATH);
  const pins = packages.flatMap((one) => {
    const version = versions[one.name];
    return version === undefined ? [] : [[one, version] as const];
  });
  return editRequirements(text, new Map(pins));
}

suite('editRequirements', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    [
      'a comment, blanks and a marker stay',
      'a  ==  1.0 ; python_version>"3" # why\r\n',
      'a  ==  2.0 ; python_version>"3" # why\r\n',
    ],
    ['extras and another spelling of the name', 'A[x, y]==1.0\n', 'A[x, y]==2.0\n'],
    ['the end of the file without an end of line', '# first\na==1.0', '# first\na==2.0'],
    ['an exact text', 'a===1.0\n', 'a===2.0\n'],
    ['other lines', 'aa==1.0\nb>=1 # a==1.0\n--pre\na==1.0\n', 'aa==1.0\nb>=1 # a==1.0\n--pre\na==2.0\n'],
    ['a backslash behind it', 'a==1.0 \\\n  ; python_version>"3"\n', 'a==2.0 \\\n  ; python_version>"3"\n'],
  ];
  for (const [title, before, after] of cases) {
    test(title, () => {
      const name = before.includes('A[') ? 'A' : 'a';
      assert.deepEqual(edit(before, { [name]: '2.0' }), { kind: 'edited', text: after });
    });
  }

  test('checksums are for the tool that made them', () => {
    const edited = edit('a==1.0 \\\n    --hash=sha256:00\n', { a: '2.0' });
    assert.ok(edited.kind === 'obstacle');
    assert.match(edited.reason, /pip-compile --upgrade-package a==2\.0/);
  });

  test('what is written in a way that is not known is left to people', () => {
    const edited = edit('a (==1.0)\n', { a: '2.0' });
    assert.ok(edited.kind === 'obstacle' && edited.package.name === 'a');
    assert.equal(edited.reason, `Change line 1 of ${PATH} by hand: a==2.0.`);
  });

  test('whatever a file has: only versions of what is named change, and it reads back so', () => {
    const line = fc.constantFrom(
      'a==1.0',
      'b == 1.0',
      'c>=1',
      '# a==1.0',
      '',
      '  ',
      '-r more.txt',
      'd==1 # x',
      'a-b==1.0',
    );
    const end = fc.constantFrom('\n', '\r\n');
    fc.assert(
      fc.property(fc.array(fc.tuple(line, end)), (lines) => {
        const text = lines.map((pair) => pair.join('')).join('');
        const edited = edit(text, { a: '2.0', 'a-b': '3.0' });
        assert.ok(edited.kind === 'edited');
        const versions = parseRequirementsFile(edited.text, PATH).packages.map(
          ({ name, version }) => `${name} ${version ?? ''}`,
        );
        assert.ok(!versions.includes('a 1.0') && !versions.includes('a-b 1.0'));
        const others = (all: string): string => all.replaceAll(/^(a|a-b)==.*?(\r?)$/gm, '$1$2');
        assert.equal(others(edited.text), others(text));
      }),
    );
  });
});
