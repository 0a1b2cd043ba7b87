import fc from 'fast-check';

/** Patterns for tests: without escapes and doubled slashes, always accepted, with few letters, so that paths often match. */
const { sequence } = fc.letrec<{ sequence: string; part: string }>((tie) => ({
  part: fc.oneof(
    { maxDepth: 2 },
    fc.constantFrom('a', 'b', '/', '/', '*', '/*', '/**', '/*/', '**', '?'),
    fc.constantFrom('[ab]', '[a-c]', '[^a]', '[^b-c]', '[^/]'),
    fc.array(tie('sequence'), { minLength: 2, maxLength: 3 }).map((options) => `{${options.join(',')}}`),
  ),
  sequence: fc.array(tie('part'), { maxLength: 4 }).map((parts) => parts.join('')),
}));

export const aare: fc.Arbitrary<string> = fc
  .tuple(sequence, sequence)
  .map((parts) => `/${parts.join('')}`.replaceAll(/\/{2,}/g, '/'))
  // Longer ones have too many expansions for the judge of the tests.
  .filter((text) => text.length <= 32 && text.split('{').length <= 4);

/** Paths that a pattern is likely to match, or nearly. */
export function pathFor(text: string): fc.Arbitrary<string> {
  return fc
    .array(fc.nat(1000), { minLength: 12, maxLength: 12 })
    .map((choices) => guess(text, choices))
    .map((path) => path.slice(0, 14));
}

function guess(text: string, choices: readonly number[]): string {
  let turn = 0;
  const choose = (count: number): number => (choices[turn++ % choices.length] ?? 0) % count;
  const stand = (token: string): string => {
    if (token === '**') return ['a', 'ab', 'a/b', '', 'c/', '/b'][choose(6)] ?? '';
    if (token === '*') return ['a', '', 'bb', 'ca'][choose(4)] ?? '';
    if (token === '?') return 'abc/'.charAt(choose(4));
    if (token.startsWith('[')) return 'abc/'.charAt(choose(4));
    return token;
  };
  let flat = text;
  for (let before = ''; before !== flat;) {
    before = flat;
    flat = flat.replace(/\{([^{}]*)\}/, (_, inner: string) => {
      const options = inner.split(',');
      return options[choose(options.length)] ?? '';
    });
  }
  const path = flat.replaceAll(/\*\*|\[[^\]]*\]|./g, stand);
  const change = choose(12);
  if (change === 0) return `${path}/`;
  if (change === 1) return path.slice(0, -1);
  if (change === 2) return `${path}a`;
  return path;
}
