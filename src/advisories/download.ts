import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** The archive of all ecosystems has some 500 MB. */
const DOWNLOAD_LIMIT_BYTES = 4 * 1024 * 1024 * 1024;
const CONNECT_TIMEOUT_MS = 30_000;
/** A mirror that sends nothing for so long sends nothing any more. */
const SILENCE_LIMIT_MS = 60_000;

export type Download =
  | { readonly kind: 'downloaded'; readonly validator: string | undefined }
  /** It is what it was when the validator came with it. */
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'failed'; readonly reason: string };

export interface DownloadOptions {
  readonly url: URL;
  /** Where to. */
  readonly path: string;
  /** What came with it last time. */
  readonly validator: string | undefined;
}

/** Fetches a file over HTTP, unless it is what it was (RFC 9110, section 13.1: ETag, else Last-Modified). */
export async function download({ url, path, validator }: DownloadOptions): Promise<Download> {
  const abort = new AbortController();
  let timer = setTimeout(() => abort.abort(new Error('it does not answer')), CONNECT_TIMEOUT_MS);
  const isAlive = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => abort.abort(new Error('it fell silent')), SILENCE_LIMIT_MS);
  };
  try {
    const response = await fetch(url, { headers: conditions(validator), signal: abort.signal });
    if (response.status === 304) return { kind: 'unchanged' };
    if (!response.ok || response.body === null) {
      return { kind: 'failed', reason: `it answers ${String(response.status)} ${response.statusText}`.trim() };
    }
    let sizeBytes = 0;
    await pipeline(
      Readable.fromWeb(response.body),
      async function* (chunks: AsyncIterable<Uint8Array>) {
        for await (const chunk of chunks) {
          isAlive();
          sizeBytes += chunk.length;
          if (sizeBytes > DOWNLOAD_LIMIT_BYTES)
            throw new Error(`it has more than ${String(DOWNLOAD_LIMIT_BYTES)} bytes`);
          yield chunk;
        }
      },
      createWriteStream(path),
    );
    return { kind: 'downloaded', validator: validatorOf(response.headers) };
  } catch (error) {
    return { kind: 'failed', reason: reasonOf(error) };
  } finally {
    clearTimeout(timer);
  }
}

function conditions(validator: string | undefined): Record<string, string> {
  if (validator === undefined) return {};
  return /^(?:W\/)?"/.test(validator) ? { 'If-None-Match': validator } : { 'If-Modified-Since': validator };
}

function validatorOf(headers: Headers): string | undefined {
  return headers.get('etag') ?? headers.get('last-modified') ?? undefined;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // fetch() says "fetch failed" and keeps why for itself.
  return error.cause instanceof Error ? error.cause.message : error.message;
}
