import type { Case } from './schemes-case.ts';
import { CONTENT, OTHER_CONTENT } from './schemes-minisign.ts';
import { ALICE, type Ssh } from './schemes-ssh.ts';
import { armoured, forge, forgeFido, unarmoured } from './schemes-ssh-forge.ts';

/** One thing that both are given: lines of allowed_signers, and a signature of the content. */
export interface Given {
  readonly allowed: string;
  readonly signature: string | Uint8Array;
}

export interface SshCase extends Case {
  readonly given: (made: Ssh) => Given;
  readonly content?: Buffer;
  readonly at?: string;
}

/** Alice’s own key, with these options. */
export function alice(made: Ssh, options = ''): string {
  return `${ALICE} ${options} ${made.key('alice')}`;
}

function authority(made: Ssh, principals = ALICE): string {
  return `${principals} cert-authority ${made.key('authority')}`;
}

function certifiedToken(made: Ssh): string {
  const token = forgeFido('ed25519');
  made.bench.write('token.pub', token.line);
  made.bench.make('ssh-keygen', ['-q', '-s', 'authority', '-I', 'id', '-n', ALICE, 'token.pub']);
  const [, certificate = ''] = made.bench.text('token-cert.pub').split(' ');
  return forge(CONTENT, { blob: Buffer.from(certificate, 'base64'), sign: token.sign });
}

export const CERTIFICATE_CASES: readonly SshCase[] = [
  {
    name: 'certified',
    verdict: 'verified',
    given: (made) => ({ allowed: authority(made), signature: made.signCertified({}) }),
  },
  {
    name: 'certified for several, by a pattern',
    verdict: 'verified',
    given: (made) => ({
      allowed: authority(made, '*@example.org'),
      signature: made.signCertified({ principals: `root,${ALICE}` }),
    }),
  },
  {
    name: 'certified by an RSA authority',
    verdict: 'verified',
    given: (made) => ({
      allowed: `${ALICE} cert-authority ${made.key('rsa-authority')}`,
      signature: made.signCertified({ authority: 'rsa-authority' }),
    }),
  },
  {
    name: 'certified by an RSA authority whose key is too short',
    verdict: 'untrusted',
    reason: /1024 bits/,
    difference: 'ssh-keygen takes RSA from 1024 bits on; the blueprint wants 2048 unless it says otherwise',
    given: (made) => ({
      allowed: `${ALICE} cert-authority ${made.key('short-rsa')}`,
      signature: made.signCertified({ authority: 'short-rsa' }),
    }),
  },
  {
    name: 'certified with SHA-1',
    verdict: 'untrusted',
    reason: /SHA-1/,
    difference: 'ssh-keygen verifies certificates by any method; sshd takes none with SHA-1 (CASignatureAlgorithms)',
    given: (made) => ({
      allowed: `${ALICE} cert-authority ${made.key('rsa-authority')}`,
      signature: made.signCertified({ authority: 'rsa-authority', rest: ['-t', 'ssh-rsa'] }),
    }),
  },
  {
    name: 'certified, a byte of the file changed',
    verdict: 'tampered',
    content: OTHER_CONTENT,
    given: (made) => ({ allowed: authority(made), signature: made.signCertified({}) }),
  },
  {
    name: 'certified, the certificate expired',
    verdict: 'untrusted',
    reason: /expired/,
    given: (made) => ({ allowed: authority(made), signature: made.signCertified({ validity: '20250101Z:20260601Z' }) }),
  },
  {
    name: 'certified, in the second that the certificate expires in',
    verdict: 'untrusted',
    at: '2026-06-01T00:00:00Z',
    given: (made) => ({ allowed: authority(made), signature: made.signCertified({ validity: '20250101Z:20260601Z' }) }),
  },
  {
    name: 'certified, the certificate not valid yet',
    verdict: 'untrusted',
    given: (made) => ({ allowed: authority(made), signature: made.signCertified({ validity: '20260701Z:20260801Z' }) }),
  },
  {
    name: 'certified for somebody else',
    verdict: 'untrusted',
    given: (made) => ({ allowed: authority(made), signature: made.signCertified({ principals: 'bob@example.org' }) }),
  },
  {
    name: 'certified for nobody',
    verdict: 'untrusted',
    given: (made) => ({ allowed: authority(made), signature: made.signCertified({ principals: '' }) }),
  },
  {
    name: 'certified as a host',
    verdict: 'untrusted',
    given: (made) => ({ allowed: authority(made), signature: made.signCertified({ rest: ['-h'] }) }),
  },
  {
    name: 'certified with a critical option',
    verdict: 'untrusted',
    reason: /force-command/,
    difference: 'ssh-keygen knows the options of logins and does not mind them; none of them allows to sign files',
    given: (made) => ({
      allowed: authority(made),
      signature: made.signCertified({ rest: ['-O', 'force-command=/bin/true'] }),
    }),
  },
  {
    name: 'certified by an authority that is not pinned',
    verdict: 'untrusted',
    given: (made) => ({
      allowed: authority(made),
      signature: made.signCertified({ authority: 'rsa-authority' }),
    }),
  },
  {
    name: 'a certificate that the authority did not make',
    verdict: 'tampered',
    reason: /did not sign the certificate/,
    given: (made) => {
      const blob = unarmoured(made.signCertified({ principals: 'alicf@example.org' }));
      blob.write(ALICE, blob.indexOf('alicf@example.org'));
      return { allowed: authority(made), signature: armoured(blob) };
    },
  },
  {
    name: 'certified, and only the bare key is pinned',
    verdict: 'untrusted',
    given: (made) => ({ allowed: alice(made), signature: made.signCertified({}) }),
  },
  {
    name: 'by the bare key of an authority',
    verdict: 'untrusted',
    given: (made) => ({ allowed: authority(made), signature: made.sign('authority') }),
  },
  {
    name: 'certified by a key that is pinned as no authority',
    verdict: 'untrusted',
    given: (made) => ({ allowed: `${ALICE} ${made.key('authority')}`, signature: made.signCertified({}) }),
  },
  {
    name: 'certified, by a token',
    verdict: 'verified',
    given: (made) => ({ allowed: authority(made), signature: certifiedToken(made) }),
  },
  {
    name: 'certified, by a token, a byte of the file changed',
    verdict: 'tampered',
    content: OTHER_CONTENT,
    given: (made) => ({ allowed: authority(made), signature: certifiedToken(made) }),
  },
];
