/** A whole Sigstore of one's own: an authority for identities, two logs and a timestamp authority, all made here. */
import {
  Authority,
  type Claims,
  identityExtensions,
  logIdOf,
  newPair,
  type Pair,
  sha256,
  signed,
  spkiOf,
} from './schemes-certificates.ts';
import { TimestampAuthority } from './schemes-timestamp.ts';

const DAY_MS = 86_400_000;
const LIFE_MS = 600_000;
const MS_PER_SECOND = 1000;
const HOST = 'rekor.example.org';
const KEY_HINT_BYTES = 4;
const LEAF = Buffer.from([0]);
const NODE = Buffer.from([1]);

export const SIGNED_AT: Date = new Date('2026-05-01T10:00:00Z');
export const IDENTITY = 'https://example.org/project/release.yml@refs/heads/main';
export const ISSUER = 'https://issuer.example.org';
const IN_TOTO = 'application/vnd.in-toto+json';

export interface Making extends Partial<Claims> {
  /** When the certificate was made; default: when it was signed. */
  readonly certifiedAt?: Date;
  /** What proves when it was signed; default: the log. */
  readonly clock?: 'log' | 'authority' | 'none';
  readonly isToldToLog?: boolean;
}

interface LogEntry {
  readonly logIndex: string;
  readonly logId: { readonly keyId: string };
  readonly kindVersion: { readonly kind: string; readonly version: string };
  readonly integratedTime: string;
  readonly inclusionPromise?: { readonly signedEntryTimestamp: string };
  readonly inclusionProof?: {
    readonly logIndex: string;
    readonly rootHash: string;
    readonly treeSize: string;
    readonly hashes: readonly string[];
    readonly checkpoint: { readonly envelope: string };
  };
  readonly canonicalizedBody: string;
}

export interface BundleJson {
  readonly mediaType: string;
  readonly verificationMaterial: {
    readonly certificate: { readonly rawBytes: string };
    readonly tlogEntries: readonly LogEntry[];
    readonly timestampVerificationData: { readonly rfc3161Timestamps: readonly { readonly signedTimestamp: string }[] };
  };
  readonly messageSignature?: {
    readonly messageDigest: { readonly algorithm: string; readonly digest: string };
    readonly signature: string;
  };
  readonly dsseEnvelope?: {
    readonly payload: string;
    readonly payloadType: string;
    readonly signatures: readonly { readonly sig: string; readonly keyid: string }[];
  };
}

/** What the log keeps of a signature. */
interface Told {
  readonly kind: 'hashedrekord' | 'dsse';
  readonly spec: object;
  readonly signature: Buffer;
  readonly certificate: Buffer;
}

export class PrivateSigstore {
  readonly #validity = { from: new Date(SIGNED_AT.getTime() - DAY_MS), to: new Date(SIGNED_AT.getTime() + DAY_MS) };
  readonly #authority = new Authority('Private Fulcio', this.#validity);
  readonly #certificateLog: Pair = newPair();
  readonly #log: Pair = newPair();
  readonly #timestamps = new TimestampAuthority('Private clock', this.#validity);

