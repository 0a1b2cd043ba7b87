import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import fc from 'fast-check';
import { parsePolicy } from './parse-policy.ts';
import { DIALECTS, type Profile, type Rule } from './syntax.ts';

const PIECES = [
  'profile p {',
  '}',
  '{',
  '\n',
  ' ',
  ',',
  '"',
  '\\',
  '/a',
  '/b/**',
  '@{X}',
  '@{',
  '$B',
  '=',
  '+=',
  'true',
  'rw,',
  'px,',
  'ix',
  'deny',
  'owner',
  'audit',
  'file',
  'capability',
  'chown',
  'network',
  'inet',
  '#',
  '^h',
  'if',
  'else',
  'not',
  'include <p>',
  'include if exists',
  '<',
  '>',
  '(',
  ')',
  'flags=(',
  'mount',
  'options=(ro)',
  '->',
  'signal',
  'peer=',
  'set=',
  'unix',
  'dbus',
  '[',
  ']',
  '*',
  'alias',
  'abi',
  'rlimit',
  'set',
  '<=',
  'mqueue',
  'userns,',
  'all,',
  'priority=',
  ':',
  '&',
  '\0',
  '\u00ff',
  '\r\n',
];

function rulesOf(profiles: readonly Profile[]): readonly Rule[] {
  return profiles.flatMap((profile) => [...profile.rules, ...rulesOf(profile.children)]);
}

function parse(text: string, dialect: (typeof DIALECTS)[number]): ReturnType<typeof parsePolicy> {
  // The file includes itself, which must end, too.
  return parsePolicy(
    '/d/p',
    { file: (path) => (path === '/d/p' ? text : undefined), folder: () => undefined },
    { dialect, base: '/d' },
  );
}

suite('a hostile policy', () => {
  const anyDialect = fc.constantFrom(...DIALECTS);

  test('never throws, and ends, on any bytes', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((byte) => String.fromCharCode(byte)), maxLength: 400 }),
        anyDialect,
        (text, dialect) => {
          parse(text, dialect);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('never throws on words of the language in any order, and places of rules are right', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...PIECES), { maxLength: 60 }), anyDialect, (pieces, dialect) => {
        const text = `profile p {\n${pieces.join(' ')}`;
        const lines = text.split('\n');
        for (const { place, text: rule } of rulesOf(parse(text, dialect).profiles)) {
          const line = (lines[place.line - 1] ?? '').slice((place.column ?? 1) - 1);
          const beginning = rule.split(/\s/)[0] ?? '';
          assert(
            line.startsWith(beginning),
            `“${rule}” is not at ${String(place.line)}:${String(place.column)} of ${JSON.stringify(text)}`,
          );
        }
      }),
      { numRuns: 300 },
    );
  });

  const large: readonly (readonly [string, string])[] = [
    ['an open quote', `"${'\\"'.repeat(50_000)}`],
    ['open groups', `profile p { /${'{'.repeat(50_000)} r, }`],
    ['open blocks', `profile p { ${'owner { '.repeat(2000)}`],
    ['many “not”', `$B=true\nprofile p { if ${'not '.repeat(5000)}$B { } }`],
    ['open parentheses', `profile p { if ${'('.repeat(20_000)}`],
    ['open variables', `profile p { /${'@{'.repeat(40_000)} r, }`],
    ['stars', `profile p { /${'*a'.repeat(3000)} px, /${'*b'.repeat(3000)} ux, }`],
    [
      'variables that double',
      `${Array.from({ length: 60 }, (_, index) => (index === 0 ? '@{V0}=a b' : `@{V${index}}=@{V${index - 1}}@{V${index - 1}}`)).join('\n')}\nprofile p { /@{V59} r, }`,
    ],
    [
      'variables in a chain',
      `${Array.from({ length: 2000 }, (_, index) => (index === 0 ? '@{V0}=a' : `@{V${index}}=@{V${index - 1}}`)).join('\n')}\nprofile p { /@{V1999} r, }`,
    ],
    [
      'many children',
      `profile p { ${Array.from({ length: 1000 }, (_, index) => `profile c${index} { }`).join('\n')} }`,
    ],
    [
      'aliases of everything',
      `${Array.from({ length: 5000 }, (_, index) => `alias / -> /b${index}/,`).join('\n')}\nprofile p {\n${Array.from({ length: 5000 }, (_, index) => `/a${index} r,`).join('\n')}\n}`,
    ],
    [
      'empty variables that double',
      `${Array.from({ length: 60 }, (_, index) => (index === 0 ? '@{V0}=""' : `@{V${index}}=@{V${index - 1}}@{V${index - 1}}`)).join('\n')}\nprofile p { /@{V59} r, }`,
    ],
    ['rules on one line', `profile p { ${'/a r, '.repeat(30_000)} }`],
    ['too large a file', 'profile p { }\n'.repeat(100_000)],
  ];
  for (const [title, text] of large)
    test(`${title}: ends, with no more diagnostics than a person reads`, () => {
      for (const dialect of ['3.0', '5.0'] as const) assert(parse(text, dialect).diagnostics.length <= 300);
    });

  test('too many patterns by aliases are told once, with what to do', () => {
    const aliases = Array.from({ length: 3000 }, (_, index) => `alias / -> /b${index}/,`).join('\n');
    const rules = Array.from({ length: 3000 }, (_, index) => `/a${index} r,`).join('\n');
    const { diagnostics } = parse(`${aliases}\nprofile p {\n${rules}\n}`, '3.0');
    assert.deepEqual(
      diagnostics.map(({ code, where }) => `${code} ${where?.path ?? ''}`),
      ['apparmor/policy-too-large /d/p'],
    );
    assert.ok(diagnostics.every(({ hint, where }) => hint !== undefined && where?.line !== undefined));
  });

  test('messages are bounded', () => {
    const { diagnostics } = parse(`profile p { /${'x'.repeat(200_000)}[ r, }`, '3.0');
    assert.ok(diagnostics.length > 0 && diagnostics.every(({ message }) => message.length < 1100));
  });
});
