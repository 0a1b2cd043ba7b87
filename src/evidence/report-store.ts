import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { gunzipSync, gzipSync } from 'node:zlib';
import { canonicalJson } from '../core/canonical-json.ts';
import { reasonOf } from './error.ts';
import { PRIVATE_FILE_MODE, PRIVATE_FOLDER_MODE, syncFolder, writeAt } from './ledger/files.ts';

/** A report about ten thousand packages has some thirty megabytes. */
const REPORT_LIMIT_BYTES = 512 * 1024 * 1024;
const PREFIX_DIGITS = 2;

/** Which bytes a report is. */
export interface ReportIdentity {
  /** SHA-256 in hexadecimal digits. */
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** Keeps a report under its digest, so that it is on the disk when the ledger names it. Its bytes are its canonical JSON (RFC 8785). */
export function storeReport(folder: string, report: unknown): ReportIdentity {
  const bytes = Buffer.from(canonicalJson(report));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const path = pathOf(folder, sha256);
  // Whoever wrote it may have been cut off before its name was on the disk.
  if (existsSync(path)) syncFolder(dirname(path));
  else writeWhole(path, gzipSync(bytes));
  return { sha256, sizeBytes: bytes.length };
}

export type StoredReport =
  | { readonly kind: 'report'; readonly bytes: Buffer }
  | { readonly kind: 'absent' }
  | { readonly kind: 'wrong'; readonly reason: string };

/** The bytes of a report, if they are still those that the digest is of. */
export function readReport(folder: string, { sha256, sizeBytes }: ReportIdentity): StoredReport {
  const path = pathOf(folder, sha256);
  if (!existsSync(path)) return { kind: 'absent' };
  try {
    if (sizeBytes > REPORT_LIMIT_BYTES || statSync(path).size > REPORT_LIMIT_BYTES)
      return { kind: 'wrong', reason: 'it is too large' };
    const bytes = gunzipSync(readFileSync(path), { maxOutputLength: Math.max(sizeBytes, 1) });
    const found = createHash('sha256').update(bytes).digest('hex');
    if (bytes.length === sizeBytes && found === sha256) return { kind: 'report', bytes };
    return { kind: 'wrong', reason: 'its bytes are not those that were signed' };
  } catch (error) {
    return { kind: 'wrong', reason: reasonOf(error) };
  }
}

function pathOf(folder: string, sha256: string): string {
  return join(folder, sha256.slice(0, PREFIX_DIGITS), `${sha256}.json.gz`);
}

function writeWhole(path: string, bytes: Uint8Array): void {
  const folder = dirname(path);
  if (!existsSync(folder)) {
    mkdirSync(folder, { recursive: true, mode: PRIVATE_FOLDER_MODE });
    syncFolder(dirname(folder));
  }
  const temporary = `${path}.${String(process.pid)}.new`;
  try {
    const file = openSync(temporary, 'w', PRIVATE_FILE_MODE);
    try {
      writeAt(file, bytes, 0);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  syncFolder(folder);
}
