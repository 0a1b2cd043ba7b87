/** Settings as apt-config(8) sees them, of files that people write and of files that nobody would. */
import assert from 'node:assert/strict';
import process from 'node:process';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { parseAptConf } from '../../src/controls/integrity/repositories/apt-conf.ts';
import { settle } from '../../src/controls/integrity/repositories/apt-settings.ts';
import { AptRoot, whyNoApt } from './apt.ts';

/** Each starts apt-config twice, which is what costs the time. */
const RUNS_OF_ONE = 4;
const seed = Number(process.env['FREEHOLD_DIFFERENTIAL_SEED'] ?? String(Date.now() % 1_000_000_000));
const RUNS = Math.ceil(Number(process.env['FREEHOLD_DIFFERENTIAL_TREES'] ?? '240') / RUNS_OF_ONE);

const WRITTEN = [
  'APT::Get::AllowUnauthenticated "true";\n',
  'APT { Get { AllowUnauthenticated "yes"; }; };\n// c\n# d\n/* x\n APT::Get::Foo "1"; */ Acquire::Weak "2";',
  'Acquire { AllowInsecureRepositories "1"; http { Proxy "http://a//b"; } }\n#clear Acquire::http;\nA::B:: "x"; A::B:: "y";',
  'A "x // y"; B "z" /* q */; C\n "multi"\n;D "a" "b";\nE foo;F{G h;}F { I "j" };',
  'A { "only"; "list"; };B { C; };',
  'A::X "1"; a::x "2"; #clear a;\nA::Z "3";',
  'A "%41%42"; B %41; D "x # y"; # "z"',
  'A "x" y;',
  'A { B "x"; ',
  'A "b',
  '{ x; }',
  'A [b c];',
  'A::B { C "d"; } ; } E "f";',
  'foo { #clear bar; }',
  '# hello #clear Foo;\nA "1"; # #clear A;',
  '#clear;\n',
  'A\t#clear{',
  'A "#clear" { B "x"; };',
  'A { B #clear; };',
  'A { #clear; };',
  '#nonsense "x";\n',
  'X "a"; Y /* foo\n bar */ "c"; X "a/*b*/c"; Y "";',
  'Q {\n R "1";\n S { T "2" } \n}; U::V::W "3";',
  'A "1" { B "2"; };',
  'A::"b c" "d";',
];

const PIECES = [
  'A',
  'b::C',
  'Q::R',
  'x',
  '::',
  ' ',
  '\n',
  '\t',
  ';',
  ';\n',
  '{',
  '}',
  '};\n',
  '"',
  '"v"',
  '"w x"',
  '1',
  '//',
  '#',
  '# c\n',
  '/*',
  '*/',
  '#clear',
  '#clear A;',
  '[',
  ']',
  '%41',
  '{ D "e"; }',
  'F "g";\n',
];

describe('apt.conf as apt reads it', { skip: whyNoApt() }, () => {
  let root: AptRoot;
  before(() => {
    root = new AptRoot();
  });
  after(() => {
    root.remove();
  });

  function compare(text: string): void {
    root.write('/etc/apt/apt.conf', text);
    const theirs = root.run('apt-config', 'dump');
    const parsed = parseAptConf(text, '/etc/apt/apt.conf');
    assert.equal(parsed.problem === undefined, theirs.code === 0, `${JSON.stringify(text)}: ${theirs.stderr}`);
    if (theirs.code !== 0) return;
    root.write('/etc/apt/apt.conf', '');
    const always = new Set(root.run('apt-config', 'dump').stdout.split('\n'));
    const settled = [...settle(parsed.directives)].filter(([, { value }]) => value !== '');
    const dumped = theirs.stdout
      .split('\n')
      .filter((line) => line !== '' && !always.has(line) && !/^\S* "";$/.test(line) && !isListItem(line))
      .map((line) => line.replace(/^\S+/, (name) => name.toLowerCase()));
    assert.deepEqual(
      settled.map(([name, { value }]) => `${quoted(name)} "${value}";`).sort(),
      dumped.sort(),
      JSON.stringify(text),
    );
  }

  /** How apt-config prints names (QuoteString of apt-pkg/contrib/strutl.cc). */
  function quoted(name: string): string {
    return name.replaceAll(/[="%\x00-\x20\x7f]/g, (one) => `%${one.charCodeAt(0).toString(16).padStart(2, '0')}`);
  }

  function isListItem(line: string): boolean {
    return line.slice(0, line.indexOf(' ')).split('::').includes('');
  }

  for (const text of WRITTEN) test(JSON.stringify(text), () => compare(text));

  test('pieces in any order', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...PIECES), { maxLength: 14 }), (pieces) => compare(pieces.join(''))),
      { numRuns: RUNS, seed },
    );
  });

  test('a file that apt refuses names its line', () => {
    const { problem, directives } = parseAptConf('A "1";\nB "2" 3;\n', '/x');
    assert.deepEqual(problem?.where, { path: '/x', line: 2 });
    assert.equal(directives.length, 1);
  });
});
