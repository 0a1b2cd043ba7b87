import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Affected, AffectedRange, RangeEvent } from '../../../core/advisory.ts';
import { type Verdict, verdictOn } from './affected.ts';
import { normalVersion } from './version-name.ts';
import { debianMatching, pythonMatching, semanticMatching } from './matching.ts';

function range(...events: readonly (readonly [RangeEvent['kind'], string])[]): AffectedRange {
  return { events: events.map(([kind, version]) => ({ kind, version })), limits: [] };
}

function python(version: string, ranges: readonly AffectedRange[], versions: readonly string[] = []): Verdict {
  const names = versions.map((one) => normalVersion('PyPI', one));
  return verdictOn(version, { versions: names, ranges }, pythonMatching);
}

test('bounds: introduced is in, fixed is out, last-affected is in', () => {
  const fixed = [range(['introduced', '1.2'], ['fixed', '1.4'])];
  const verdicts = ['1.1', '1.2.dev0', '1.2', '1.2.0', '1.3.9', '1.4.dev0', '1.4rc1', '1.4', '1.4.post1', '2'].map(
    (version) => python(version, fixed),
  );
  const expected = [false, false, true, true, true, true, true, false, false, false];
  assert.deepEqual(
    verdicts,
    expected.map((isIn) => (isIn ? 'affected' : 'not-affected')),
  );
  const last = [range(['introduced', '0'], ['last-affected', '2.0'])];
  assert.equal(python('2.0.0', last), 'affected');
  assert.equal(python('2.0.1', last), 'not-affected');
  assert.equal(python('0.dev0', last), 'affected');
  assert.equal(python('99', [range(['introduced', '0'])]), 'affected');
});

test('ranges may touch, overlap, and be written in any order of their own', () => {
  const touching = [range(['introduced', '2'], ['fixed', '3'], ['introduced', '1'], ['fixed', '2'])];
  assert.deepEqual(
    ['0.9', '1', '2', '2.9', '3'].map((version) => python(version, touching)),
    ['not-affected', 'affected', 'affected', 'affected', 'not-affected'],
  );
  const overlapping = [range(['introduced', '2.11'], ['fixed', '2.11.7'], ['introduced', '0'], ['fixed', '2.11.6'])];
  assert.equal(python('2.11.6', overlapping), 'affected');
  const loose = [range(['fixed', '3'], ['introduced', '2'], ['fixed', '1'], ['introduced', '0'])];
  assert.deepEqual(
    ['0.5', '1', '2', '3'].map((version) => python(version, loose)),
    ['affected', 'not-affected', 'affected', 'not-affected'],
  );
  const nothing = [range(['introduced', '1'], ['fixed', '1'])];
  assert.equal(python('1', nothing), 'not-affected');
});

test('limits end a branch; `*` is none', () => {
  const events = range(['introduced', '1']).events;
  assert.equal(python('2', [{ events, limits: ['2'] }]), 'not-affected');
  assert.equal(python('1.9', [{ events, limits: ['2'] }]), 'affected');
  assert.equal(python('9', [{ events, limits: ['2', '*'] }]), 'affected');
});

test('a version is known by every spelling of its name, and a build of one’s own by its release', () => {
  assert.equal(python('1.0.0', [], ['1.0']), 'affected');
  assert.equal(python('1.0-1', [], ['1.0.post1']), 'affected');
  assert.equal(python('2.0+cu118', [], ['2.0']), 'affected');
  assert.equal(python('2.0+cu118', [], ['2.0+CU118']), 'affected');
  assert.equal(python('2.0+cu118', [], ['2.0+cu117']), 'not-affected');
  assert.equal(python('2.0', [], ['2.0+cu118']), 'not-affected');
  assert.equal(python('2.0+cu118', [range(['introduced', '0'], ['last-affected', '2.0'])]), 'affected');
  assert.equal(python('2.0+patch.2', [range(['introduced', '0'], ['fixed', '2.0+patch.2'])]), 'not-affected');
  assert.equal(python('2.0+patch.1', [range(['introduced', '0'], ['fixed', '2.0+patch.2'])]), 'affected');
});

test('what is no version is unknown, unless it is named', () => {
  const ranges = [range(['introduced', '0'], ['fixed', '1'])];
  assert.equal(python('latest', ranges), 'unknown');
  assert.equal(python('2004d', ranges, ['2004d']), 'affected');
  assert.equal(python('3', [range(['introduced', '0'], ['fixed', '2019-09-12'])]), 'unknown');
  assert.equal(python('3', [range(['introduced', '0'], ['fixed', 'x'])], ['3']), 'affected');
  assert.equal(python('1'.repeat(10_000), ranges), 'unknown');
});

test('Debian and npm have orders of their own', () => {
  const debian: Affected = { versions: [], ranges: [range(['introduced', '0'], ['fixed', '1:2.3-4+deb12u1'])] };
  const verdicts = ['1:2.3-4', '1:2.3-4+deb12u1~bpo11+1', '1:2.3-4+deb12u1', '9.9-1'].map((version) =>
    verdictOn(version, debian, debianMatching),
  );
  assert.deepEqual(verdicts, ['affected', 'affected', 'not-affected', 'affected']);
  const npm: Affected = { versions: [], ranges: [range(['introduced', '1.0.0'], ['fixed', '1.10.0'])] };
  const answers = ['1.0.0-rc.1', '1.9.0', '1.10.0-beta', '1.10.0', 'v1.2.3', '1.2'].map((version) =>
    verdictOn(version, npm, semanticMatching),
  );
  assert.deepEqual(answers, ['not-affected', 'affected', 'affected', 'not-affected', 'affected', 'unknown']);
});

test('an answer is the union of the intervals, however many and wherever they are', () => {
  const interval = fc.tuple(fc.nat(20), fc.nat(20), fc.boolean());
  fc.assert(
    fc.property(fc.array(interval, { maxLength: 4 }), fc.nat(22), (intervals, version) => {
      const events = intervals.flatMap(([from, to, isFixed]): RangeEvent[] => [
        { kind: 'introduced', version: String(from) },
        { kind: isFixed ? 'fixed' : 'last-affected', version: String(to) },
      ]);
      const isIn = intervals.some(([from, to, isFixed]) => {
        const start = from === 0 ? -1 : from;
        return version >= start && (isFixed ? version < to : version <= to);
      });
      assert.equal(python(String(version), [{ events, limits: [] }]), isIn ? 'affected' : 'not-affected');
    }),
  );
});

test('a list of versions has the spelling that a verdict asks for', () => {
  const number = fc.constantFrom('0', '1', '01', '10', '00');
  const text = fc.array(number, { minLength: 1, maxLength: 4 }).map((numbers) => numbers.join('.'));
  fc.assert(
    fc.property(text, (version) => {
      const parsed = pythonMatching.scheme.parse(version);
      assert.equal(normalVersion('PyPI', version), parsed && pythonMatching.scheme.spell(parsed));
    }),
  );
  const others = [normalVersion('Debian:12', '1.0'), normalVersion('npm', 'v1.0.0+b'), normalVersion('Go', 'v1.0')];
  assert.deepEqual(others, ['0:1.0-0', '1.0.0', 'v1.0']);
});
