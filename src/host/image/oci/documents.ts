import { readFile } from '../image-host.ts';
import { DOCUMENT_LIMIT_BYTES } from '../limits.ts';
import { damaged, refusal } from '../refusal.ts';
import type { ImageTree } from '../tree/tree.ts';
import type { Descriptor } from './descriptor.ts';
import { blobPath, Summed } from './digest.ts';
import { Fields, parseJson } from './fields.ts';

/** A JSON document of a layout; `undefined` when it isn't there. */
export async function readDocument(tree: ImageTree, path: string): Promise<unknown> {
  const bytes = await readBytes(tree, path);
  return bytes === undefined ? undefined : parseJson(bytes, path);
}

/** A document that a descriptor points to, if it is what the digest says. */
export async function readBlobDocument(tree: ImageTree, { digest, sizeBytes }: Descriptor): Promise<Fields> {
  const path = blobPath(digest);
  const bytes = await readBytes(tree, path);
  if (bytes === undefined) {
    throw refusal(
      'requirement',
      `the image is not complete: ${path} is missing`,
      'Save the image with all its parts: `skopeo copy` or `podman save` do that for one platform.',
    );
  }
  if (bytes.length !== sizeBytes) {
    throw damaged(`${path} has ${String(bytes.length)} bytes, and should have ${String(sizeBytes)}`);
  }
  const sum = new Summed(digest, path);
  sum.add(bytes);
  sum.check();
  return new Fields(parseJson(bytes, path), path);
}

export async function readBytes(tree: ImageTree, path: string): Promise<Uint8Array | undefined> {
  const result = await readFile(tree, path, { limitBytes: DOCUMENT_LIMIT_BYTES });
  if (result.kind === 'unreadable') throw damaged(`the image can't be read: ${result.message}`);
  return result.kind === 'missing' ? undefined : result.bytes;
}
