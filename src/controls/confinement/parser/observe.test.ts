import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { openLocalHost } from '../../../host/local.ts';
import { compileOnce, observeCompiled } from '../compiled/observe.ts';
import { PARSERS, runParser } from './observe.ts';

const [, elsewhere] = PARSERS;
const skip = existsSync(elsewhere) ? false : `LEFT OUT: no ${elsewhere} here`;

test('the parser is found where PATH doesn’t lead', { skip }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'freehold-parser-'));
  const path = process.env['PATH'];
  process.env['PATH'] = folder;
  const host = openLocalHost();
  try {
    const { parser, result } = await runParser(host, ['--version']);
    assert.deepEqual([parser, result.kind === 'exited' && result.code], [elsewhere, 0]);
    const profile = join(folder, 'profile');
    writeFileSync(profile, 'profile demo {\n}\n');
    const compiled = await observeCompiled(compileOnce(host), profile);
    // Without AppArmor in the kernel it may want to know for which one; it was asked.
    assert.ok(
      compiled.kind === 'compiled' || compiled.reason.startsWith('apparmor_parser refuses'),
      JSON.stringify(compiled),
    );
  } finally {
    process.env['PATH'] = path;
    await host.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
