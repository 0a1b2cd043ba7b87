/**
 * A type of predicate is a URI that must never mean anything else (https://github.com/in-toto/attestation/blob/v1.1.0/spec/v1/field_types.md).
 * Freehold has no domain of its own, and `urn:freehold:` is nobody's to give; a UUID (RFC 9562) is unique without either, and
 * its fragment (RFC 8141 section 2.3.3) says to people what it is.
 */
export const PREDICATE_BASE = 'urn:uuid:5f3a090f-6443-4722-af71-df286ff68be6#freehold';

/** What a statement about a baseline of files says it is. */
export const BASELINE_PREDICATE_TYPE = `${PREDICATE_BASE}/baseline/v1`;
