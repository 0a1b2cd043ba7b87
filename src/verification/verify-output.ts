import type { Writable } from 'node:stream';
import type { FileReport, ListReport } from '../core/verify-report.ts';
import { OutputFile } from './output-file.ts';
import { Spool } from './spool.ts';
import type { VerifyOptions } from './options.ts';
import { type Subject, verifyInto } from './verify.ts';
import { writeTo } from './write-to.ts';

export interface Delivered {
  readonly files: readonly FileReport[];
  readonly lists: readonly ListReport[];
}

/** Verifies one file and keeps a copy of the very bytes that were judged; of bytes that aren't verified there is never one. */
export async function verifyToFile(subject: Subject, output: string, options: VerifyOptions): Promise<Delivered> {
  const copy = await OutputFile.create(output);
  let isKept = false;
  try {
    const { file, lists, mode } = await verifyInto(subject, copy, options);
    if (isVerified(file)) {
      isKept = true;
      await copy.keep(mode);
    }
    return { files: [file], lists };
  } finally {
    if (!isKept) copy.discard();
  }
}

/** The same to a stream, which gets nothing before all is verified. */
export async function verifyToStream(subject: Subject, output: Writable, options: VerifyOptions): Promise<Delivered> {
  const spool = new Spool();
  try {
    const { file, lists } = await verifyInto(subject, spool, options);
    if (isVerified(file)) await deliver(spool, output);
    return { files: [file], lists };
  } finally {
    await spool.close();
  }
}

function isVerified(file: FileReport): boolean {
  return file.kind === 'judged' && file.verdict === 'verified';
}

async function deliver(spool: Spool, output: Writable): Promise<void> {
  // A copy: the spool fills the same buffer again.
  for await (const piece of spool.pieces()) await writeTo(output, Uint8Array.from(piece));
}
