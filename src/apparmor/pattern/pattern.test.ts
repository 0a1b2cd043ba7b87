import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { lexedText } from './lexed.ts';
import {
  isExact,
  isLiteral,
  isSurelyPattern,
  literalPrefix,
  literalText,
  matches,
  parsePattern,
  parsePatternText,
  type Pattern,
} from './pattern.ts';
import { aare, pathFor } from '../../../test/confinement/patterns.ts';

function pattern(text: string): Pattern {
  const parsed = parsePattern(text);
  assert.ok(parsed.kind === 'pattern', `${text}: ${parsed.kind === 'problem' ? parsed.message : ''}`);
  return parsed.pattern;
}

function check(text: string, { yes = [], no = [] }: { yes?: readonly string[]; no?: readonly string[] }): void {
  const of = pattern(text);
  for (const path of yes) assert.ok(matches(of, path), `${text} matches ${path}`);
  for (const path of no) assert.ok(!matches(of, path), `${text} does not match ${path}`);
}

test('wildcards mean what apparmor.d(5) says', () => {
  check('/a/*', { yes: ['/a/b', '/a/.b'], no: ['/a/', '/a/b/', '/a/b/c'] });
  check('/a/**', { yes: ['/a/b', '/a/b/', '/a/b/c'], no: ['/a/', '/a'] });
  check('/a/**/', { yes: ['/a/b/', '/a/b/c/'], no: ['/a/', '/a/b', '/a//'] });
  check('/a/*b', { yes: ['/a/b', '/a/xb'], no: ['/a/b/b'] });
  check('/a*', { yes: ['/a', '/ab'], no: ['/a/'] });
  check('/a**', { yes: ['/a', '/a/', '/a/b'] });
  check('/*/b', { yes: ['/a/b'], no: ['//b', '/b'] });
  check('/a?', { yes: ['/ab'], no: ['/a', '/a/', '/abc'] });
  check('/a/***', { yes: ['/a/b', '/a/b/c'], no: ['/a/'] });
});

test('classes: negated ones match a slash, and backslashes within them mean little', () => {
  check('/a[b-d]', { yes: ['/ab', '/ad'], no: ['/ae', '/a'] });
  check('/a[^b-d]c', { yes: ['/a/c', '/aec'], no: ['/abc'] });
  check(String.raw`/[\^a]`, { yes: ['/b', '/^'], no: ['/a'] });
  check(String.raw`/[a\-c]`, { yes: ['/b'], no: ['/-'] });
  check(String.raw`/[\,]`, { yes: ['/,', '/\\'] });
  check('/[^^]', { yes: ['/a'], no: ['/^'] });
  check('/[c-a]', { yes: ['/b'] });
  // A star within brackets becomes an expression within brackets.
  check('/[*]', { yes: ['/[]', '/]', '/^/]'], no: ['/*', '/a'] });
});

test('what is surely a pattern is one', () => {
  const plain = ['', '/a', '/a,b', '/{a,b}', '/{,a}*{b,**,}/?', '/a^"-'];
  const classes = ['/[0-9]', '/[^.]*', '/[a-f0-9][A-Z]', '/{,[0-9],a[bc].d}/', '/[9-0]'];
  for (const text of [...plain, ...classes]) assert.ok(isSurelyPattern(text), text);
  // That nothing is said of these is no mistake: they have to be read.
  const braces = ['/{a}', '/{}', '/{', '/}', '/{a,b', '/{a,b}}', '/{{a,b}', '/{a,[b}', '/{[a],', '/{a[,]}'];
  const brackets = [
    '/[a',
    '/a]',
    '/[]',
    '/[^]',
    '/[[]',
    '/[]]',
    '/[a-]',
    '/[-a]',
    '/[a-c-e]',
    '/[*]',
    '/[a/b]',
    '/[a,b]',
  ];
  for (const text of [...braces, ...brackets, '\\', '/\0']) assert.ok(!isSurelyPattern(text), text);
  const piece = fc.constantFrom(
    '{',
    '}',
    ',',
    '[',
    ']',
    '\\',
    '^',
    '-',
    '/',
    '//',
    '*',
    '**',
    '?',
    'a',
    '{a,b}',
    '{,a}',
    '[a',
    '0-9',
    '[^.]',
    '\0',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const text = pieces.join('');
      fc.pre(isSurelyPattern(text));
      assert.equal(parsePattern(text).kind, 'pattern', text);
    }),
    { numRuns: 2000 },
  );
});

