import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { refusal } from '../refusal.ts';
import type { Place, Readable } from '../tree/read-fully.ts';

/** /tmp is memory on many machines; /var/tmp is a disk everywhere (file-hierarchy(7)). */
const DISK_FOLDER = '/var/tmp';
const BUFFER_BYTES = 1024 * 1024;
const OWNER_ONLY = 0o600;

/** What comes out of compressed archives: a file without a name, which goes when it is closed or Freehold ends. */
export class Spool implements Readable {
  readonly #file: FileHandle;
  /** What is not written yet. */
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  #writtenBytes = 0;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  get end(): number {
    return this.#writtenBytes + this.#pendingBytes;
  }

  async append(bytes: Buffer): Promise<void> {
    this.#pending.push(bytes);
    this.#pendingBytes += bytes.length;
    if (this.#pendingBytes >= BUFFER_BYTES) await this.flush();
  }

  /** Nothing that is still pending can be read. */
  async flush(): Promise<void> {
    const bytes = Buffer.concat(this.#pending);
    this.#pending = [];
    this.#pendingBytes = 0;
    try {
      for (let done = 0; done < bytes.length;) {
        const { bytesWritten } = await this.#file.write(bytes, done, bytes.length - done, this.#writtenBytes);
        done += bytesWritten;
        this.#writtenBytes += bytesWritten;
      }
    } catch (error) {
      throw refusal(
        'requirement',
        `the image can't be unpacked: ${error instanceof Error ? error.message : String(error)}`,
        `Make room in ${spoolFolder()}, or let TMPDIR name another folder.`,
      );
    }
  }

  read(buffer: Uint8Array, place: Place): Promise<{ readonly bytesRead: number }> {
    return this.#file.read(buffer, place);
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

export async function openSpool(): Promise<Spool> {
  const folder = spoolFolder();
  try {
    const own = await mkdtemp(join(folder, 'freehold-'));
    try {
      return new Spool(await open(join(own, 'image'), 'wx+', OWNER_ONLY));
    } finally {
      await rm(own, { recursive: true });
    }
  } catch (error) {
    throw refusal(
      'requirement',
      `${folder} takes no file, and a compressed image has to be unpacked somewhere: ${error instanceof Error ? error.message : String(error)}`,
      'Let TMPDIR name a folder with room for the unpacked image.',
    );
  }
}

function spoolFolder(): string {
  const chosen = process.env['TMPDIR'] ?? '';
  if (chosen !== '') return chosen;
  return process.platform === 'win32' ? tmpdir() : DISK_FOLDER;
}
