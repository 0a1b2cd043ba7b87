import { CONTENT } from './schemes-minisign.ts';
import { Bench } from './schemes-tools.ts';

export const ALICE = 'alice@example.org';

const KEYS = {
  alice: ['-t', 'ed25519'],
  bob: ['-t', 'ed25519'],
  authority: ['-t', 'ed25519'],
  'rsa-authority': ['-t', 'rsa', '-b', '2048'],
  p256: ['-t', 'ecdsa', '-b', '256'],
  p384: ['-t', 'ecdsa', '-b', '384'],
  p521: ['-t', 'ecdsa', '-b', '521'],
  rsa: ['-t', 'rsa', '-b', '2048'],
  'short-rsa': ['-t', 'rsa', '-b', '1024'],
} as const;

type KeyName = keyof typeof KEYS;

export interface Certifying {
  readonly principals?: string;
  /** ssh-keygen(1) -V. */
  readonly validity?: string;
  readonly authority?: KeyName;
  readonly rest?: readonly string[];
}

/** Keys, certificates and signatures by the real ssh-keygen. */
export class Ssh {
  readonly bench: Bench = new Bench();

  constructor() {
    for (const [name, argv] of Object.entries(KEYS))
      this.bench.make('ssh-keygen', ['-q', '-N', '', '-C', name, '-f', name, ...argv]);
  }

  /** Type and base64. */
  key(name: KeyName): string {
    return this.bench.text(`${name}.pub`).split(' ').slice(0, 2).join(' ');
  }

  sign(
    name: string,
    { namespace = 'file', rest = [] }: { readonly namespace?: string; readonly rest?: readonly string[] } = {},
  ): string {
    return this.bench.output('ssh-keygen', ['-q', '-Y', 'sign', '-f', name, '-n', namespace, ...rest], CONTENT);
  }

  /** A signature of Alice's key with a certificate. */
  signCertified({
    principals = ALICE,
    validity = '20260101Z:20270101Z',
    authority = 'authority',
    rest = [],
  }: Certifying): string {
    const names = principals === '' ? [] : ['-n', principals];
    this.bench.make('ssh-keygen', ['-q', '-s', authority, '-I', 'id', '-V', validity, ...names, ...rest, 'alice.pub']);
    return this.sign('alice-cert.pub');
  }
}
