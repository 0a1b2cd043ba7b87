import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Package } from '../package.ts';
import { type ParsedRequirements, parseRequirementsFile } from './requirements-file.ts';

const PATH = 'requirements.txt';

function read(text: string): ParsedRequirements {
  return parseRequirementsFile(text, PATH);
}

/** What is fixed, asked for, and where it comes from. */
function brief(text: string): readonly (readonly (string | number | undefined)[])[] {
  const { packages, problems } = read(text);
  assert.deepEqual(problems, []);
  return packages.map(({ key, version, constraint, origin, where }) => [key, version, constraint, origin, where.line]);
}

function messages(text: string): readonly string[] {
  return read(text).problems.map(({ where, message }) => `${where.line}: ${message}`);
}

test('each line asks for a package', () => {
  const text = [
    '\u{feff}# for the shop',
    '--index-url https://user:hunter2@pypi.example/simple',
    'Django==4.2.1  # the site',
    'requests >=2, <3 ; python_version >= "3.8"',
    'weird===2020q1',
    'attrs[tests]==23.*',
    'pyyaml',
    '',
    'cryptography==41.0.1 \\',
    '    --hash=sha256:aaaa \\',
    '    --hash=sha256:bbbb',
    'tool @ git+https://user:hunter2@h.example/tool.git@v1 ; os_name == "posix"',
    '-e git+https://h.example/kit.git@main#egg=kit[x]&subdirectory=py',
    'https://h.example/wheels/torch-2.0.1%2Bcu118-cp311-cp311-linux_x86_64.whl',
    './wheels/local_pkg-1.0-py3-none-any.whl',
    'lib\\',
    '==3.0',
  ].join('\n');
  assert.deepEqual(brief(text), [
    ['attrs', undefined, '==23.*', undefined, 6],
    ['cryptography', '41.0.1', undefined, undefined, 9],
    ['django', '4.2.1', undefined, undefined, 3],
    ['kit', undefined, undefined, 'git+https://h.example/kit.git@main', 13],
    ['lib', '3.0', undefined, undefined, 16],
    ['local-pkg', '1.0', undefined, './wheels/local_pkg-1.0-py3-none-any.whl', 15],
    ['pyyaml', undefined, undefined, undefined, 7],
    ['requests', undefined, '>=2,<3', undefined, 4],
    ['tool', undefined, undefined, 'git+https://h.example/tool.git@v1', 12],
    [
      'torch',
      '2.0.1+cu118',
      undefined,
      'https://h.example/wheels/torch-2.0.1%2Bcu118-cp311-cp311-linux_x86_64.whl',
      14,
    ],
    ['weird', '2020q1', undefined, undefined, 5],
  ]);
  assert.doesNotMatch(JSON.stringify(read(text)), /hunter2/);
  assert.ok(read(text).packages.every(({ isDirect }) => isDirect === true));
});

test('two versions of one name are two packages', () => {
  const text = 'numpy==1.24 ; python_version < "3.9"\nNumPy==2.0 ; python_version >= "3.9"\nnumpy==1.24\npip>1\npip<9';
  assert.deepEqual(
    read(text).packages.map(({ key }) => key),
    ['numpy==1.24', 'numpy==2.0', 'pip<9', 'pip>1'],
  );
});

test('other files are named, not read', () => {
  const text =
    '-r base.txt\n-c ../limits.txt\n--requirement=dev.txt # x\n-rquick.txt\n--constr "with blank.txt"\n-r https://user:hunter2@h.example/r.txt';
  assert.deepEqual(
    read(text).includes.map(({ kind, path, where }) => [kind, path, where.line]),
    [
      ['requirements', 'base.txt', 1],
      ['constraints', '../limits.txt', 2],
      ['requirements', 'dev.txt', 3],
      ['requirements', 'quick.txt', 4],
      ['constraints', 'with blank.txt', 5],
      ['requirements', 'https://h.example/r.txt', 6],
    ],
  );
  assert.deepEqual(messages('-r a.txt -r b.txt\nflask -c c.txt\n-r ${HOME}/d.txt'), [
    '1: "b.txt" is not read, for the line names another file before it',
    '2: "c.txt" is not read, for the line asks for a package',
    '3: "${HOME}/d.txt" is not known without the environment that pip runs in',
  ]);
});

