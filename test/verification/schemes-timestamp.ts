/** A timestamp authority (RFC 3161, RFC 5652). */
import {
  Authority,
  ECDSA_SHA256,
  extension,
  nameOf,
  newPair,
  type Pair,
  serialOf,
  sha256,
  signed,
  type Validity,
} from './schemes-certificates.ts';
import { context, der, generalizedTime, integer, octets, oid, sequence, set } from './schemes-der.ts';

const SIGNED_DATA = '1.2.840.113549.1.7.2';
const TIMESTAMP_INFO = '1.2.840.113549.1.9.16.1.4';
const CONTENT_TYPE = '1.2.840.113549.1.9.3';
const MESSAGE_DIGEST = '1.2.840.113549.1.9.4';
const SHA256: Buffer = sequence(oid('2.16.840.1.101.3.4.2.1'));
const TIMESTAMPING = '1.3.6.1.5.5.7.3.8';
const SET_TAG = 0x31;

export class TimestampAuthority {
  readonly #authority: Authority;
  readonly #pair: Pair = newPair();
  readonly certificates: readonly Buffer[];

  constructor(name: string, validity: Validity) {
    this.#authority = new Authority(name, validity);
    const usage = extension('2.5.29.37', sequence(oid(TIMESTAMPING)), true);
    const own = this.#authority.certify({ name: `${name} signer`, pair: this.#pair, validity }, [usage]);
    this.certificates = [own, this.#authority.certificate];
  }

  /** A response that says when it saw these bytes. */
  stamp(content: Buffer, at: Date): Buffer {
    const imprint = sequence(SHA256, octets(sha256(content)));
    const info = sequence(integer(1), oid('1.3.6.1.4.1.57264.2'), imprint, integer(1), generalizedTime(at));
    const attributes = [
      sequence(oid(CONTENT_TYPE), set(oid(TIMESTAMP_INFO))),
      sequence(oid(MESSAGE_DIGEST), set(octets(sha256(info)))),
    ];
    const signature = signed(der(SET_TAG, ...attributes), this.#pair);
    const signer = sequence(
      integer(1),
      sequence(nameOf(this.#authority.name), integer(serialOf(this.#pair))),
      SHA256,
      context(0, ...attributes),
      ECDSA_SHA256,
      octets(signature),
    );
    const enclosed = sequence(oid(TIMESTAMP_INFO), context(0, octets(info)));
    const data = sequence(integer(3), set(SHA256), enclosed, set(signer));
    return sequence(sequence(integer(0)), sequence(oid(SIGNED_DATA), context(0, data)));
  }
}
