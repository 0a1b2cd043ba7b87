import type { Case } from './schemes-case.ts';
import { CONTENT, OTHER_CONTENT, withByteChanged, withIdOf, withLine } from './schemes-minisign.ts';
import { Bench } from './schemes-tools.ts';

/** Keys and signatures by the real signify. */
export interface Signify {
  readonly bench: Bench;
  readonly alice: string;
  readonly bob: string;
  /** By Alice: alone, and with the message in it. */
  readonly detached: string;
  readonly embedded: string;
  readonly byBob: string;
}

export function makeSignify(): Signify {
  const bench = new Bench();
  for (const name of ['alice', 'bob'])
    bench.make('signify-openbsd', ['-G', '-n', '-p', `${name}.pub`, '-s', `${name}.sec`]);
  bench.write('content', CONTENT);
  const sign = (name: string, key: string, ...rest: readonly string[]): string => {
    bench.make('signify-openbsd', ['-S', '-s', `${key}.sec`, '-m', 'content', '-x', name, ...rest]);
    return bench.text(name);
  };
  return {
    bench,
    alice: bench.text('alice.pub').split('\n')[1] ?? '',
    bob: bench.text('bob.pub').split('\n')[1] ?? '',
    detached: sign('detached', 'alice'),
    embedded: sign('embedded', 'alice', '-e'),
    byBob: sign('by-bob', 'bob'),
  };
}

export interface SignifyCase extends Case {
  readonly signature: (made: Signify) => string | Uint8Array;
  readonly content?: Buffer;
  /** Default: Alice. */
  readonly pin?: (made: Signify) => string;
  /** Whether the message is in the file (`-e`). */
  readonly isEmbedded?: boolean;
}

const LONG = 3000;

export const SIGNIFY_CASES: readonly SignifyCase[] = [
  { name: 'alone', verdict: 'verified', signature: ({ detached }) => detached },
  {
    name: 'a byte of the file changed',
    verdict: 'tampered',
    signature: ({ detached }) => detached,
    content: OTHER_CONTENT,
  },
  {
    name: 'nothing left of the file',
    verdict: 'tampered',
    signature: ({ detached }) => detached,
    content: Buffer.alloc(0),
  },
  { name: 'by a key that is not pinned', verdict: 'untrusted', signature: ({ byBob }) => byBob },
  {
    name: 'only another key with the same number is pinned',
    verdict: 'tampered',
    signature: ({ detached }) => detached,
    pin: ({ alice, bob }) => withIdOf(bob, alice),
  },
  {
    name: 'a byte of the signature changed',
    verdict: 'tampered',
    signature: ({ detached }) => withLine(detached, 1, (line) => withByteChanged(line)),
  },
  {
    name: 'the comment changed',
    verdict: 'verified',
    reason: /^(?!.*harmless)/,
    signature: ({ detached }) => withLine(detached, 0, () => 'untrusted comment: this is harmless'),
  },
  {
    name: 'no comment',
    verdict: 'malformed',
    signature: ({ detached }) => withLine(detached, 0, () => 'trusted comment: this is none'),
  },
  {
    name: 'a comment that is too long',
    verdict: 'malformed',
    signature: ({ detached }) => withLine(detached, 0, (line) => line + 'x'.repeat(LONG)),
  },
  {
    name: 'the algorithm of minisign',
    verdict: 'malformed',
    signature: ({ detached }) => withLine(detached, 1, (line) => line.replace(/^RW/, 'RU')),
  },
  { name: 'an empty file for a signature', verdict: 'malformed', signature: () => '' },
  { name: 'garbage', verdict: 'malformed', signature: () => Buffer.alloc(256, 0xa5) },
  {
    name: 'cut within the signature',
    verdict: 'malformed',
    signature: ({ detached }) => `${detached.slice(0, -20)}\n`,
  },
  {
    name: 'CR LF at the ends of lines',
    verdict: 'verified',
    signature: ({ detached }) => detached.replaceAll('\n', '\r\n'),
  },
  {
    name: 'with its message, for a file that holds the same',
    verdict: 'verified',
    signature: ({ embedded }) => embedded,
  },
  {
    name: 'with its message, for a file that holds something else',
    verdict: 'tampered',
    signature: ({ embedded }) => embedded,
    content: OTHER_CONTENT,
  },
  { name: 'with its message', verdict: 'verified', isEmbedded: true, signature: ({ embedded }) => embedded },
  {
    name: 'with its message, a byte of it changed',
    verdict: 'tampered',
    isEmbedded: true,
    signature: ({ embedded }) => embedded.replace('two lines', 'two line5'),
  },
  {
    name: 'with its message, and a line added',
    verdict: 'tampered',
    isEmbedded: true,
    signature: ({ embedded }) => `${embedded}SHA256 (evil) = 00\n`,
  },
  {
    name: 'with its message, by a key that is not pinned',
    verdict: 'untrusted',
    isEmbedded: true,
    signature: ({ embedded }) => embedded,
    pin: ({ bob }) => bob,
  },
  {
    name: 'with its message, cut within the signature',
    verdict: 'unverifiable',
    isEmbedded: true,
    signature: ({ embedded }) => embedded.slice(0, 60),
  },
];
