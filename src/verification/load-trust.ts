import { Buffer } from 'node:buffer';
import { isAbsolute, join } from 'node:path';
import type { Trust, TrustPolicy } from '../signatures/trust.ts';
import type { DigestReader } from './digests.ts';
import { readWhole } from './whole-file.ts';

const BYTES_PER_MIB = 1024 * 1024;
/** Debian's whole keyring of developers has 30 MB. */
const KEY_FILE_LIMIT_BYTES = 64 * BYTES_PER_MIB;

type Loaded = { readonly bytes: Uint8Array } | { readonly problem: string };

/** Reads the key files that a policy names; what can't be read is told, and its pin counts for nothing. */
export async function loadTrust(policy: TrustPolicy, folder: string, reader: DigestReader): Promise<Trust> {
  const files = new Map<string, Promise<Loaded>>();
  const load = (name: string): Promise<Loaded> => {
    const path = isAbsolute(name) ? name : join(folder, name);
    const loaded = files.get(path) ?? loadFile(path, reader);
    files.set(path, loaded);
    return loaded;
  };
  const keys = await Promise.all(
    policy.openpgp.map(({ keyring, key }): Promise<Loaded | undefined> => {
      if (key !== undefined) return Promise.resolve({ bytes: new Uint8Array(Buffer.from(key)) });
      return keyring === undefined ? Promise.resolve(undefined) : load(keyring);
    }),
  );
  const roots = await Promise.all(policy.sigstore.map(({ trustRoot }) => load(trustRoot)));
  const problems = [...keys, ...roots].flatMap((one) => (one !== undefined && 'problem' in one ? [one.problem] : []));
  const bytesOf = (one: Loaded | undefined): Uint8Array | undefined =>
    one !== undefined && 'bytes' in one ? one.bytes : undefined;
  return {
    policy,
    openpgpKeys: keys.map(bytesOf),
    sigstoreRoots: roots.map(bytesOf),
    problems: [...new Set(problems)].sort(),
  };
}

async function loadFile(path: string, reader: DigestReader): Promise<Loaded> {
  const file = await readWhole(path, reader, KEY_FILE_LIMIT_BYTES);
  if (file.kind === 'bytes') return { bytes: file.bytes };
  return {
    problem: `The key file ${path} can't be read: ${file.kind === 'missing' ? 'there is no such file' : file.reason}`,
  };
}