  /** A `trusted_root.json`. */
  get trustedRoot(): Buffer {
    const validFor = { start: this.#validity.from.toISOString() };
    const logOf = (pair: Pair, baseUrl: string): object => ({
      baseUrl,
      hashAlgorithm: 'SHA2_256',
      publicKey: { rawBytes: base64(spkiOf(pair)), keyDetails: 'PKIX_ECDSA_P256_SHA_256', validFor },
      logId: { keyId: base64(logIdOf(pair)) },
    });
    const chainOf = (certificates: readonly Buffer[]): object => ({
      certChain: { certificates: certificates.map((one) => ({ rawBytes: base64(one) })) },
      validFor,
    });
    const root = {
      mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
      tlogs: [logOf(this.#log, `https://${HOST}`)],
      certificateAuthorities: [chainOf([this.#authority.certificate])],
      ctlogs: [logOf(this.#certificateLog, 'https://ctfe.example.org')],
      timestampAuthorities: [chainOf(this.#timestamps.certificates)],
    };
    return Buffer.from(JSON.stringify(root));
  }

  sign(content: Buffer, making: Making = {}): BundleJson {
    const { pair, certificate } = this.#certified(making);
    const signature = signed(content, pair);
    const digest = sha256(content);
    const spec = {
      data: { hash: { algorithm: 'sha256', value: digest.toString('hex') } },
      signature: { content: base64(signature), publicKey: { content: pemOf(certificate) } },
    };
    return {
      ...this.#bundle({ kind: 'hashedrekord', spec, signature, certificate }, making),
      messageSignature: {
        messageDigest: { algorithm: 'SHA2_256', digest: base64(digest) },
        signature: base64(signature),
      },
    };
  }

  /** A statement in an envelope (DSSE). */
  attest(statement: object, making: Making & { readonly payloadType?: string } = {}): BundleJson {
    const { payloadType = IN_TOTO } = making;
    const { pair, certificate } = this.#certified(making);
    const payload = Buffer.from(JSON.stringify(statement));
    const head = `DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} `;
    const signature = signed(Buffer.concat([Buffer.from(head), payload]), pair);
    const spec = {
      payloadHash: { algorithm: 'sha256', value: sha256(payload).toString('hex') },
      signatures: [{ signature: base64(signature), verifier: pemOf(certificate) }],
    };
    return {
      ...this.#bundle({ kind: 'dsse', spec, signature, certificate }, making),
      dsseEnvelope: { payload: base64(payload), payloadType, signatures: [{ sig: base64(signature), keyid: '' }] },
    };
  }

  #certified(making: Making): { readonly pair: Pair; readonly certificate: Buffer } {
    const { identity = IDENTITY, issuer = ISSUER, certifiedAt = SIGNED_AT, isToldToLog = true } = making;
    const pair = newPair();
    const validity = { from: certifiedAt, to: new Date(certifiedAt.getTime() + LIFE_MS) };
    const extensions = identityExtensions({ ...making, identity, issuer });
    const log = isToldToLog ? this.#certificateLog : undefined;
    return { pair, certificate: this.#authority.certify({ name: '', pair, validity }, extensions, log) };
  }

  #bundle({ kind, spec, signature, certificate }: Told, { clock = 'log' }: Making): BundleJson {
    const body = Buffer.from(JSON.stringify({ apiVersion: '0.0.1', kind, spec }));
    const stamps =
      clock === 'authority' ? [{ signedTimestamp: base64(this.#timestamps.stamp(signature, SIGNED_AT)) }] : [];
    return {
      mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
      verificationMaterial: {
        certificate: { rawBytes: base64(certificate) },
        tlogEntries: [this.#entry(body, { kind, isPromised: clock === 'log' })],
        timestampVerificationData: { rfc3161Timestamps: stamps },
      },
    };
  }

  #entry(body: Buffer, { kind, isPromised }: { readonly kind: string; readonly isPromised: boolean }): LogEntry {
    const integratedTime = SIGNED_AT.getTime() / MS_PER_SECOND;
    const logId = logIdOf(this.#log);
    const promised = { body: base64(body), integratedTime, logID: logId.toString('hex'), logIndex: 1 };
    const promise = signed(Buffer.from(JSON.stringify(promised)), this.#log);
    return {
      logIndex: '1',
      logId: { keyId: base64(logId) },
      kindVersion: { kind, version: '0.0.1' },
      integratedTime: String(integratedTime),
      ...(isPromised && { inclusionPromise: { signedEntryTimestamp: base64(promise) } }),
      inclusionProof: this.#proof(body),
      canonicalizedBody: base64(body),
    };
  }

  /** The second of three entries (RFC 6962 section 2.1). */
  #proof(body: Buffer): NonNullable<LogEntry['inclusionProof']> {
    const [before, own, behind] = [Buffer.from('before'), body, Buffer.from('behind')].map((one) => sha256(LEAF, one));
    if (before === undefined || own === undefined || behind === undefined) throw new Error('three leaves');
    const root = sha256(NODE, sha256(NODE, before, own), behind);
    const note = `${HOST} - 1\n3\n${base64(root)}\n`;
    const hint = logIdOf(this.#log).subarray(0, KEY_HINT_BYTES);
    const signature = base64(Buffer.concat([hint, signed(Buffer.from(note), this.#log)]));
    return {
      logIndex: '1',
      rootHash: base64(root),
      treeSize: '3',
      hashes: [base64(before), base64(behind)],
      checkpoint: { envelope: `${note}\n\u2014 ${HOST} ${signature}\n` },
    };
  }
}

export function statementOf(content: Buffer): object {
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'content', digest: { sha256: sha256(content).toString('hex') } }],
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {},
  };
}

function pemOf(certificate: Buffer): string {
  return base64(Buffer.from(`-----BEGIN CERTIFICATE-----\n${base64(certificate)}\n-----END CERTIFICATE-----\n`));
}

export function base64(bytes: Buffer): string {
  return bytes.toString('base64');
}
