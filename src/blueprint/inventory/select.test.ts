import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { write } from '../fixtures/workspace.ts';
import { loaded, show } from './fixtures/inventories.ts';
import { compileGlob } from './glob.ts';
import { readPatternFiles } from './pattern-files.ts';
import { compileRegex } from './regex.ts';
import { RegexError } from './regex-syntax.ts';
import { selectHosts } from './select.ts';

const { inventory } = await loaded({
  hosts:
    'lone\n[web]\nweb[1:4]\n[db]\ndb1\ndb2\n2001:db8::1\n[staging]\nweb2\ndb2\n[prod:children]\nweb\ndb\n[empty]\n[phoenix]\nweb4\n',
});

/** Where a pattern selects several groups, their hosts come level by level, as in Ansible. */
const SELECTIONS: readonly (readonly [patterns: string, hosts: string])[] = [
  ['all', 'lone web2 db2 web4 web1 web3 db1 2001:db8::1'],
  ['*', 'lone web2 db2 web4 web1 web3 db1 2001:db8::1'],
  ['ungrouped', 'lone'],
  ['prod', 'web1 web2 web3 web4 db1 db2 2001:db8::1'],
  ['web,db', 'web1 web2 web3 web4 db1 db2 2001:db8::1'],
  ['web:db', 'web1 web2 web3 web4 db1 db2 2001:db8::1'],
  ['web:&staging', 'web2'],
  ['web:!phoenix', 'web1 web2 web3'],
  ['!phoenix:web:&staging:!db2', 'web2'],
  ['!web', 'lone db2 db1 2001:db8::1'],
  ['web*', 'web1 web2 web3 web4'],
  ['web[0]', 'web1'],
  ['web[-1]', 'web4'],
  ['web[1:2]', 'web2 web3'],
  ['web[2:]', 'web3 web4'],
  ['web[0:99]', 'web1 web2 web3 web4'],
  ['web[13]*', 'web1 web3'],
  ['~(web|db)[12]', 'web1 web2 db1 db2'],
  ['~w.*2', 'web2'],
  ['2001:db8::1', '2001:db8::1'],
  ['db2 , web1', 'db2 web1'],
];

const NOTHING: readonly (readonly [patterns: string, problem: string])[] = [
  ['wbe', 'empty-selection No host and no group is called "wbe". | Did you mean web?'],
  [
    'nothing-like-it',
    'empty-selection No host and no group is called "nothing-like-it". | Groups are web, db, staging, prod, empty, phoenix.',
  ],
  ['empty', 'empty-selection No host is in the group empty.'],
  [
    'web:&phoenix:!web4',
    'empty-selection No host is left of "web,&phoenix,!web4": what is kept by & and left out by ! leaves none.',
  ],
  ['web[9]', 'empty-selection "web[9]" selects none of 4 hosts; they are counted from 0.'],
  ['web[1-2]', 'invalid-pattern "web[1-2]" is no pattern. | Write [1:2].'],
  ['~(a', 'invalid-pattern The regular expression "(a" can\'t be used: a group is opened and never closed.'],
  ['~(?=a)', 'invalid-pattern … only (?: and (?P<name> are understood.'],
  [
    'localhost',
    'empty-selection No host and no group is called "localhost". | The machine itself has the address local.',
  ],
  ['x'.repeat(2000), 'too-large A pattern has at most 1000 characters; …'],
];

