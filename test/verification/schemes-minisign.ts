import { Bench } from './schemes-tools.ts';
import type { Case } from './schemes-case.ts';

export const CONTENT: Buffer = Buffer.from('What is signed.\nIn two lines.\n');
export const OTHER_CONTENT: Buffer = Buffer.from('What is signed.\nIn two line5.\n');

/** Keys and signatures by the real minisign. */
export interface Minisign {
  readonly bench: Bench;
  /** Public keys as they are pinned. */
  readonly alice: string;
  readonly bob: string;
  /** By Alice: of the digest, of the content (`-l`), and with a comment of her own. */
  readonly prehashed: string;
  readonly legacy: string;
  readonly commented: string;
  /** By Alice, of other content. */
  readonly other: string;
  readonly byBob: string;
  /** By Alice, of a file with nothing in it. */
  readonly ofEmpty: string;
}

export function makeMinisign(): Minisign {
  const bench = new Bench();
  for (const name of ['alice', 'bob']) bench.make('minisign', ['-G', '-W', '-p', `${name}.pub`, '-s', `${name}.key`]);
  bench.write('content', CONTENT);
  bench.write('other', OTHER_CONTENT);
  bench.write('empty', '');
  const sign = (name: string, key: string, ...rest: readonly string[]): string => {
    bench.make('minisign', ['-S', '-s', `${key}.key`, '-x', name, ...rest]);
    return bench.text(name);
  };
  return {
    bench,
    alice: keyLine(bench.text('alice.pub')),
    bob: keyLine(bench.text('bob.pub')),
    prehashed: sign('prehashed', 'alice', '-m', 'content', '-t', 'timestamp:1767225600\tfile:content\thashed'),
    legacy: sign('legacy', 'alice', '-l', '-m', 'content', '-t', 'timestamp:1767225600\tfile:content'),
    commented: sign('commented', 'alice', '-m', 'content', '-t', 'release of today'),
    other: sign('other.sig', 'alice', '-m', 'other'),
    byBob: sign('by-bob', 'bob', '-m', 'content'),
    ofEmpty: sign('of-empty', 'alice', '-m', 'empty'),
  };
}

export interface MinisignCase extends Case {
  readonly signature: (made: Minisign) => string | Uint8Array;
  readonly content?: Buffer;
  /** Default: Alice. The tool is given the last of them. */
  readonly pins?: (made: Minisign) => readonly string[];
  readonly signedAt?: string | undefined;
}

const KEY_ID_START = 2;
const KEY_ID_END = 10;
const CHANGED_BYTE = 40;

/** Somebody else's key under Alice's key id. */
export function withIdOf(key: string, idOf: string): string {
  const bytes = Buffer.from(key, 'base64');
  Buffer.from(idOf, 'base64').copy(bytes, KEY_ID_START, KEY_ID_START, KEY_ID_END);
  return bytes.toString('base64');
}

function keyLine(file: string): string {
  return file.split('\n')[1] ?? '';
}

/** The file with one line of it made anew. */
export function withLine(file: string, index: number, change: (line: string) => string): string {
  return file
    .split('\n')
    .map((line, at) => (at === index ? change(line) : line))
    .join('\n');
}

export function withByteChanged(base64: string, at = CHANGED_BYTE): string {
  const bytes = Buffer.from(base64, 'base64');
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return bytes.toString('base64');
}

function withAlgorithm(base64: string, algorithm: string): string {
  return Buffer.concat([Buffer.from(algorithm), Buffer.from(base64, 'base64').subarray(KEY_ID_START)]).toString(
    'base64',
  );
}

function lineOf(file: string, index: number): string {
  return file.split('\n')[index] ?? '';
}

const MADE_AT = '2026-01-01T00:00:00.000Z';
const LONG = 3000;

