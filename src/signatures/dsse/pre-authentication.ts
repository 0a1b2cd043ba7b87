/** The bytes that a signature of an envelope covers: PAE(type, body) of https://github.com/secure-systems-lab/dsse/blob/v1.0.0/protocol.md */
export function preAuthenticationEncoding(payloadType: string, payload: Uint8Array): Uint8Array {
  const type = Buffer.from(payloadType, 'utf8');
  return Buffer.concat([
    Buffer.from(`DSSEv1 ${String(type.length)} `),
    type,
    Buffer.from(` ${String(payload.length)} `),
    payload,
  ]);
}
