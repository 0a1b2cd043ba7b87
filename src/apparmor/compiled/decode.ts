import type { ByteText } from '../../core/byte-text.ts';
import { MalformedPolicy } from './malformed.ts';
import type { CompiledPolicy, CompiledProfile, Malformed } from './profile.ts';
import { readProfile } from './read-profile.ts';
import { PolicyStream } from './stream.ts';

/** Compiled policies are some megabytes at most. */
export const POLICY_BYTES_MAX: number = 256 * 1024 * 1024;
const ABI_MASK = 0x3ff;
const ABI_MIN = 5;
const ABI_MAX = 9;
const FORCE_COMPLAIN = 0x800;
const ZSTD_MAGIC = 0xfd2fb528;
const MAGIC_BYTES = 4;

/** Reads what apparmor_parser(8) writes with `--stdout` or `--ofile`: one profile after another. Never throws. */
export function decodePolicy(bytes: Uint8Array): CompiledPolicy | Malformed {
  if (bytes.length > POLICY_BYTES_MAX) return { kind: 'malformed', reason: 'it is larger than any policy' };
  if (bytes.length === 0) return { kind: 'malformed', reason: 'it is empty' };
  if (isZstd(bytes)) return { kind: 'malformed', reason: 'it is compressed (zstd); decompress it first' };
  try {
    return { kind: 'policy', profiles: readProfiles(new PolicyStream(bytes)) };
  } catch (error) {
    if (error instanceof MalformedPolicy) return { kind: 'malformed', reason: error.message };
    throw error;
  }
}

function readProfiles(stream: PolicyStream): readonly CompiledProfile[] {
  const profiles: CompiledProfile[] = [];
  const names = new Set<string>();
  let version: number | undefined;
  let namespace: ByteText | undefined;
  while (!stream.isAtEnd) {
    version = stream.optionalU32('version') ?? version;
    const abi = (version ?? 0) & ABI_MASK;
    if (version === undefined || abi < ABI_MIN || abi > ABI_MAX)
      return stream.fail(`the policy has no format of version ${String(ABI_MIN)} to ${String(ABI_MAX)}`);
    namespace = stream.optionalString('namespace') ?? namespace;
    const isForcedToComplain = (version & FORCE_COMPLAIN) !== 0;
    const profile = readProfile(stream, { abi, isForcedToComplain, namespace });
    const name = `${profile.namespace ?? ''}\0${profile.name}`;
    if (names.has(name)) stream.fail('a profile stands there twice');
    names.add(name);
    profiles.push(profile);
  }
  return profiles;
}

function isZstd(bytes: Uint8Array): boolean {
  return bytes.length >= MAGIC_BYTES && new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true) === ZSTD_MAGIC;
}
