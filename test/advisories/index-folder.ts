import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'node:test';
import { AdvisoryStore, openAdvisoryIndex, type SourceResult, type SyncResult } from '../../src/advisories/index.ts';
import type { AdvisoryIndex, AdvisorySource } from '../../src/core/advisory.ts';

const NOW = new Date('2026-11-26T12:00:00Z');

/** A folder with an index that each test of a suite has for itself. */
export class IndexFolder {
  path = '';
  index = '';

  constructor() {
    beforeEach(() => {
      this.path = mkdtempSync(join(tmpdir(), 'freehold-advisories-'));
      this.index = join(this.path, 'index.sqlite');
    });
    afterEach(() => {
      rmSync(this.path, { recursive: true });
    });
  }

  write(name: string, content: string | Uint8Array): string {
    writeFileSync(join(this.path, name), content);
    return join(this.path, name);
  }

  async read(from: string): Promise<SourceResult> {
    const store = new AdvisoryStore(this.index);
    try {
      return await store.read(from, { now: NOW });
    } finally {
      store.close();
    }
  }

  async sync(path: string): Promise<SyncResult> {
    const done = await this.read(path);
    assert.ok(done.kind === 'read', JSON.stringify(done));
    return done.result;
  }

  ask<Answer>(question: (index: AdvisoryIndex) => Answer): Answer {
    const opened = openAdvisoryIndex(this.index);
    try {
      return question(opened);
    } finally {
      opened.close();
    }
  }

  sources(): readonly AdvisorySource[] {
    return this.ask((index) => index.sources);
  }
}
