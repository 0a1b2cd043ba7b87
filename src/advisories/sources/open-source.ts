import { createReadStream, statSync } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { pipeline } from 'node:stream';
import { vexFormatOf } from '../../controls/dependencies/vex/document.ts';
import { documentEntry, kindOfEntries } from './document.ts';
import type { SourceEntry } from './entry.ts';
import { folderEntries } from './folder.ts';
import { lineEntries, linesOf } from './lines.ts';
import { zipEntries } from './zip.ts';

/** What lies in a source: records of OSV, VEX documents, or one of the two lists that tell which vulnerabilities matter most. */
export type OpenSource =
  | { readonly kind: 'osv' | 'vex'; readonly entries: AsyncIterable<SourceEntry> }
  /** CISA's catalogue of known exploited vulnerabilities, one JSON file. */
  | { readonly kind: 'kev'; readonly lines: AsyncIterable<string | undefined> }
  /** FIRST's exploit prediction scores, one CSV file. */
  | { readonly kind: 'epss'; readonly lines: AsyncIterable<string | undefined> };

const PEEK_BYTES = 4096;
const GZIP = '\u001f\u008b';
const ZIP = 'PK\u0003\u0004';
/** What the two formats of VEX have near their beginning; within a text of another document the marks would be escaped. */
const VEX = /^\{[^]*?(?:"@context"\s*:\s*"https:\/\/openvex\.dev\/ns|"bomFormat"\s*:\s*"CycloneDX")/;

/** Tells by its first bytes what a file is. Throws what `node:fs` throws, and `Error` for what is none of these. */
export async function openSource(path: string): Promise<OpenSource> {
  if (statSync(path).isDirectory()) return manyDocuments(() => folderEntries(path));
  const raw = await firstBytes(path, false);
  if (raw.startsWith(ZIP)) return manyDocuments(() => zipEntries(path));
  const isGzip = raw.startsWith(GZIP);
  const text = (isGzip ? await firstBytes(path, true) : raw).replace(/^\u00ef\u00bb\u00bf/, '').trimStart();
  if (/^(?:#model_version|cve,epss)/.test(text)) return { kind: 'epss', lines: linesOf(path, isGzip) };
  if (/^\{[^{[]*"(?:catalogVersion|dateReleased)"/.test(text)) return { kind: 'kev', lines: linesOf(path, isGzip) };
  if (VEX.test(text)) return { kind: 'vex', entries: documentEntry(path, isGzip) };
  if (text.startsWith('{')) return { kind: 'osv', entries: lineEntries(path, isGzip) };
  throw new Error(
    'it is neither a zip archive, nor JSON lines, nor a VEX document, nor a list of CISA (KEV) or FIRST (EPSS)',
  );
}

async function manyDocuments(entries: () => AsyncIterable<SourceEntry>): Promise<OpenSource> {
  const kind = await kindOfEntries(entries(), (json) => vexFormatOf(json) !== undefined).catch(() => 'osv' as const);
  return { kind, entries: entries() };
}

async function firstBytes(path: string, isGzip: boolean): Promise<string> {
  const file = createReadStream(path, isGzip ? {} : { end: PEEK_BYTES - 1 });
  const bytes = isGzip ? pipeline(file, createGunzip(), () => undefined) : file;
  for await (const chunk of bytes as AsyncIterable<Buffer>) return chunk.subarray(0, PEEK_BYTES).toString('latin1');
  return '';
}
