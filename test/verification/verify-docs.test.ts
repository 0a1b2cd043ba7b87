import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { loadPart } from '../../src/blueprint/part-file.ts';
import { EXIT } from '../../src/core/error.ts';
import { trustPolicy } from '../../src/signatures/trust.ts';
import { Folder } from '../cli/freehold.ts';

const text = readFileSync(new URL('../../docs/verify.md', import.meta.url), 'utf8');
const WORDS = { noun: 'trust policy', whenEmpty: '', whenNoMap: '' };

test('the trust policy of docs/verify.md is one', async () => {
  using folder = new Folder();
  const [, example] = /^```yaml\n(.*?)^```$/ms.exec(text) ?? [];
  const path = folder.write('trust.yaml', example ?? '');
  const loaded = await loadPart(path, { schema: trustPolicy, prefix: 'trust', words: WORDS });
  assert.equal(loaded.kind, 'loaded', JSON.stringify(loaded));
});

test('docs/verify.md has the exit codes that the program has', () => {
  const rows = { verified: EXIT.clean, tampered: EXIT.findings, unread: EXIT.unreachable, untrusted: EXIT.untrusted };
  for (const [verdict, code] of Object.entries({ ...rows, unverifiable: EXIT.unverifiable })) {
    assert.match(text, new RegExp(`^\\| \`${verdict}\` \\|.*\\| ${code} +\\|$`, 'm'));
  }
});