export const MINISIGN_CASES: readonly MinisignCase[] = [
  { name: 'prehashed', verdict: 'verified', signature: ({ prehashed }) => prehashed, signedAt: MADE_AT },
  { name: 'legacy', verdict: 'verified', signature: ({ legacy }) => legacy, signedAt: MADE_AT },
  {
    name: 'a comment without a time',
    verdict: 'verified',
    signature: ({ commented }) => commented,
    reason: /trusted comment: release of today$/,
  },
  { name: 'of an empty file', verdict: 'verified', signature: ({ ofEmpty }) => ofEmpty, content: Buffer.alloc(0) },
  {
    name: 'a byte of the file changed, prehashed',
    verdict: 'tampered',
    signature: ({ prehashed }) => prehashed,
    content: OTHER_CONTENT,
  },
  {
    name: 'a byte of the file changed, legacy',
    verdict: 'tampered',
    signature: ({ legacy }) => legacy,
    content: OTHER_CONTENT,
  },
  {
    name: 'the file cut short',
    verdict: 'tampered',
    signature: ({ prehashed }) => prehashed,
    content: CONTENT.subarray(0, -1),
  },
  { name: 'by a key that is not pinned', verdict: 'untrusted', signature: ({ byBob }) => byBob },
  {
    name: 'nothing is pinned',
    verdict: 'untrusted',
    signature: ({ prehashed }) => prehashed,
    pins: () => [],
  },
  {
    name: 'only another key with the same id is pinned',
    verdict: 'tampered',
    signature: ({ prehashed }) => prehashed,
    pins: ({ alice, bob }) => [withIdOf(bob, alice)],
  },
  {
    name: 'another key with the same id is pinned too',
    verdict: 'verified',
    signature: ({ prehashed }) => prehashed,
    pins: ({ alice, bob }) => [withIdOf(bob, alice), alice],
    signedAt: MADE_AT,
  },
  {
    name: 'the id of a pinned key put on another’s signature',
    verdict: 'tampered',
    signature: ({ byBob, alice }) => withLine(byBob, 1, (line) => withIdOf(line, alice)),
  },
  {
    name: 'a byte of the signature changed',
    verdict: 'tampered',
    signature: ({ prehashed }) => withLine(prehashed, 1, (line) => withByteChanged(line)),
  },
  {
    name: 'prehashed said to be legacy',
    verdict: 'tampered',
    signature: ({ prehashed }) => withLine(prehashed, 1, (line) => withAlgorithm(line, 'Ed')),
  },
  {
    name: 'legacy said to be prehashed',
    verdict: 'tampered',
    signature: ({ legacy }) => withLine(legacy, 1, (line) => withAlgorithm(line, 'ED')),
  },
  {
    name: 'the trusted comment changed',
    verdict: 'tampered',
    reason: /trusted comment/,
    signature: ({ prehashed }) => withLine(prehashed, 2, (line) => line.replace('file:content', 'file:another')),
  },
  {
    name: 'the time in the trusted comment changed',
    verdict: 'tampered',
    signature: ({ prehashed }) => withLine(prehashed, 2, (line) => line.replace('1767225600', '1767225601')),
  },
  {
    name: 'the signature of another trusted comment',
    verdict: 'tampered',
    signature: ({ prehashed, commented }) => withLine(prehashed, 3, () => lineOf(commented, 3)),
  },
  {
    name: 'the comment of another file of the same key',
    verdict: 'tampered',
    signature: ({ prehashed, other }) =>
      withLine(
        withLine(prehashed, 2, () => lineOf(other, 2)),
        3,
        () => lineOf(other, 3),
      ),
  },
  {
    name: 'the untrusted comment changed',
    verdict: 'verified',
    reason: /^(?!.*harmless)/,
    signature: ({ prehashed }) => withLine(prehashed, 0, () => 'untrusted comment: this is harmless'),
    signedAt: MADE_AT,
  },
  {
    name: 'no untrusted comment',
    verdict: 'malformed',
    signature: ({ prehashed }) => withLine(prehashed, 0, () => 'comment: this is none'),
  },
  {
    name: 'CR LF at the ends of lines',
    verdict: 'verified',
    signature: ({ prehashed }) => prehashed.replaceAll('\n', '\r\n'),
    signedAt: MADE_AT,
  },
  {
    name: 'no line end at the end',
    verdict: 'verified',
    signature: ({ prehashed }) => prehashed.trimEnd(),
    signedAt: MADE_AT,
  },
  { name: 'an empty file for a signature', verdict: 'malformed', signature: () => '' },
  { name: 'garbage', verdict: 'malformed', signature: () => Buffer.alloc(256, 0xa5) },
  {
    name: 'cut after the signature',
    verdict: 'malformed',
    signature: ({ prehashed }) => prehashed.split('\n').slice(0, 2).join('\n'),
  },
  {
    name: 'a signature that is too short',
    verdict: 'malformed',
    signature: ({ prehashed }) =>
      withLine(prehashed, 1, (line) => Buffer.from(line, 'base64').subarray(0, 60).toString('base64')),
  },
  {
    name: 'an algorithm that is none',
    verdict: 'malformed',
    signature: ({ prehashed }) => withLine(prehashed, 1, (line) => line.replace(/^RU/, 'RV')),
  },
  {
    name: 'base64 with a blank in it',
    verdict: 'malformed',
    signature: ({ prehashed }) => withLine(prehashed, 1, (line) => `${line.slice(0, 20)} ${line.slice(20)}`),
  },
  {
    name: 'a trusted comment that is too long',
    verdict: 'malformed',
    signature: ({ prehashed }) => withLine(prehashed, 2, (line) => line + 'x'.repeat(LONG * 10)),
  },
  {
    name: 'lines after the fourth',
    verdict: 'malformed',
    signature: ({ prehashed }) => `${prehashed}anything\n`,
    difference: 'minisign reads four lines and no further; what follows is signed by nobody',
  },
];
