/** What is learned from real runs of LibreOffice, compiled by AppArmor's own parser and judged by other runs: traces/README.md. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { answerFile } from '../../src/apparmor/compiled/files.ts';
import type { CompiledProfile } from '../../src/apparmor/compiled/profile.ts';
import { decodePolicy } from '../../src/apparmor/compiled/decode.ts';
import { replay } from '../../src/apparmor/compiled/replay.ts';
import { editProfile } from '../../src/apparmor/learn/edit.ts';
import { learn } from '../../src/apparmor/learn/learn.ts';
import { DEFAULT_MEASURES } from '../../src/apparmor/learn/measures.ts';
import { Observations, type Observed } from '../../src/apparmor/learn/observations.ts';
import { PatternEngine } from '../../src/apparmor/learn/pattern-engine.ts';
import type { Learned } from '../../src/apparmor/learn/result.ts';
import { parsePolicy } from '../../src/apparmor/language/parse-policy.ts';
import type { Profile } from '../../src/apparmor/language/syntax.ts';
import { lintPolicy } from '../../src/apparmor/lint/lint-policy.ts';
import type { AccessEvent } from '../../src/apparmor/log/event.ts';
import { exampleOf, intersects } from '../../src/apparmor/pattern/compare.ts';
import { literalPrefix, type Pattern, parsePattern } from '../../src/apparmor/pattern/pattern.ts';
import { sensitivePaths } from '../../src/apparmor/sensitive-paths.ts';
import { readNamedLogs } from '../../src/confinement/logs.ts';
import { localPolicyTree } from '../../src/confinement/policy-tree.ts';
import type { ByteText } from '../../src/core/byte-text.ts';
import { compilePolicy } from './compiled-patterns.ts';
import { installedParser } from './installed-parser.ts';

const RUNS = [1, 2, 3, 4, 5, 6] as const;
const LABELS = ['libreoffice-oosplash', 'libreoffice-soffice'] as const;
const PROGRAMS = '/usr/lib/libreoffice/program';
/** One kernel for all machines. */
const FEATURES = '/etc/apparmor.d/abi/3.0';
/** The profiles that the traces were recorded under (traces/record.ts), with the tunables that Debian's profiles begin with. */
const RECORDED = `abi <abi/3.0>,
include <tunables/global>

profile libreoffice-oosplash ${PROGRAMS}/oosplash flags=(complain) {
  ${PROGRAMS}/soffice.bin px -> libreoffice-soffice,
}

profile libreoffice-soffice ${PROGRAMS}/soffice.bin flags=(complain) {
}
`;
/** LibreOffice asks paperconf by a shell for the size of paper: a person has to say yes to a shell. */
const SHELL = '/usr/bin/dash';
const DOCUMENTS = /^\/home\/[^/]+\/Documents\//;
const USERS = ['/home/elif', '/home/admin'] as const;
const FILE = '/policy/libreoffice';

const parser = installedParser();
const skip = typeof parser === 'string' ? parser : false;

async function eventsOf(name: string): Promise<readonly AccessEvent[]> {
  const events: AccessEvent[] = [];
  const file = join(import.meta.dirname, 'traces', name);
  const { summary } = await readNamedLogs(
    { event: (event) => events.push(event) },
    { files: [file], standardInput: () => assert.fail('no file is standard input') },
  );
  assert.equal(summary.unreadableLines + summary.lostLines, 0);
  return events;
}

function observe(runs: readonly (readonly [string, readonly AccessEvent[]])[]): Observed {
  const observations = new Observations();
  for (const [name, events] of runs) {
    const { event: take } = observations.source(name);
    for (const event of events) take(event);
  }
  return observations.cut({ kind: 'files' });
}

function parse(text: ByteText): readonly Profile[] {
  const local = localPolicyTree();
  const tree = { ...local, file: (path: string) => (path === FILE ? text : local.file(path)) };
  const { profiles, diagnostics } = parsePolicy(FILE, tree, { dialect: '3.0' });
  assert.deepEqual(diagnostics, []);
  return profiles;
}

