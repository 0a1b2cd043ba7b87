import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { openDatabase } from './database.ts';
import { download } from './download.ts';
import { forgetSource, type SyncOptions, type SyncResult, syncSource } from './sync.ts';

/** What reading one source came to. */
export type SourceResult =
  | { readonly kind: 'read'; readonly result: SyncResult }
  /** It is what it was when it was read last. */
  | { readonly kind: 'unchanged'; readonly origin: string }
  /** What was known of it before is still there. */
  | { readonly kind: 'failed'; readonly origin: string; readonly reason: string };

type ReadOptions = Pick<SyncOptions, 'now' | 'onProgress'>;

/** The index as syncing sees it: a file that sources are read into. */
export class AdvisoryStore {
  readonly #database: DatabaseSync;

  /** Makes the file where there is none; its folder must be there. Throws `usage` for what is no index. */
  constructor(path: string) {
    this.#database = openDatabase(path, { readOnly: false });
  }

  /** What was read before, sorted. */
  get origins(): readonly string[] {
    const rows = this.#database.prepare('SELECT origin FROM source ORDER BY origin').all();
    return rows.map(({ origin }) => String(origin));
  }

  /** Reads a source: a path on this disk, or an address (http, https). */
  async read(from: string, options: ReadOptions): Promise<SourceResult> {
    if (!/^https?:\/\//i.test(from)) return this.#readPath({ ...options, path: resolve(from), origin: resolve(from) });
    const url = URL.canParse(from) ? new URL(from) : undefined;
    if (url === undefined) return { kind: 'failed', origin: from, reason: 'it is no address' };
    if (url.username === '' && url.password === '') return this.#readAddress(url, options);
    // It would be kept in the index, and be shown in every report.
    const reason = 'an address with a user or a password in it is not read';
    return { kind: 'failed', origin: url.host, reason };
  }

  /** Removes a source with all that came from it; answers whether there was one. */
  async forget(from: string): Promise<boolean> {
    return (await forgetSource(this.#database, from)) || (await forgetSource(this.#database, resolve(from)));
  }

  close(): void {
    this.#database.close();
  }

  async #readPath(options: SyncOptions): Promise<SourceResult> {
    const { path, origin } = options;
    if (!existsSync(path)) return { kind: 'failed', origin, reason: 'there is no such file or folder' };
    try {
      return { kind: 'read', result: await syncSource(this.#database, options) };
    } catch (error) {
      return { kind: 'failed', origin, reason: error instanceof Error ? error.message : String(error) };
    }
  }

  async #readAddress(url: URL, options: ReadOptions): Promise<SourceResult> {
    const folder = mkdtempSync(join(tmpdir(), 'freehold-advisories-'));
    const path = join(folder, 'download');
    const origin = url.href;
    try {
      const known = this.#database
        .prepare('SELECT validator FROM source WHERE origin = ? AND isComplete = 1')
        .get(origin);
      const validator = typeof known?.['validator'] === 'string' ? known['validator'] : undefined;
      const fetched = await download({ url, path, validator });
      if (fetched.kind === 'failed') return { ...fetched, origin };
      if (fetched.kind === 'unchanged') {
        this.#database.prepare('UPDATE source SET readAt = ? WHERE origin = ?').run(options.now.toISOString(), origin);
        return { kind: 'unchanged', origin };
      }
      const result = await this.#readPath({ ...options, path, origin });
      this.#database.prepare('UPDATE source SET validator = ? WHERE origin = ?').run(fetched.validator ?? null, origin);
      return result;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}
