import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import process from 'node:process';
import { test } from 'node:test';
import { PARSERS } from '../../controls/confinement/parser/observe.ts';
import { trialCompile } from './trial-compile.ts';

const [, elsewhere] = PARSERS;
const skip = existsSync(elsewhere) ? false : `LEFT OUT: no ${elsewhere} here`;

test('a policy is tried where PATH doesn’t lead to the parser', { skip }, async () => {
  const path = process.env['PATH'];
  process.env['PATH'] = '/nowhere';
  try {
    const broken = await trialCompile('profile demo {\n', { base: '/etc/apparmor.d', limitMs: 120_000 });
    assert.equal(broken.kind, 'refused', JSON.stringify(broken));
  } finally {
    process.env['PATH'] = path;
  }
});