test('alternations nest, may be empty, and hold slashes', () => {
  check('/{a,b{c,d}}/e', { yes: ['/a/e', '/bc/e', '/bd/e'], no: ['/b/e'] });
  check('/a{,b}', { yes: ['/a', '/ab'] });
  check('/a{/**,}', { yes: ['/a', '/a/', '/a/b'] });
  check('/{a,b,}*', { yes: ['/', '/a', '/c'] });
  check('/a,b', { yes: ['/a,b'] });
});

test('escapes', () => {
  check(String.raw`/\*`, { yes: ['/*'], no: ['/a'] });
  check(String.raw`/\052`, { yes: ['/*'], no: ['/a'] });
  check(String.raw`/\x2a\d42`, { yes: ['/**'], no: ['/aa'] });
  check(String.raw`/\101\n\"`, { yes: ['/A\n"'] });
  check(String.raw`/\777`, { yes: ['/?7'] });
  check(String.raw`/\q\@`, { yes: ['/q@'] });
  check(String.raw`/\{a,b\}`, { yes: ['/{a,b}'] });
  check(String.raw`/a\x2f*`, { yes: ['/a/b'], no: ['/a/'] });
  check(String.raw`/\\`, { yes: ['/\\'] });
  check(String.raw`/.+^$|()`, { yes: ['/.+^$|()'], no: ['/a'] });
  check('/\xff\xe9', { yes: ['/\xff\xe9'] });
});

test('doubled slashes are one, but for two at the beginning', () => {
  check('/a//b///c', { yes: ['/a/b/c'], no: ['/a//b/c'] });
  check('//a', { yes: ['//a'], no: ['/a'] });
  check('///a', { yes: ['/a'], no: ['//a'] });
  check('/a//', { yes: ['/a/'], no: ['/a'] });
});

test('NUL is in no path', () => {
  check(String.raw`/a\x00`, { no: ['/a', '/a\0'] });
  check('/**', { no: ['/a\0b'] });
  check('/[^a]', { no: ['/\0'] });
});

test('what the parser refuses is a problem with its place', () => {
  const refused: readonly (readonly [string, number])[] = [
    ['/a]', 2],
    ['/[a', 1],
    ['/{a,b', 1],
    ['/a}', 2],
    ['/{a}', 1],
    ['/{}', 1],
    ['/a\\', 2],
    ['/[]', 3],
    ['/[a-]', 4],
    ['/[]a]', 4],
    ['/[--]', 4],
    ['/a//b}', 5],
    [`/${'{a,'.repeat(50)}${'}'.repeat(50)}`, 148],
    ['/a\0', 2],
  ];
  for (const [text, at] of refused) {
    const parsed = parsePattern(text);
    assert.ok(parsed.kind === 'problem', text);
    assert.equal(parsed.at, at, `${text}: ${parsed.message}`);
  }
  assert.equal(parsePattern('a'.repeat(70_000)).kind, 'problem');
});

test('every pattern means what expanding it by hand means', () => {
  let positive = 0;
  fc.assert(
    fc.property(
      aare.chain((text) => fc.tuple(fc.constant(text), fc.array(pathFor(text), { minLength: 5, maxLength: 5 }))),
      ([text, paths]) => {
        const of = pattern(text);
        for (const path of paths) {
          const expected = naiveMatch(text, path);
          positive += expected ? 1 : 0;
          assert.equal(matches(of, path), expected, `${text} ${path}`);
        }
      },
    ),
    { numRuns: 2000, seed: 6 },
  );
  assert.ok(positive > 2000, `${positive} paths matched`);
});

test('what the lexer made of a text is left alone by it', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...Array.from('\\\\\\x0512anq*?[]{},^"/')) }), (text) => {
      const once = lexedText(text).text;
      assert.equal(lexedText(once).text, once);
    }),
  );
});

test('any text is a pattern or a problem', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...Array.from('\\/a-^*?[]{},x05')) }), fc.string(), (text, path) => {
      const parsed = parsePattern(text);
      if (parsed.kind === 'pattern') assert.equal(typeof matches(parsed.pattern, path), 'boolean');
      else assert.ok(parsed.at >= 0 && parsed.at <= text.length, `${parsed.at} in ${text}`);
    }),
    { numRuns: 3000 },
  );
});

