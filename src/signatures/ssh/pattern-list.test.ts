import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { matchesPatternList } from './pattern-list.ts';

describe('a list of patterns', () => {
  it('matches by ssh_config(5) PATTERNS', () => {
    const wanted: readonly (readonly [string, string, boolean])[] = [
      ['file', 'file', true],
      ['file', 'git,file', true],
      ['file', 'fil', false],
      ['file', 'f*e', true],
      ['file', 'f??e', true],
      ['file', 'f?e', false],
      ['file', '*,!file', false],
      ['file', '!file,*', false],
      ['file', '!git', false],
      ['file', '!git,*', true],
      ['a.b', 'a?b', true],
      ['aXb', 'a.b', false],
      ['', '*', true],
      ['file', '', false],
      ['aaab', 'a*ab', true],
    ];
    for (const [name, list, matches] of wanted)
      assert.equal(matchesPatternList(name, list), matches, `${name} ${list}`);
  });

  it('is the language of the regular expression that it stands for', () => {
    const letters = fc.array(fc.constantFrom('a', 'b', '*', '?'), { maxLength: 8 }).map((all) => all.join(''));
    const name = fc.array(fc.constantFrom('a', 'b'), { maxLength: 8 }).map((all) => all.join(''));
    fc.assert(
      fc.property(name, letters, (text, pattern) => {
        const expression = new RegExp(`^${pattern.replaceAll(/\*+/g, '[ab]*').replaceAll('?', '[ab]')}$`);
        assert.equal(matchesPatternList(text, pattern), expression.test(text));
      }),
    );
  });

  it('is through in no time with many stars', () => {
    assert.equal(matchesPatternList('a'.repeat(1000), `${'a*'.repeat(200)}b`), false);
  });
});
