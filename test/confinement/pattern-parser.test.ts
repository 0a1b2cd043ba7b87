import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { matches, parsePattern, type Pattern } from '../../src/apparmor/pattern/pattern.ts';
import { aare, pathFor } from './patterns.ts';
import { compiledPatterns, compilePolicy, refusedProfiles, whyNoParser } from './compiled-patterns.ts';

const skip = whyNoParser();
const SEED = 6;
const PATTERNS = 500;
const PATHS = 14;
/** ACCEPT's bits for who owns the file and for others (parser/immunix.h). */
const READ_BITS = (1 << 2) | (1 << (2 + 14));

const WILD = String.raw`a b c / / * ** /*/ ? [ ] [ab] [^a] [a-c] ^ - { } , {a,b} {,b/*} . + | ( ) $ ! \* \\ \[ \] \, \^ \- \q \052 \x2f \d98 \n \351 \777 \x`;

/** Everything that means something in patterns, in any order. */
const wild = fc
  .array(fc.constantFrom(...WILD.split(' ')), { maxLength: 9 })
  .map((parts) => `/${parts.join('')}`)
  // The lexer takes the quote after any backslash for one that is meant.
  .filter((text) => !text.endsWith('\\'));

const noise = fc
  .array(fc.constantFrom('a', 'b', 'c', '/', '*', '[', ']', '^', '-', '\\', ',', '.', '\xe9', '\n', '?', '7'), {
    maxLength: 7,
  })
  .map((parts) => `/${parts.join('')}`);

function profile(index: number, pattern: string): string {
  return `profile p${String(index).padStart(4, '0')} { "${pattern}" r, }\n`;
}

function understood(text: string): Pattern | undefined {
  const parsed = parsePattern(text);
  return parsed.kind === 'pattern' ? parsed.pattern : undefined;
}

test('every pattern matches what the real parser makes of it', { skip }, () => {
  const tidy = fc.sample(aare, { numRuns: PATTERNS, seed: SEED });
  const odd = fc.sample(wild, { numRuns: PATTERNS, seed: SEED }).filter((text) => understood(text) !== undefined);
  const texts = [...tidy, ...odd];
  const { status, stdout, stderr } = compilePolicy(texts.map((text, index) => profile(index, text)).join(''), ['-S']);
  assert.equal(status, 0, stderr);
  const compiled = compiledPatterns(stdout);
  assert.equal(compiled.length, texts.length);
  let questions = 0;
  let positive = 0;
  for (const [index, text] of texts.entries()) {
    const pattern = understood(text);
    const judge = compiled[index];
    assert.ok(pattern !== undefined && judge !== undefined);
    const likely = fc.sample(pathFor(text), { numRuns: PATHS, seed: SEED + index });
    const others = fc.sample(noise, { numRuns: PATHS / 2, seed: SEED + index });
    for (const path of [...likely, ...others, text]) {
      const expected: boolean = (judge(path) & READ_BITS) !== 0;
      questions += 1;
      positive += expected ? 1 : 0;
      assert.equal(matches(pattern, path), expected, `${JSON.stringify(text)} ${JSON.stringify(path)}`);
    }
  }
  assert.ok(questions >= 10_000 && positive >= 2000, `${questions} questions, ${positive} of them matched`);
});

test('what the real parser refuses is a problem, and nothing else', { skip }, () => {
  const texts = fc.sample(wild, { numRuns: 400, seed: SEED + 1 });
  const refused = refusedProfiles(texts.map((text, index) => profile(index, text)));
  for (const [index, text] of texts.entries()) {
    assert.equal(understood(text) === undefined, refused.has(index), JSON.stringify(text));
  }
  assert.ok(refused.size > 50 && refused.size < 350, `${refused.size} refused`);
});