test('a pattern with more states than memory is matched all the same', () => {
  const text = `/**a${'?'.repeat(24)}`;
  const of = pattern(text);
  let state = 1;
  const noise = Array.from({ length: 60_000 }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state > 1_073_741_824 ? 'a' : 'b';
  }).join('');
  assert.ok(matches(of, `/x${noise}a${'b'.repeat(24)}`));
  assert.ok(!matches(of, `/x${noise}b${'b'.repeat(24)}`));
  assert.ok(!matches(of, '/'), 'the start is known after forgetting');
  assert.ok(matches(of, `/ya${'b'.repeat(24)}`));
});

test('literal patterns and prefixes', () => {
  assert.equal(literalText(pattern(String.raw`/a\*b`)), '/a*b');
  assert.equal(literalText(pattern('/a[b]')), '/ab');
  assert.ok(!isLiteral(pattern('/a{b,c}')));
  assert.equal(literalPrefix(pattern('/home/*/.ssh')), '/home/');
  assert.equal(literalPrefix(pattern('/usr/{lib,lib64}/**')), '/usr/lib');
  const both = parsePatternText({ written: '@{x}/a', expanded: ['/xa/*', '/xb/b'] });
  assert.ok(both.kind === 'pattern');
  assert.equal(literalPrefix(both.pattern), '/x');
  assert.ok(matches(both.pattern, '/xb/b') && matches(both.pattern, '/xa/c') && !matches(both.pattern, '/xb/c'));
});

test('exact patterns are those without star, ? and brackets', () => {
  assert.ok(isExact(pattern('/a{b,c}')));
  assert.ok(!isExact(pattern('/[a]')));
  assert.ok(!isExact(pattern('/a?')));
});

/** Expands the braces, then tries every way: slow, short, and nothing of it is shared with what it judges. */
function naiveMatch(text: string, path: string): boolean {
  const marked = text.replaceAll(/(?<=\/)\*+(?=\/|$)/g, (stars) => `\u0001${stars}`);
  return expandBraces(marked).some((one) => tryMatch(one, path, new Map()));
}

function expandBraces(text: string): readonly string[] {
  const open = text.indexOf('{');
  if (open === -1) return [text];
  let depth = 0;
  let from = open + 1;
  const options: string[] = [];
  for (let at = open; at < text.length; at += 1) {
    if (text[at] === '{') depth += 1;
    if (text[at] === ',' && depth === 1) {
      options.push(text.slice(from, at));
      from = at + 1;
    }
    if (text[at] === '}' && (depth -= 1) === 0) {
      options.push(text.slice(from, at));
      const [before, after] = [text.slice(0, open), text.slice(at + 1)];
      return options.flatMap((option) => expandBraces(`${before}\u0002${option}\u0002${after}`));
    }
  }
  throw new Error(`unbalanced: ${text}`);
}

function tryMatch(text: string, path: string, known: Map<string, boolean>): boolean {
  const key = `${text.length} ${path.length}`;
  const answer = known.get(key) ?? tryEach(text, path, known);
  known.set(key, answer);
  return answer;
}

function tryEach(text: string, path: string, known: Map<string, boolean>): boolean {
  const token = /^(?:\*\*|\[\^?[^\]]*\]|[\s\S])/.exec(text)?.[0];
  if (token === undefined) return path === '';
  const rest = text.slice(token.length);
  // Where a brace was: stars on both sides of it stay two.
  if (token === '\u0002') return tryMatch(rest, path, known);
  if (token === '*' || token === '**') {
    for (let length = 0; length <= path.length; length += 1) {
      if (token === '*' && path.slice(0, length).includes('/')) return false;
      if (tryMatch(rest, path.slice(length), known)) return true;
    }
    return false;
  }
  const [first] = path;
  if (first === undefined) return false;
  const isOne = token === '?' || token === '\u0001' ? first !== '/' : new RegExp(`^${classOf(token)}$`).test(first);
  return isOne && tryMatch(rest, path.slice(1), known);
}

function classOf(token: string): string {
  return token.startsWith('[') ? token : `[${token}]`;
}
