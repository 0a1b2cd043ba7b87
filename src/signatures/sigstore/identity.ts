import { Buffer } from 'node:buffer';
import type { Signer } from '@sigstore/verify';

const SUBJECT_ALTERNATIVE_NAME = '2.5.29.17';
const EXTENDED_KEY_USAGE = '2.5.29.37';
/** https://github.com/sigstore/fulcio/blob/main/docs/oid-info.md: the issuer as it was first, and as UTF8String. */
const ISSUER_V1 = '1.3.6.1.4.1.57264.1.1';
const ISSUER_V2 = '1.3.6.1.4.1.57264.1.8';
/** id-kp-codeSigning (RFC 5280 section 4.2.1.12), as DER. */
const CODE_SIGNING = Buffer.from('06082b06010505070303', 'hex');

/** Who a certificate is for, and who vouched for that. */
export interface Identity {
  readonly identity: string;
  readonly issuer: string;
}

/**
 * The one identity of a certificate that is for signing code, or why there is none. The library takes the first of several names
 * and drops the highest bit of every byte, so what it says must be exactly how the extension ends.
 */
export function identityOf(signer: Signer): Identity | string {
  const { subjectAlternativeName, extensions, oids = [] } = signer.identity ?? {};
  const values = new Map(oids.map(({ oid, value }) => [oid?.id.join('.'), value]));
  const issuer = extensions?.issuer;
  if (subjectAlternativeName === undefined || subjectAlternativeName === '' || issuer === undefined || issuer === '')
    return 'its certificate says of nobody who it is for';
  if (!endsWith(values.get(SUBJECT_ALTERNATIVE_NAME), subjectAlternativeName))
    return 'its certificate is not for one identity alone';
  if (!endsWith(values.get(ISSUER_V2) ?? values.get(ISSUER_V1), issuer))
    return 'its certificate names its issuer in a way that can be misread';
  if (values.get(EXTENDED_KEY_USAGE)?.includes(CODE_SIGNING) !== true) return 'its certificate is not for signing code';
  return { identity: subjectAlternativeName, issuer };
}

function endsWith(value: Buffer | undefined, text: string): boolean {
  const bytes = Buffer.from(text);
  return value?.subarray(-bytes.length).equals(bytes) === true;
}
