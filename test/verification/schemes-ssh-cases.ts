import { CONTENT, OTHER_CONTENT } from './schemes-minisign.ts';
import { alice, CERTIFICATE_CASES, type Given, type SshCase } from './schemes-ssh-certificate-cases.ts';
import { ALICE } from './schemes-ssh.ts';
import {
  armoured,
  forge,
  forgeEd25519,
  forgeFido,
  type ForgedKey,
  forgeRsa,
  unarmoured,
  type Wrapping,
} from './schemes-ssh-forge.ts';

const LONG = 300_000;

function forged(key: ForgedKey, wrapping?: Wrapping): Given {
  return { allowed: `${ALICE} ${key.line}`, signature: forge(CONTENT, key, wrapping) };
}

const BARE: readonly SshCase[] = [
  ...(['alice', 'p256', 'p384', 'p521', 'rsa'] as const).map((name): SshCase => ({
    name: `by the key ${name}`,
    verdict: 'verified',
    given: (made) => ({ allowed: `${ALICE} ${made.key(name)}`, signature: made.sign(name) }),
  })),
  ...(['alice', 'p256', 'p384', 'p521', 'rsa'] as const).map((name): SshCase => ({
    name: `by the key ${name}, a byte of the file changed`,
    verdict: 'tampered',
    content: OTHER_CONTENT,
    given: (made) => ({ allowed: `${ALICE} ${made.key(name)}`, signature: made.sign(name) }),
  })),
  {
    name: 'over a digest of SHA-256',
    verdict: 'verified',
    given: (made) => ({ allowed: alice(made), signature: made.sign('alice', { rest: ['-Ohashalg=sha256'] }) }),
  },
  {
    name: 'by a key that is not pinned',
    verdict: 'untrusted',
    given: (made) => ({ allowed: alice(made), signature: made.sign('bob') }),
  },
  {
    name: 'a pinned key put in the place of the one that signed',
    verdict: 'tampered',
    given: (made) => {
      const blob = unarmoured(made.sign('bob'));
      const [mine = '', theirs = ''] = [made.key('bob'), made.key('alice')].map((key) => key.split(' ')[1]);
      const at = blob.indexOf(Buffer.from(mine, 'base64'));
      Buffer.from(theirs, 'base64').copy(blob, at);
      return { allowed: alice(made), signature: armoured(blob) };
    },
  },
  {
    name: 'an RSA key that is too short',
    verdict: 'untrusted',
    reason: /1024 bits/,
    difference: 'ssh-keygen takes RSA from 1024 bits on; the blueprint wants 2048 unless it says otherwise',
    given: (made) => ({ allowed: `${ALICE} ${made.key('short-rsa')}`, signature: made.sign('short-rsa') }),
  },
  {
    name: 'RSA with SHA-1',
    verdict: 'untrusted',
    reason: /SHA-1/,
    given: () => forged(forgeRsa(2048, { method: 'ssh-rsa', hash: 'sha1' })),
  },
  {
    name: 'RSA with SHA-256',
    verdict: 'verified',
    given: () => forged(forgeRsa(2048, { method: 'rsa-sha2-256', hash: 'sha256' })),
  },
  {
    name: 'RSA with SHA-256 said to be with SHA-512',
    verdict: 'tampered',
    given: () => forged(forgeRsa(2048, { method: 'rsa-sha2-512', hash: 'sha256' })),
  },
  {
    name: 'RSA by a method that is none',
    verdict: 'untrusted',
    given: () => forged(forgeRsa(2048, { method: 'rsa-sha2-384', hash: 'sha384' })),
  },
];

const FIDO: readonly SshCase[] = [
  { name: 'by a token, Ed25519', verdict: 'verified', given: () => forged(forgeFido('ed25519')) },
  { name: 'by a token, ECDSA', verdict: 'verified', given: () => forged(forgeFido('ecdsa')) },
  {
    name: 'by a token, a byte of the file changed',
    verdict: 'tampered',
    content: OTHER_CONTENT,
    given: () => forged(forgeFido('ed25519')),
  },
  {
    name: 'by a token, with bytes after the end',
    verdict: 'tampered',
    given: () => forged(forgeFido('ed25519', { rest: 'more' })),
  },
  {
    name: 'by a token, with numbers that are negative',
    verdict: 'tampered',
    given: () => forged(forgeFido('ecdsa', { isPadded: false })),
  },
  {
    name: 'by a token that nobody touched',
    verdict: 'untrusted',
    reason: /touched/,
    difference: 'ssh-keygen leaves the flags to its caller; sshd refuses such a signature too',
    given: () => forged(forgeFido('ed25519', { flags: 0 })),
  },
  {
    name: 'by a token, for a web site',
    verdict: 'untrusted',
    difference:
      'ssh-keygen does not look at it here; it makes no key for an application that does not begin with “ssh:”',
    given: () => forged(forgeFido('ecdsa', { application: 'example.org' })),
  },
];