test('what names no package is said', () => {
  assert.deepEqual(
    messages(
      '-e .\n./lib\nhttps://u:hunter2@h.example/a.zip\n=1.0\n--frobnicate\n-r\n${NAME}==1\n--hash="x\n--re x\nsdist-1.0.tar.gz',
    ),
    [
      '1: "." does not say which package it is',
      '2: "./lib" does not say which package it is',
      '3: "https://h.example/a.zip" does not say which package it is',
      '4: "=1.0" is not a requirement',
      '5: "--frobnicate" is not an option that pip has in such a file',
      '6: the option -r has no value',
      '7: "${NAME}==1" is not known without the environment that pip runs in',
      '8: a quotation mark is not closed',
      '9: "--re" is not an option that pip has in such a file',
      '10: "sdist-1.0.tar.gz" does not say which package it is',
    ],
  );
  assert.deepEqual(messages('--pre --no-index\n--no-binary :all:\nflask --global-option="a b" --hash sha256:x'), []);
});

test('a comment hides nothing that pip would read', () => {
  assert.deepEqual(
    brief(
      '# hidden \\\na==1\nb==1 # x \\\nc==1\n# \u000bd==1\r# \u2028e==1\rhttps://h.example/f-1-py3-none-any.whl#sha256=x',
    ),
    [
      ['a', '1', undefined, undefined, 2],
      // The backslash at the end of a comment joins the next line to it.
      ['b', '1', undefined, undefined, 3],
      ['d', '1', undefined, undefined, 5],
      ['e', '1', undefined, undefined, 6],
      ['f', '1', undefined, 'https://h.example/f-1-py3-none-any.whl', 7],
    ],
  );
});

function edges(text: string): readonly (readonly [string, boolean | undefined, readonly string[]])[] {
  return read(text).packages.map(({ key, isDirect, requires }: Package) => [key, isDirect, requires] as const);
}

test('comments of pip-compile say what needs what', () => {
  const text = [
    '# This file was autogenerated by uv via the following command:',
    'click==8.1.7',
    '    # via flask',
    'flask==3.0.0 \\',
    '    --hash=sha256:aaaa',
    '    # via',
    '    #   -r requirements.in',
    '    #   flask-login[extra]',
    'Flask_Login==0.6.3  # via shop (pyproject.toml)',
    'werkzeug==3.0.1  # via flask, flask-login',
    'markupsafe==2.1  # via werkzeug, -c limits.txt',
    'six==1.16.0',
    '    # via my-project',
    '    # from https://pypi.example/simple',
  ].join('\n');
  assert.deepEqual(edges(text), [
    ['click', false, []],
    ['flask', true, ['click', 'werkzeug']],
    ['flask-login', true, ['flask', 'werkzeug']],
    ['markupsafe', false, []],
    ['six', true, []],
    ['werkzeug', false, ['markupsafe']],
  ]);
  assert.deepEqual(edges('a==1\n\n# via b\nb==1\n# via the web\n'), [
    ['a', true, []],
    ['b', true, []],
  ]);
});

test('hostile files are read in good time', () => {
  const [many, few] = [100_000, 50_000];
  read('a==1 \\\n'.repeat(many));
  read(`a${' '.repeat(1_000_000)}==1`);
  read(`# via ${'a,'.repeat(many)}\n`.repeat(2));
  const { problems } = read(
    `a==1\n# via a\n`.repeat(few) + Array.from({ length: few }, (_, index) => `a==${index}\n# via a`).join('\n'),
  );
  assert.ok(problems.some(({ message }) => message.includes('too many dependencies')));
  assert.equal(read('=\n'.repeat(many)).problems.length, 1001);
});

test('no text breaks it, and keys are each there once', () => {
  const pieces = fc.constantFrom(
    'a',
    'b',
    '==1',
    '==2',
    '>1',
    '\n',
    '\r\n',
    '\\\n',
    ' ',
    '#',
    ' # via a',
    '-r ',
    '-e ',
    '--hash=',
    '"',
    '@',
    'https://u:p@h/',
    '.whl',
    '${X}',
    ';',
    '\u0000',
    '/',
    '[x]',
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
      const { packages } = read(parts.join(''));
      const keys = packages.map(({ key }) => key);
      assert.deepEqual(keys, [...new Set(keys)].toSorted());
      assert.ok(packages.every(({ requires }) => requires.every((key) => keys.includes(key))));
    }),
  );
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void read(text)));
});
