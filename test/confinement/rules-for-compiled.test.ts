import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { FILE_PERMISSIONS } from '../../src/apparmor/access.ts';
import { decodePolicy } from '../../src/apparmor/compiled/decode.ts';
import { answerFile } from '../../src/apparmor/compiled/files.ts';
import { parsePolicy } from '../../src/apparmor/language/parse-policy.ts';
import { rulesFor } from '../../src/apparmor/rules-for.ts';
import { whyNoParser } from './compiled-patterns.ts';

/* What the source says (rulesFor) against what apparmor_parser made of it (answerFile), permission by permission. */

const skip = whyNoParser();
const SEED = 6;
const PROFILES = 40;
const PIECES = String.raw`a b / * ** ? [ab] [^a] {a,b} {,b} {**,} \* \, @{V} @{D}`.split(' ');
const path = fc
  .array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 5 })
  .map((parts) => `/${parts.join('')}`)
  .filter((text) => !text.endsWith('\\'));
const rule = fc
  .tuple(
    fc.constantFrom('', '', 'audit '),
    fc.constantFrom('', '', 'owner '),
    path,
    fc.constantFrom('r', 'w', 'a', 'rwk', 'rl', 'm', 'rix', 'px', 'Ux', 'Pix', 'deny r', 'deny w', 'deny x', 'deny rx'),
  )
  .map(([audit, owner, pattern, mode]) => {
    const deny = mode.startsWith('deny ') ? 'deny ' : '';
    return `  ${audit}${deny}${owner}"${pattern}" ${mode.replace('deny ', '')},\n`;
  });
const names = fc
  .array(fc.constantFrom('a', 'b', 'c', '/', '*', ',', 'd/'), { minLength: 0, maxLength: 6 })
  .map((parts) => `/${parts.join('')}`.replaceAll(/\/+/g, '/'));

test('the rules of a source say what the compiled policy says', { skip }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'freehold-rules-'));
  const file = join(folder, 'p');
  const paths = fc.sample(names, { numRuns: 24, seed: SEED });
  const bodies = fc.sample(fc.array(rule, { minLength: 1, maxLength: 5 }), { numRuns: PROFILES, seed: SEED });
  let compared = 0;
  for (const body of [['  // r,\n'], ...bodies]) {
    const text = `@{V}=b "a/b"\n@{D}=/d/ c*\nprofile p {\n${body.join('')}}\n`;
    writeFileSync(file, text);
    const made = spawnSync('apparmor_parser', ['-Q', '-K', '-S', '-M', '/etc/apparmor.d/abi/3.0', file]);
    const tree = { file: (one: string) => (one === file ? text : undefined), folder: () => undefined };
    const parsed = parsePolicy(file, tree, { dialect: '3.0' });
    assert.equal(!parsed.diagnostics.some(({ level }) => level === 'error'), made.status === 0, text);
    if (made.status !== 0) continue;
    const policy = decodePolicy(made.stdout);
    assert.ok(policy.kind === 'policy');
    const [profile, compiled] = [parsed.profiles[0], policy.profiles[0]];
    assert.ok(profile !== undefined && compiled !== undefined);
    for (const one of paths)
      for (const isOwner of [true, false]) {
        const question = { path: one, isOwner, permissions: FILE_PERMISSIONS };
        const answer = answerFile(compiled, question);
        for (const { permission, verdict } of rulesFor(profile, { kind: 'file', ...question }, '3.0').decides) {
          const isAllowed = answer.allowed.some((allowed) => allowed === permission);
          const expected = isAllowed ? ['allowed'] : ['denied', 'not-allowed'];
          assert.ok(expected.includes(verdict), `${permission} ${one} owner=${String(isOwner)}: ${verdict}\n${text}`);
          compared += 1;
        }
      }
  }
  rmSync(folder, { recursive: true });
  assert.ok(compared > 4_000, String(compared));
});
