/** A real GnuPG with a home of its own, for one test file: nothing of this machine's keys, and an agent that ends with it. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Why keys can't be made here, or `false`. */
export function whyNoGpg(): string | false {
  return isMissing('gpg') || isMissing('gpgconf') ? 'LEFT OUT: no gpg; install gnupg' : false;
}

/** Programs that judge the same files, and are not here. */
export function missingJudges(): readonly string[] {
  return ['gpgv', 'sqv'].filter(isMissing);
}

function isMissing(program: string): boolean {
  return spawnSync(program, ['--version']).error !== undefined;
}

export interface KeyOptions {
  readonly algorithm?: string;
  readonly usage?: string;
  /** As gpg(1) takes it: `1y`, `never`. */
  readonly expires?: string;
  /** When it is made, for `--faked-system-time`: `20240101T000000`. */
  readonly at?: string;
  readonly args?: readonly string[];
}

export interface SignOptions {
  readonly at?: string;
  readonly args?: readonly string[];
}

export class GpgHome {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'freehold-gpg-'));

  /** Runs gpg and gives its standard output; throws where it fails. */
  run(args: readonly string[], input: string | Uint8Array = ''): Uint8Array {
    const { status, stdout, stderr } = spawnSync('gpg', [...this.#common(), ...args], { input });
    if (status !== 0) throw new Error(`gpg ${args.join(' ')}: ${stderr.toString()}`);
    return new Uint8Array(stdout);
  }

  /** The fingerprint of a new key. */
  key(name: string, options: KeyOptions = {}): string {
    const { algorithm = 'ed25519', usage = 'cert,sign', expires = 'never', at, args = [] } = options;
    const user = `${name} <${name}@example.org>`;
    this.run([...faked(at), ...args, '--quick-generate-key', user, algorithm, usage, expires]);
    return this.fingerprints(user).primary;
  }

  /** The fingerprint of a new subkey. */
  subkey(fingerprint: string, options: KeyOptions = {}): string {
    const { algorithm = 'ed25519', usage = 'sign', expires = 'never', at, args = [] } = options;
    this.run([...faked(at), ...args, '--quick-add-key', fingerprint, algorithm, usage, expires]);
    return this.fingerprints(fingerprint).subkeys.at(-1) ?? '';
  }

  fingerprints(key: string): { readonly primary: string; readonly subkeys: readonly string[] } {
    const listing = Buffer.from(this.run(['--with-colons', '--list-keys', key])).toString();
    const [primary = '', ...subkeys] = [...listing.matchAll(/^fpr:+([0-9A-F]+):/gm)].map((found) => found[1] ?? '');
    return { primary, subkeys };
  }

  keyring(...keys: readonly string[]): Uint8Array {
    return this.run(['--export', ...keys]);
  }

  armouredKeyring(...keys: readonly string[]): Uint8Array {
    return this.run(['--armor', '--export', ...keys]);
  }

  /** A detached signature, binary. */
  sign(key: string, data: Uint8Array, options: SignOptions = {}): Uint8Array {
    return this.#sign(['--detach-sign'], { key, data, options });
  }

  clearSign(key: string, data: Uint8Array, options: SignOptions = {}): Uint8Array {
    return this.#sign(['--clear-sign'], { key, data, options });
  }

  inlineSign(key: string, data: Uint8Array, options: SignOptions = {}): Uint8Array {
    return this.#sign(['--sign'], { key, data, options });
  }

  /** Revokes a whole key. `reason`: 0 none, 1 compromised, 2 superseded, 3 no longer used, as gpg asks for it. */
  revoke(key: string, reason: number, options: SignOptions = {}): void {
    const { at, args = [] } = options;
    const answers = `y\n${String(reason)}\n\ny\n`;
    const certificate = this.#ask(['--command-fd', '0', ...faked(at), ...args, '--gen-revoke', key], answers);
    this.run(['--import'], certificate);
  }

  /** Revokes the first subkey of a key. */
  revokeSubkey(key: string, reason: number, at?: string): void {
    const answers = `key 1\nrevkey\ny\n${String(reason)}\n\ny\nsave\n`;
    this.#ask(['--command-fd', '0', ...faked(at), '--edit-key', key], answers);
  }

  close(): void {
    spawnSync('gpgconf', ['--homedir', this.folder, '--kill', 'all']);
    rmSync(this.folder, { recursive: true, force: true });
  }

  #sign(
    how: readonly string[],
    { key, data, options }: { readonly key: string; readonly data: Uint8Array; readonly options: SignOptions },
  ): Uint8Array {
    const { at, args = [] } = options;
    return this.run([...faked(at), '--local-user', key, ...args, '--output', '-', ...how], data);
  }

  #ask(args: readonly string[], answers: string): Uint8Array {
    const common = this.#common().filter((one) => one !== '--batch' && one !== '--yes');
    const { status, stdout, stderr } = spawnSync('gpg', [...common, ...args], { input: answers });
    if (status !== 0) throw new Error(`gpg ${args.join(' ')}: ${stderr.toString()}`);
    return new Uint8Array(stdout);
  }

  #common(): readonly string[] {
    const quiet = [
      '--batch',
      '--yes',
      '--no-tty',
      '--quiet',
      '--no-options',
      '--pinentry-mode',
      'loopback',
      '--passphrase',
      '',
    ];
    return ['--homedir', this.folder, ...quiet];
  }
}

function faked(at: string | undefined): readonly string[] {
  return at === undefined ? [] : ['--faked-system-time', `${at}!`];
}

export interface Judged {
  readonly gpgv: boolean;
  /** `undefined`: it can't be asked, as it judges detached signatures only. */
  readonly sqv: boolean | undefined;
}

/** What gpgv and sqv say, in a folder of their own. */
export function askJudges(files: {
  readonly keyring: Uint8Array;
  readonly signature: Uint8Array;
  readonly data: Uint8Array | undefined;
}): Judged {
  const folder = mkdtempSync(join(tmpdir(), 'freehold-judges-'));
  try {
    const [keyring, signature, data] = ['keyring.gpg', 'signature', 'data'].map((name) => join(folder, name));
    if (keyring === undefined || signature === undefined || data === undefined) throw new Error('no paths');
    writeFileSync(keyring, files.keyring);
    writeFileSync(signature, files.signature);
    if (files.data === undefined)
      return { gpgv: accepts('gpgv', ['--homedir', folder, '--keyring', keyring, signature]), sqv: undefined };
    writeFileSync(data, files.data);
    return {
      gpgv: accepts('gpgv', ['--homedir', folder, '--keyring', keyring, signature, data]),
      sqv: accepts('sqv', ['--keyring', keyring, signature, data]),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function accepts(program: string, args: readonly string[]): boolean {
  return spawnSync(program, args).status === 0;
}

export function readBytes(path: string): Uint8Array {
  return new Uint8Array(readFileSync(path));
}
