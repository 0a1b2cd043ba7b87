import { type OpenPgpKey, readKeyPacket } from './key-packet.ts';
import { toHex } from './octets.ts';
import { isIgnored, PACKET, type Packet } from './packets.ts';
import { type OpenPgpSignature, readSignaturePacket } from './signature-packet.ts';

/** A primary key with what follows it in a file (RFC 9580 section 10.1); nothing of it is verified. */
export interface Certificate {
  readonly primary: OpenPgpKey;
  /** Direct-key signatures and revocations. */
  readonly direct: readonly OpenPgpSignature[];
  readonly users: readonly User[];
  readonly subkeys: readonly Subkey[];
}

export interface User {
  readonly packet: Packet;
  readonly signatures: readonly OpenPgpSignature[];
}

export interface Subkey {
  readonly key: OpenPgpKey;
  readonly signatures: readonly OpenPgpSignature[];
}

interface Draft {
  readonly primary: OpenPgpKey;
  readonly direct: OpenPgpSignature[];
  readonly users: { readonly packet: Packet; readonly signatures: OpenPgpSignature[] }[];
  readonly subkeys: { readonly key: OpenPgpKey; readonly signatures: OpenPgpSignature[] }[];
}

/** Every certificate of a file. A key that can't be read takes with it what stands under it; so does a signature, alone. */
export async function readCertificates(packets: readonly Packet[]): Promise<readonly Certificate[]> {
  const drafts: Draft[] = [];
  let draft: Draft | undefined;
  // Where signatures belong: `undefined` where what they are about could not be read.
  let signatures: OpenPgpSignature[] | undefined;
  for (const packet of packets) {
    switch (packet.type) {
      case PACKET.publicKey: {
        const primary = await readKeyPacket(packet.body);
        draft = primary === undefined ? undefined : { primary, direct: [], users: [], subkeys: [] };
        if (draft !== undefined) drafts.push(draft);
        signatures = draft?.direct;
        break;
      }
      case PACKET.publicSubkey: {
        const key = await readKeyPacket(packet.body);
        signatures = key === undefined ? undefined : [];
        if (key !== undefined && signatures !== undefined) draft?.subkeys.push({ key, signatures });
        break;
      }
      case PACKET.userId:
      case PACKET.userAttribute:
        signatures = [];
        draft?.users.push({ packet, signatures });
        break;
      case PACKET.signature: {
        const read = readSignaturePacket(packet.body);
        if (read.kind === 'signature') signatures?.push(read.signature);
        break;
      }
      default:
        if (!isIgnored(packet)) signatures = undefined;
    }
  }
  return merged(drafts);
}

/** A file may hold one key several times, each time with other signatures: what is said anywhere counts. */
function merged(drafts: readonly Draft[]): readonly Certificate[] {
  return gathered(
    drafts,
    ({ primary }) => primary.fingerprint,
    (known, { direct, users, subkeys }) => {
      addAll(known.direct, direct);
      addAll(known.users, users);
      addAll(known.subkeys, subkeys);
    },
  ).map(({ primary, direct, users, subkeys }) => ({
    primary,
    direct,
    users: gathered(users, ({ packet }) => `${String(packet.type)} ${toHex(packet.body)}`, addSignatures),
    subkeys: gathered(subkeys, ({ key }) => key.fingerprint, addSignatures),
  }));
}

function addSignatures(
  known: { readonly signatures: OpenPgpSignature[] },
  other: { readonly signatures: readonly OpenPgpSignature[] },
): void {
  addAll(known.signatures, other.signatures);
}

/** `push` takes what is added as arguments, and a keyring can hold more than a function can have. */
function addAll<One>(known: One[], others: readonly One[]): void {
  for (const one of others) known.push(one);
}

/** One of each name, which the others of that name were added to. */
function gathered<One>(
  all: readonly One[],
  nameOf: (one: One) => string,
  add: (known: One, other: One) => void,
): readonly One[] {
  const byName = new Map<string, One>();
  for (const one of all) {
    const name = nameOf(one);
    const known = byName.get(name);
    if (known === undefined) byName.set(name, one);
    else add(known, one);
  }
  return [...byName.values()];
}
