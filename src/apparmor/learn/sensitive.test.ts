import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LinkRule } from '../language/syntax.ts';
import type { AccessEvent } from '../log/event.ts';
import { PatternEngine } from './pattern-engine.ts';
import { access, everyRun, learnRuns, placeAt, profileOf, texts } from '../../../test/confinement/learning.ts';

test('a pattern never opens a sensitive path: the names stay', () => {
  const words = 'ab cd ef gh ij kl mn op qr'.split(' ');
  const runs = Object.fromEntries(
    words.map((word, run) => [
      `run-${String(run)}`,
      [access(`/home/anna/${word}`, { isOwner: true, requested: 'rw' })],
    ]),
  );
  const learned = learnRuns(runs);
  assert.equal(texts(learned).length, words.length);
  assert.deepEqual(
    learned.refused.map(({ pattern, names, sensitive }) => [pattern, names, sensitive]),
    [['/{home/*,root}/[^./]*', words.length, 'password-store']],
  );
  assert.deepEqual(learned.sensitive, []);
});

test("a sensitive path is a decision, and learned by a person's word", () => {
  const runs = everyRun([access('/home/anna/.ssh/id_ed25519', { isOwner: true })]);
  const learned = learnRuns(runs);
  assert.deepEqual(texts(learned), []);
  assert.deepEqual(
    learned.decisions.map(({ kind, yes }) => [kind, yes]),
    [['sensitive', '--allow-sensitive ssh']],
  );
  const allowed = learnRuns(runs, { allowedSensitive: new Set(['ssh']) });
  assert.deepEqual(texts(allowed), ['owner @{HOME}/.ssh/id_ed25519 r,']);
  assert.deepEqual(
    allowed.sensitive.map(({ id }) => id),
    ['ssh'],
    'and the report says that it is open',
  );
});

test('a rule for links opens what it leads to, unless the link may have no more than the file', () => {
  const link = (isSubset: boolean): LinkRule => ({
    kind: 'link',
    place: placeAt(1),
    text: 'link',
    isAudited: false,
    effect: 'allow',
    priority: 0,
    owner: 'any',
    isSubset,
    path: { written: '/srv/x/*', expanded: ['/srv/x/*'] },
    target: { written: '/etc/shadow', expanded: ['/etc/shadow'] },
  });
  const opened = (rule: LinkRule): readonly string[] =>
    learnRuns(everyRun([access('/etc/a')]), { profile: profileOf([rule]) }).sensitive.map(({ id }) => id);
  assert.deepEqual(opened(link(false)), ['shadow']);
  assert.deepEqual(opened(link(true)), []);
});

/** Counts how often two patterns are held against each other. */
class CountingEngine extends PatternEngine {
  comparisons = 0;

  override intersects(a: string, b: string): ReturnType<PatternEngine['intersects']> {
    this.comparisons += 1;
    return super.intersects(a, b);
  }
}

test('ten times the documents in a home take no more comparisons of patterns', () => {
  const comparisons = (documents: number): number => {
    const engine = new CountingEngine();
    const of = (run: number): readonly AccessEvent[] =>
      Array.from({ length: documents }, (_, index) => {
        const folder = `project ${'abcdefghij'[index % 10] ?? ''} of ${['spring', 'summer', 'autumn'][run] ?? ''}`;
        const name = `letter ${'xyz'[run] ?? ''}${String.fromCharCode(97 + (index % 26))}${'q'.repeat(index / 26)}.odt`;
        return access(`/home/anna/Documents/${folder}/${name}`, { isOwner: true });
      });
    const learned = learnRuns({ a: of(0), b: of(1), c: of(2) }, { engine });
    assert.deepEqual(texts(learned), ['owner @{HOME}/Documents/** r,']);
    return engine.comparisons;
  };
  assert.equal(comparisons(1000), comparisons(100));
});