suite('patterns', () => {
  for (const [pattern, expected] of SELECTIONS) {
    test(pattern, () => {
      const { hosts, diagnostics } = selectHosts(inventory, [pattern]);
      assert.deepEqual(diagnostics, []);
      assert.equal(hosts.map(({ name }) => name).join(' '), expected);
    });
  }

  for (const [pattern, expected] of NOTHING) {
    test(`nothing: ${pattern.slice(0, 30)}`, () => {
      const { diagnostics } = selectHosts(inventory, [pattern]);
      assert.equal(diagnostics.length, 1);
      const [diagnostic] = diagnostics;
      assert(diagnostic !== undefined);
      const told = show(diagnostic).replace(' -:-', '');
      const [start = '', end = ''] = expected.split('…');
      assert(expected.includes('…') ? told.startsWith(start) && told.endsWith(end) : told === expected, told);
    });
  }

  test('one wrong pattern among right ones is told of', () => {
    const { hosts, diagnostics } = selectHosts(inventory, ['web', '!phenix']);
    assert.equal(hosts.length, 4);
    assert.equal(diagnostics[0]?.hint, 'Did you mean phoenix?');
  });

  test('@file stands for its lines', async () => {
    const home = write({});
    writeFileSync(join(home, 'retry'), 'web1\n# a comment\n\n  db1 \n');
    const read = await readPatternFiles(['lone', `@${join(home, 'retry')}`, '@/nowhere/at/all']);
    assert.deepEqual(read.patterns, ['lone', 'web1', 'db1']);
    assert.deepEqual(
      read.diagnostics.map(({ code }) => code),
      ['inventory/not-found'],
    );
  });
});

suite('regular expressions', () => {
  const atom = fc.constantFrom(
    'a',
    'b',
    '-',
    '.',
    '[ab]',
    '[^a]',
    '[a-c]',
    String.raw`\d`,
    String.raw`\.`,
    '1',
    '^',
    '$',
  );
  const piece: fc.Arbitrary<string> = fc.oneof(
    atom,
    fc
      .tuple(
        fc.constantFrom('a', '.', '(a|b)', '(?:ab|b)', '[ab1]'),
        fc.constantFrom('*', '+', '?', '{2}', '{1,3}', '{2,}', '*?', '{,2}'),
      )
      .map((two) => two.join('')),
    fc.constantFrom('(a|b1)', '(a*|b)+', '(?:(a|b)*1)?', '|'),
  );

  test('match what JavaScript’s own match', () => {
    const words = fc.stringMatching(/^[ab1.-]{0,8}$/);
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), words, (pieces, word) => {
        const pattern = pieces.join('');
        // JavaScript has no {,2}.
        const theirs = new RegExp(`^(?:${pattern.replaceAll('{,2}', '{0,2}')})`);
        assert.equal(compileRegex(pattern)(word), theirs.test(word), pattern);
      }),
      { numRuns: 2000 },
    );
  });

  test('take time proportional to the text, whatever they are', () => {
    const text = `${'a'.repeat(250)}!`;
    for (const pattern of ['(a+)+$', '(a|a)*b', '(.*)*x', '(a*)*b', 'a{0,200}a{0,200}b']) {
      const matches = compileRegex(pattern);
      const before = performance.now();
      assert(!matches(text));
      assert(performance.now() - before < 1000, pattern);
    }
  });

  test('are refused where they can’t be matched so', () => {
    const wrong = [
      '(',
      ')',
      '[a',
      'a**',
      '*a',
      '(?<=a)b',
      String.raw`(a)\1`,
      String.raw`\bx`,
      '(?i)a',
      'a{5,2}',
      '(a{1000}){1000}',
      '('.repeat(99),
      '\\',
    ];
    for (const pattern of wrong) assert.throws(() => compileRegex(pattern), RegexError, pattern);
  });

  test('of any text are compiled or refused', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (pattern) => {
        try {
          compileRegex(pattern)('web1');
        } catch (error) {
          assert(error instanceof RegexError);
        }
      }),
    );
  });
});

test('globs match what the same regular expressions match', () => {
  const parts: readonly (readonly [string, string])[] = [
    ['*', '.*'],
    ['?', '.'],
    ['[ab]', '[ab]'],
    ['[!ab]', '[^ab]'],
    ['[a-c]', '[a-c]'],
    ['a', 'a'],
    ['.', '\\.'],
    ['[', '\\['],
    ['[]a]', '[\\]a]'],
  ];
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...parts), { maxLength: 6 }),
      fc.stringMatching(/^[abd.[\]]{0,6}$/),
      (pieces, text) => {
        // A lone [ would make a set of what follows.
        const chosen = pieces.filter(([glob], index) => glob !== '[' || index === pieces.length - 1);
        const regex = new RegExp(`^${chosen.map(([, source]) => source).join('')}$`, 's');
        assert.equal(compileGlob(chosen.map(([glob]) => glob).join(''))(text), regex.test(text));
      },
    ),
    { numRuns: 2000 },
  );
});
