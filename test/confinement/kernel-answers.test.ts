/** The decoder against a kernel: what it said of paths under the policy that it had loaded, recorded in the lab. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FILE_PERMISSIONS } from '../../src/apparmor/access.ts';
import { decodePolicy } from '../../src/apparmor/compiled/decode.ts';
import { answerFile, FILE_BITS, permissionsOfFile } from '../../src/apparmor/compiled/files.ts';
import type { CompiledProfile } from '../../src/apparmor/compiled/profile.ts';
import { compared } from '../lab/questions/differences.ts';
import { recordedAnswers, recordedPolicy } from './kernel-answers/recorded.ts';

const LEAST_QUESTIONS = 10_000;

const recorded = recordedAnswers();
const profiles = profilesOf(recordedPolicy());

test('what is allowed is what the kernel allows', (context) => {
  const { questions, differences } = compared(recorded, recorded.labels, ({ label, path, isOwner }) =>
    permissionsOfFile(profileOf(label), path, isOwner),
  );
  context.diagnostic(`${String(questions)} questions of ${String(FILE_PERMISSIONS.length)} letters each`);
  assert.deepEqual(differences, []);
  assert.ok(questions >= LEAST_QUESTIONS);
});

test('so is each answer to a letter, and whether it is logged', () => {
  const differences: string[] = [];
  const logged = { audited: 0, quiet: 0 };
  for (const [column, rows] of Object.entries(recorded.table)) {
    const at = column.lastIndexOf(' ');
    const [label, who] = [column.slice(0, at), column.slice(at + 1)];
    const profile = profileOf(label);
    for (const [row, path] of recorded.paths.entries()) {
      const kernel = recorded.answers[rows[row] ?? -1] ?? assert.fail(`${column}, ${path}`);
      for (const letter of FILE_PERMISSIONS) {
        const answer = answerFile(profile, { path, isOwner: who === 'owner', permissions: [letter] });
        const has = (mask: number): boolean => (mask & FILE_BITS[letter]) !== 0;
        // aa_perms_accum_raw() of lib.c leaves of `audit` what is allowed, and of `quiet` what is not.
        const said = [answer.isAllowed, answer.isAudited, answer.isQuiet];
        const its = [has(kernel.allow), has(kernel.audit), has(kernel.quiet)];
        if (has(kernel.audit)) logged.audited += 1;
        if (has(kernel.quiet)) logged.quiet += 1;
        if (said.join() !== its.join())
          differences.push(`${column}, ${letter}, ${path}: ${said.join()}, not ${its.join()}`);
      }
    }
  }
  assert.deepEqual(differences, []);
  // The policy has rules of both kinds.
  assert.ok(logged.audited > 0 && logged.quiet > 0, JSON.stringify(logged));
});

test('a decoder that takes the owner for another is found out', () => {
  const { differences } = compared(recorded, recorded.labels, ({ label, path, isOwner }) =>
    permissionsOfFile(profileOf(label), path, !isOwner),
  );
  assert.notDeepEqual(differences, []);
});

function profileOf(label: string): CompiledProfile {
  return profiles.get(label) ?? assert.fail(`the policy has no ${label}`);
}

function profilesOf(bytes: Uint8Array): ReadonlyMap<string, CompiledProfile> {
  const policy = decodePolicy(bytes);
  if (policy.kind === 'malformed') assert.fail(policy.reason);
  return new Map(policy.profiles.map((profile) => [profile.name, profile]));
}