const NAMESPACES: readonly SshCase[] = [
  {
    name: 'in another namespace',
    verdict: 'untrusted',
    reason: /namespace git/,
    given: (made) => ({ allowed: alice(made), signature: made.sign('alice', { namespace: 'git' }) }),
  },
  {
    name: 'in a namespace of the list',
    verdict: 'verified',
    given: (made) => ({ allowed: alice(made, 'namespaces="git,file"'), signature: made.sign('alice') }),
  },
  {
    name: 'in a namespace that is not in the list',
    verdict: 'untrusted',
    given: (made) => ({ allowed: alice(made, 'namespaces="git,mail"'), signature: made.sign('alice') }),
  },
  {
    name: 'in a namespace that a pattern means',
    verdict: 'verified',
    given: (made) => ({ allowed: alice(made, 'namespaces="fi?e*"'), signature: made.sign('alice') }),
  },
  {
    name: 'in a namespace that a pattern takes out',
    verdict: 'untrusted',
    given: (made) => ({ allowed: alice(made, 'namespaces="*,!file"'), signature: made.sign('alice') }),
  },
  {
    name: 'without a namespace',
    verdict: 'malformed',
    given: () => forged(forgeEd25519(), { namespace: '' }),
  },
];

const TIMES: readonly SshCase[] = [
  {
    name: 'within its time',
    verdict: 'verified',
    given: (made) => ({
      allowed: alice(made, 'valid-after="20260101Z",valid-before="202612312359Z"'),
      signature: made.sign('alice'),
    }),
  },
  {
    name: 'in the last second of its time',
    verdict: 'verified',
    at: '2026-06-01T12:00:00Z',
    given: (made) => ({ allowed: alice(made, 'valid-before="20260601120000Z"'), signature: made.sign('alice') }),
  },
  {
    name: 'a second after its time',
    verdict: 'untrusted',
    at: '2026-06-01T12:00:01Z',
    given: (made) => ({ allowed: alice(made, 'valid-before="20260601120000Z"'), signature: made.sign('alice') }),
  },
  {
    name: 'in the first second of its time',
    verdict: 'verified',
    at: '2026-06-01T12:00:00Z',
    given: (made) => ({ allowed: alice(made, 'valid-after="20260601120000Z"'), signature: made.sign('alice') }),
  },
  {
    name: 'a second before its time',
    verdict: 'untrusted',
    at: '2026-06-01T11:59:59Z',
    given: (made) => ({ allowed: alice(made, 'valid-after="20260601120000Z"'), signature: made.sign('alice') }),
  },
  {
    name: 'before its time by the local clock, after it by UTC',
    verdict: 'untrusted',
    at: '2026-06-01T12:00:00Z',
    given: (made) => ({ allowed: alice(made, 'valid-after="202606010900"'), signature: made.sign('alice') }),
  },
  {
    name: 'within its time by the local clock, after it by UTC',
    verdict: 'verified',
    at: '2026-06-01T12:00:00Z',
    given: (made) => ({ allowed: alice(made, 'valid-before="202606010900"'), signature: made.sign('alice') }),
  },
];

