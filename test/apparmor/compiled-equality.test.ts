/** The pairs of AppArmor's own parser/tst/equality.sh, judged as the parser's output judges them. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { samePolicies, wordsAt } from '../../src/apparmor/compiled/compare/same.ts';
import { decodePolicy } from '../../src/apparmor/compiled/decode.ts';
import type { CompiledPolicy } from '../../src/apparmor/compiled/profile.ts';
import { Compiler, whyNoParser } from './parser.ts';

const SOURCE = process.env['FREEHOLD_APPARMOR_SOURCE'] ?? '';
const SUITE = join(SOURCE, 'parser', 'tst');
const SCRIPT = join(SUITE, 'equality.sh');

/** Takes the place of the script's functions, which can't be defined again, and writes down what they are called with. */
const RECORDER = ['equality', 'inequality', 'xequality', 'xinequality']
  .map(
    (kind) =>
      `verify_binary_${kind}() { printf '%s\\0' "$(($# - 1))" ${kind} "\${features_file:-features.all}" "$@" >> "$RECORD"; }\n` +
      `readonly -f verify_binary_${kind}\n`,
  )
  .join('');

interface Group {
  readonly kind: string;
  readonly features: string;
  readonly description: string;
  readonly profiles: readonly string[];
}

const skip = whyNot();

function whyNot(): string | false {
  if (!existsSync(SCRIPT)) return 'LEFT OUT: FREEHOLD_APPARMOR_SOURCE names no source tree of AppArmor';
  return whyNoParser();
}

function groups(): readonly Group[] {
  const folder = mkdtempSync(join(tmpdir(), 'freehold-equality-'));
  try {
    const record = join(folder, 'record');
    const recorder = join(folder, 'recorder.sh');
    writeFileSync(recorder, RECORDER);
    writeFileSync(record, '');
    spawnSync('bash', [SCRIPT], { cwd: SUITE, env: { ...process.env, BASH_ENV: recorder, RECORD: record } });
    return readGroups(readFileSync(record, 'latin1').split('\0'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readGroups(fields: readonly string[]): readonly Group[] {
  const found: Group[] = [];
  for (let at = 0; at + 1 < fields.length;) {
    const count = Number(fields[at]);
    const [kind = '', features = '', description = ''] = fields.slice(at + 1);
    const first = at + 4;
    found.push({ kind, features, description, profiles: fields.slice(first, first + count) });
    at = first + count;
  }
  return found;
}

/** So many pairs of a script that has tens of thousands: every group gets its turn. */
const PAIRS_MAX = 900;

test('pairs of equality.sh are judged as their compiled bytes judge them', { skip }, (t) => {
  using compiler = new Compiler();
  const all = groups();
  assert.ok(all.length > 0, 'the script has no pairs: has it changed its functions?');
  const stride = Math.max(1, Math.ceil(all.reduce((sum, { profiles }) => sum + profiles.length, 0) / PAIRS_MAX));
  const known = new Map<string, Buffer>();
  const counts = { same: 0, different: 0, shown: 0, failed: 0 };
  for (const { kind, features, description, profiles } of all.filter((_, index) => index % stride === 0)) {
    const compiled = profiles.map((source) => {
      const key = `${features}\0${source}`;
      const output =
        known.get(key) ??
        compiler.run(['--quiet', '--stdout'], source, { features: join(SUITE, 'features_files', features) }).stdout;
      known.set(key, output);
      return output;
    });
    const [good, ...others] = compiled;
    for (const [index, other] of others.entries()) {
      const name = `${kind} ${description}: ${profiles[index + 1] ?? ''}`;
      if (good === undefined || good.length === 0 || other.length === 0) {
        counts.failed += 1;
        continue;
      }
      const isSameHash = hash(good) === hash(other);
      const [a, b] = [decoded(good, name), decoded(other, name)];
      const judged = samePolicies(a, b);
      if (isSameHash || kind === 'equality') {
        assert.equal(judged.kind, 'same', `${name} ${JSON.stringify(judged)}`);
        counts.same += 1;
      } else if (kind === 'inequality') {
        assert.equal(judged.kind, 'different', name);
        if (judged.text !== undefined) {
          assertAnswersDiffer(a, b, judged);
          counts.shown += 1;
        }
        counts.different += 1;
      }
    }
  }
  assert.ok(
    counts.same > 100 && counts.different > 0 && counts.shown > 0,
    `${JSON.stringify(counts)}; what failed the apparmor_parser in PATH doesn't take: it has to be of the source's version`,
  );
  t.diagnostic(`${String(all.length)} groups: ${JSON.stringify(counts)}`);
});

function hash(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function decoded(bytes: Buffer, name: string): CompiledPolicy {
  const policy = decodePolicy(bytes);
  if (policy.kind === 'malformed') throw new Error(`${name}: ${policy.reason}`);
  return policy;
}

/** A text that is shown as the difference is one to which the two automata answer in different words. */
function assertAnswersDiffer(
  a: CompiledPolicy,
  b: CompiledPolicy,
  { profile, what, text = '' }: { readonly profile: string; readonly what: string; readonly text?: string },
): void {
  const answers = [a, b].map(({ profiles }) => {
    const one = profiles.find(({ name }) => name === profile);
    if (what === 'attachments') {
      const { automaton, accepts } = one?.attachments ?? {};
      return [String(accepts?.[automaton?.walk(1, text) ?? 0])];
    }
    const rules = what === 'files' ? one?.files : one?.classes;
    assert.ok(rules !== undefined);
    return wordsAt(rules, text);
  });
  assert.notDeepEqual(answers[0], answers[1], `${profile} ${what} ${JSON.stringify(text)}`);
}
