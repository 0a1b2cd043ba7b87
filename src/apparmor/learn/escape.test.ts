import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import fc from 'fast-check';
import { toByteText } from '../../core/byte-text.ts';
import { matches, parsePattern } from '../pattern/pattern.ts';
import { escapeName, quotePattern } from './escape.ts';
import { access, everyRun, learnRuns, texts } from '../../../test/confinement/learning.ts';

const HOSTILE = [
  '/tmp/**',
  '/tmp/*',
  '/tmp/?',
  '/tmp/{x,y}',
  '/tmp/[a-z]',
  '/tmp/[^a]',
  '/tmp/]',
  '/tmp/}',
  '/tmp/a b"c',
  '/tmp/"',
  '/tmp/ends in a backslash\\',
  '/tmp/\\',
  '/tmp/\\\\"',
  '/tmp/line\nend',
  '/tmp/x rw,\n/etc/shadow rw,',
  '/tmp/#include <abstractions/base>',
  '/tmp/@{HOME}/x',
  '/tmp/\\@{HOME}',
  '/tmp/,',
  '/tmp/a,b',
  '/tmp/$x',
  '/tmp/=(x)',
  '/tmp/(a)+b|c.d^e',
  '/tmp/\\101',
  '/tmp/\\x41',
  '/tmp/\xff\xfe',
  '/tmp/\x01\x1b[2J\x7f',
  `/tmp/${toByteText('\u00fc\u202e\u2028')}`,
  `/tmp/${'n'.repeat(4000)}`,
  '/tmp/ -> y',
  '/tmp/x//y',
] as const;

const byteName = fc
  .array(
    fc.oneof(
      fc.integer({ min: 1, max: 255 }),
      fc.constantFrom(...'*?[]{}^,\\"@{ \n#$!()=+'.split('').map((one) => one.charCodeAt(0))),
    ),
    {
      minLength: 1,
      maxLength: 30,
    },
  )
  .map((bytes) => String.fromCharCode(...bytes.filter((byte) => byte !== 0x2f)))
  .filter((name) => name !== '');

/**
 * A reader of patterns that knows literals only, apart from the engine: what it gives is the one name that the pattern matches, and it
 * refuses whatever would match more. After apparmor.d(5), Globbing, and parser_misc.c: processunquoted.
 */
function onlyName(written: string): string {
  const pattern = written.startsWith('"') ? written.slice(1, -1) : written;
  assert.doesNotMatch(pattern, /[\n"]/, 'the text stays on its line and in its quotes');
  let name = '';
  for (let at = 0; at < pattern.length; at += 1) {
    const one = pattern.charAt(at);
    if (one === '\\') {
      const octal = /^[0-7]{3}/.exec(pattern.slice(at + 1))?.[0];
      const next = pattern.charAt(at + 1);
      assert.ok(octal !== undefined || '*?[]{}^,'.includes(next), `an escape that is none: ${pattern.slice(at)}`);
      name += octal === undefined ? next : String.fromCharCode(Number.parseInt(octal, 8));
      at += octal === undefined ? 1 : 3;
    } else {
      assert.ok(!'*?[]{}^'.includes(one), `it means more than itself: ${one}`);
      name += one;
    }
  }
  return name;
}

test('the pattern for a name means that name and nothing else', () => {
  const check = (name: string): void => {
    const escaped = escapeName(name);
    assert.equal(onlyName(quotePattern(escaped)), name);
    const parsed = parsePattern(escaped);
    assert.ok(parsed.kind === 'pattern');
    // The kernel's paths have no doubled slash.
    if (!name.includes('//')) assert.ok(matches(parsed.pattern, name), 'the engine agrees');
    assert.deepEqual(parsed.pattern.trees.length, 1);
  };
  for (const name of HOSTILE) check(name);
  fc.assert(
    fc.property(byteName, (name) => check(`/tmp/${name}`)),
    { numRuns: 2000 },
  );
});

test('what needs no quotes has none', () => {
  for (const path of ['/etc/passwd', '/usr/lib/libc.so.[0-9]*', '@{HOME}/.config/*.{a,b}', '/tmp/lu??????.tmp']) {
    assert.equal(quotePattern(path), path);
  }
  assert.equal(quotePattern('/a b'), '"/a b"');
});

/** Names with no shape, so that each has its own rule. */
const seenAsIs = HOSTILE.filter((name) => !name.includes('//'));

test('a hostile name in a log makes a rule for itself', () => {
  for (const name of seenAsIs) {
    const [text, ...more] = texts(learnRuns(everyRun([access(name)])));
    assert.deepEqual(more, []);
    assert.ok(text !== undefined);
    const written = /^(".*"|\S+) r,$/.exec(text)?.[1];
    assert.ok(written !== undefined, text);
    assert.equal(onlyName(written), name);
  }
});

const hasParser = spawnSync('apparmor_parser', ['--version']).status === 0;

test(
  'apparmor_parser takes a profile with every hostile name',
  { skip: hasParser ? false : 'apparmor_parser is not installed (Debian: apparmor)' },
  () => {
    const names = [...seenAsIs, ...fc.sample(byteName, { numRuns: 300, seed: 6 }).map((name) => `/tmp/${name}`)];
    // A space and a comma apart from what stands between braces are checked one rule at a time; so are all together.
    const rules = names.map((name) => `  ${quotePattern(escapeName(name))} rw,\n`).join('');
    const { status, stderr } = spawnSync('apparmor_parser', ['-Q', '-K', '-S'], {
      input: Buffer.from(`profile hostile {\n${rules}}\n`, 'latin1'),
    });
    assert.equal(status, 0, stderr.toString());
  },
);