const FILES: readonly SshCase[] = [
  {
    name: 'CR LF at the ends of lines',
    verdict: 'verified',
    difference: 'ssh-keygen wants a line feed after the first line; line ends are not part of what is signed',
    given: (made) => ({ allowed: alice(made), signature: made.sign('alice').replaceAll('\n', '\r\n') }),
  },
  {
    name: 'text after the signature',
    verdict: 'malformed',
    reason: /does not end with/,
    difference: 'ssh-keygen reads to the last line of the signature and no further',
    given: (made) => ({ allowed: alice(made), signature: `${made.sign('alice')}anything\n` }),
  },
  {
    name: 'text before the signature',
    verdict: 'malformed',
    given: (made) => ({ allowed: alice(made), signature: `anything\n${made.sign('alice')}` }),
  },
  {
    name: 'an empty file for a signature',
    verdict: 'malformed',
    given: (made) => ({ allowed: alice(made), signature: '' }),
  },
  {
    name: 'garbage',
    verdict: 'malformed',
    given: (made) => ({ allowed: alice(made), signature: Buffer.alloc(LONG / 100, 0xa5) }),
  },
  {
    name: 'garbage in armour',
    verdict: 'malformed',
    given: (made) => ({ allowed: alice(made), signature: armoured(Buffer.alloc(64, 0xa5)) }),
  },
  {
    name: 'a line without end',
    verdict: 'malformed',
    reason: /at most/,
    given: (made) => ({
      allowed: alice(made),
      signature: `-----BEGIN SSH SIGNATURE-----\n${'A'.repeat(LONG)}\n-----END SSH SIGNATURE-----\n`,
    }),
  },
  {
    name: 'cut short',
    verdict: 'malformed',
    given: (made) => ({ allowed: alice(made), signature: armoured(unarmoured(made.sign('alice')).subarray(0, -8)) }),
  },
  { name: 'of a version to come', verdict: 'malformed', given: () => forged(forgeEd25519(), { version: 2 }) },
  {
    name: 'bytes after the end',
    verdict: 'malformed',
    given: () => forged(forgeEd25519(), { rest: Buffer.from('more') }),
  },
  {
    name: 'with something reserved in what is signed',
    verdict: 'tampered',
    given: () => forged(forgeEd25519(), { reserved: 'later' }),
  },
  { name: 'over a digest of SHA-1', verdict: 'untrusted', given: () => forged(forgeEd25519(), { hash: 'sha1' }) },
  { name: 'over a digest of SHA-384', verdict: 'untrusted', given: () => forged(forgeEd25519(), { hash: 'sha384' }) },
  {
    name: 'a key that is on no curve',
    verdict: 'malformed',
    given: (made) => {
      const blob = unarmoured(made.sign('p256'));
      const at = blob.lastIndexOf('nistp256', blob.indexOf('file')) + 20;
      blob[at] = (blob[at] ?? 0) ^ 1;
      return { allowed: `${ALICE} ${made.key('p256')}`, signature: armoured(blob) };
    },
  },
];

const LINES: readonly SshCase[] = [
  {
    name: 'principals in quotes, and comments between lines',
    verdict: 'verified',
    given: (made) => ({
      allowed: `# who may sign\n\n"bob@example.org,${ALICE}" ${made.key('alice')} a comment\n`,
      signature: made.sign('alice'),
    }),
  },
  {
    name: 'the second line of two for one key',
    verdict: 'verified',
    given: (made) => ({
      allowed: `${alice(made, 'namespaces="git"')}\n${alice(made, 'valid-after="20260101Z"')}\n`,
      signature: made.sign('alice'),
    }),
  },
  {
    name: 'options in capitals',
    verdict: 'verified',
    given: (made) => ({ allowed: alice(made, 'NAMESPACES="file"'), signature: made.sign('alice') }),
  },
  {
    name: 'a line with a day that no calendar has',
    verdict: 'untrusted',
    difference: 'ssh-keygen reads 30 February as 2 March; who wrote it meant something else',
    given: (made) => ({ allowed: alice(made, 'valid-after="20260230Z"'), signature: made.sign('alice') }),
  },
  ...[
    'no-such-option',
    'namespaces=file',
    'valid-after="2026-01-01"',
    'valid-after="20260601Z",valid-before="20260101Z"',
    'namespaces="file",namespaces="file"',
    'namespaces="file",',
  ].map((options): SshCase => ({
    name: `a line with ${options}`,
    verdict: 'untrusted',
    given: (made) => ({ allowed: alice(made, options), signature: made.sign('alice') }),
  })),
];

export const SSH_CASES: readonly SshCase[] = [
  ...BARE,
  ...FIDO,
  ...NAMESPACES,
  ...TIMES,
  ...CERTIFICATE_CASES,
  ...FILES,
  ...LINES,
];