interface Result {
  readonly text: ByteText;
  readonly learned: readonly Learned[];
}

/** Profile after profile into one file, as a person would. */
function learnAll(observed: Observed, allowedExecs: ReadonlySet<ByteText>): Result {
  let text: ByteText = RECORDED;
  const learned = LABELS.map((label) => {
    const profile = parse(text).find(({ name }) => name === label);
    assert(profile !== undefined);
    const result = learn({
      label,
      program: profile.attachment?.expanded[0],
      profile,
      observed,
      abstractions: [],
      profileFor: () => undefined,
      engine: new PatternEngine(),
      sensitivePaths: sensitivePaths(),
      measures: DEFAULT_MEASURES,
      vocabulary: { hasTunables: true },
      dialect: '3.0',
      allowedExecs,
      allowedSensitive: new Set(),
    });
    const edited = editProfile(text, profile, result);
    assert(edited.kind === 'edited');
    text = edited.text;
    return result;
  });
  return { text, learned };
}

function compile(text: ByteText): readonly CompiledProfile[] {
  const { status, stdout, stderr } = compilePolicy(text, ['-S', '--config-file=/dev/null', '-M', FEATURES]);
  assert.equal(status, 0, stderr);
  const policy = decodePolicy(stdout);
  assert(policy.kind === 'policy');
  return policy.profiles;
}

const patternsKnown = new Map<ByteText, Pattern>();

function parsed(text: ByteText): Pattern {
  const known = patternsKnown.get(text);
  if (known !== undefined) return known;
  const result = parsePattern(text);
  assert(result.kind === 'pattern', text);
  patternsKnown.set(text, result.pattern);
  return result.pattern;
}

function areApart(a: Pattern, b: Pattern): boolean {
  const [one, other] = [literalPrefix(a), literalPrefix(b)];
  return !one.startsWith(other) && !other.startsWith(one);
}

