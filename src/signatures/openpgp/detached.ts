import type { ReadSignatures } from '../judgement.ts';
import type { Trust } from '../trust.ts';
import { looksArmoured, readArmour } from './armour.ts';
import { isBinary, readPackets } from './packets.ts';
import { judgeAll, prepareAll, readSignatureList } from './signature-list.ts';

/** Far more than the signatures of every key that ever signed one file. */
const MAX_SIGNATURE_FILE_BYTES = 1024 * 1024;

/** Reads a detached signature, armoured or binary; what it asks of the signed file is digests, whatever the file's size. */
export async function readOpenPgpSignatures(bytes: Uint8Array, trust: Trust): Promise<ReadSignatures> {
  const octets = signatureOctets(bytes);
  if (octets.kind === 'malformed') return octets;
  const read = readPackets(octets.bytes);
  if (read.kind === 'malformed') return read;
  const list = readSignatureList(read.packets);
  if (list.kind === 'malformed') return list;
  const prepared = await prepareAll(list.signatures, trust);
  return {
    kind: 'signatures',
    signatures: {
      scheme: 'openpgp',
      needs: { kind: 'digests', digests: prepared.flatMap((one) => (one.kind === 'asks' ? [one.request] : [])) },
      judge(answer, at) {
        if (answer.kind !== 'digests') throw new Error('OpenPGP signatures ask for digests');
        return judgeAll(prepared, answer.digests, { trust, at });
      },
    },
  };
}

type Octets =
  { readonly kind: 'bytes'; readonly bytes: Uint8Array } | { readonly kind: 'malformed'; readonly reason: string };

function signatureOctets(bytes: Uint8Array): Octets {
  if (bytes.length === 0) return malformed('the signature file is empty');
  if (bytes.length > MAX_SIGNATURE_FILE_BYTES) {
    return malformed(`the signature file is larger than ${String(MAX_SIGNATURE_FILE_BYTES)} bytes`);
  }
  if (isBinary(bytes)) return { kind: 'bytes', bytes };
  if (!looksArmoured(bytes)) return malformed('it is no OpenPGP signature');
  const armour = readArmour(bytes, { isAlone: true });
  if (armour.kind === 'malformed') return armour;
  const other = armour.labels.find((label) => label !== 'SIGNATURE');
  return other === undefined ? armour : malformed(`it holds a PGP ${other}, not a signature`);
}

function malformed(reason: string): Octets {
  return { kind: 'malformed', reason };
}
