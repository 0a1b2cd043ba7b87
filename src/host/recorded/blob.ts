/** Bytes as JSON: as text where they are readable text, else as base64. */
export type Blob = { readonly text: string } | { readonly base64: string };

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Control characters other than tab and line ends: JSON would make six characters of each. */
const UNREADABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/;

export function toBlob(bytes: Uint8Array): Blob {
  const text = textOf(bytes);
  return text === undefined ? { base64: Buffer.from(bytes).toString('base64') } : { text };
}

export function fromBlob(blob: Blob): Uint8Array {
  return 'text' in blob ? Buffer.from(blob.text, 'utf8') : Buffer.from(blob.base64, 'base64');
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    const text = utf8.decode(bytes);
    return UNREADABLE.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}