suite('learned from real traces of LibreOffice', { skip }, async () => {
  const runs = await Promise.all(
    RUNS.map(async (run) => [`learn-${String(run)}`, await eventsOf(`learn-${String(run)}.log.gz`)] as const),
  );
  const judged = (await Promise.all(RUNS.map((run) => eventsOf(`judge-${String(run)}.log.gz`)))).flat();
  const { text, learned } = learnAll(observe(runs), new Set([SHELL]));
  const compiled = compile(text);

  test('other runs by other people with other names are denied nothing outside the folders for documents', (t) => {
    const { counts, groups } = replay(compiled, judged);
    const outside = groups.filter(({ subject }) => !DOCUMENTS.test(subject));
    assert.deepEqual(outside, []);
    assert.equal(counts.unknown, 0);
    assert.ok(counts.allowed > 10_000);
    t.diagnostic(`${String(counts.events)} accesses, ${String(counts.denied)} denied in folders for documents`);
  });

  test('no sensitive path is allowed: the compiled policy is asked for one of each, in the homes of two people', () => {
    const asked = sensitivePaths().flatMap(({ id, permissions, isHarmlessToOwner, patterns }) =>
      patterns.flatMap((pattern) =>
        USERS.map((user) => exampleOf(parsed(pattern.replace(/^\/home\/\*/, user)))).flatMap((example) => {
          assert(example.kind === 'common', pattern);
          return [false, ...(isHarmlessToOwner ? [] : [true])].flatMap((isOwner) =>
            permissions.map((one) => ({ id, path: example.example, isOwner, permissions: [one] as const })),
          );
        }),
      ),
    );
    const allowed = compiled.flatMap((profile) =>
      asked.filter((question) => answerFile(profile, question).isAllowed).map((question) => [profile.name, question]),
    );
    assert.deepEqual(allowed, []);
    assert.ok(asked.length > 500);
    const soffice = compiled.find(({ name }) => name === 'libreoffice-soffice');
    assert(soffice !== undefined);
    const own = { path: '/home/elif/.config/libreoffice/4/user/new', isOwner: true, permissions: ['r', 'w'] } as const;
    assert.equal(answerFile(soffice, own).isAllowed, true, 'that the question is understood');
    assert.equal(answerFile(soffice, { ...own, isOwner: false }).isAllowed, false);
  });

  test('no pattern of a rule has a path in common with a sensitive one', () => {
    const profiles = parse(text).flatMap((profile) => [profile, ...profile.children]);
    const rules = profiles.flatMap(({ rules: own }) => own).filter((rule) => rule.kind === 'file');
    assert.ok(rules.length > 50);
    for (const { id, patterns, permissions, isHarmlessToOwner } of sensitivePaths()) {
      const dangerous = rules.filter(
        (rule) =>
          !(isHarmlessToOwner && rule.owner === 'owner') &&
          permissions.some((one) => rule.permissions.includes(one) || (one === 'w' && rule.permissions.includes('a'))),
      );
      for (const rule of dangerous) {
        for (const pattern of rule.path?.expanded.map(parsed) ?? []) {
          for (const sensitive of patterns.map(parsed)) {
            if (areApart(pattern, sensitive)) continue;
            assert.equal(intersects(pattern, sensitive).kind, 'disjoint', `${id}: ${rule.text}`);
          }
        }
      }
    }
  });

  test('few rules say it, and many of them stand for many names', (t) => {
    const rules = learned.flatMap(({ blocks }) => blocks.flatMap((block) => block.rules));
    const many = rules.filter(({ evidence, widening }) => evidence.names > 1 && widening !== 'none');
    const names = many.reduce((sum, { evidence }) => sum + evidence.names, 0);
    t.diagnostic(`${String(rules.length)} rules; ${String(many.length)} stand for ${String(names)} names`);
    const [, soffice] = learned;
    assert.ok((soffice?.ruleCount ?? Infinity) <= DEFAULT_MEASURES.maxRules);
    assert.ok(names > 800);
  });

  test('nothing waits for a person but the shell, and a run that is held out misses nothing but its documents', () => {
    for (const { decisions, uncovered, heldOut } of learned) {
      assert.deepEqual([decisions, uncovered], [[], []]);
      const missed = heldOut.flatMap(({ examples }) => examples);
      assert.deepEqual(
        missed.filter((path) => !DOCUMENTS.test(path)),
        [],
      );
    }
  });

  test('without a yes to the shell, that it is started is all that is denied', () => {
    const { text: careful, learned: results } = learnAll(observe(runs), new Set());
    assert.deepEqual(
      results.flatMap(({ decisions }) => decisions.map(({ yes }) => yes)),
      [`--allow-exec ${SHELL}`],
    );
    const outside = replay(compile(careful), judged).groups.filter(({ subject }) => !DOCUMENTS.test(subject));
    assert.deepEqual(
      outside.filter(({ profile }) => !profile.endsWith(SHELL)).map(({ verdict, subject }) => [verdict, subject]),
      [['denied', SHELL]],
    );
  });

  test('lint has nothing against what was learned but the shell that a person allowed', () => {
    const findings = lintPolicy(parse(text), { dialect: '3.0', sensitivePaths: sensitivePaths() });
    const recorded = RECORDED.split('\n').map((line) => line.trim());
    assert.deepEqual(
      findings.filter(({ subject }) => !recorded.includes(subject)).map(({ id }) => id),
      ['shell-execution'],
    );
  });

  test('the files and their lines in another order give the same bytes', () => {
    const turned = runs.toReversed().map(([name, events]) => [name, events.toReversed()] as const);
    assert.equal(learnAll(observe(turned), new Set([SHELL])).text, text);
  });
});
