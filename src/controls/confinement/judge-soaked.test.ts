import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { ConfinementState } from './state.ts';
import { PROGRAM, COMPLAINING, NOW, file, held, judged, kernel } from '../../../test/confinement/confinement-state.ts';

suite('enforced only when it was watched for long enough', () => {
  const WISH = { mode: 'enforce', soak: { days: 7, runs: 2 } };
  const complaining = (since: number): Partial<ConfinementState> => ({
    kernel: {
      kind: 'profiles',
      profiles: held('complain', 'enforce').map((one) => ({ ...one, loadedAtMs: NOW - 1000 })),
    },
    files: { files: [file(COMPLAINING, { changedAtMs: since })], problems: [] },
    processes: { kind: 'processes', processes: [], unseen: 0, bootedAtMs: NOW - 2000 },
  });
  const zero = { kind: 'known', value: 0 } as const;
  const seen = { runs: { kind: 'known', value: 2 }, lost: zero, denials: zero, reach: zero } as const;
  const remedyOf = (over: Partial<ConfinementState>) => judged(over, WISH).get(`confinement/program${PROGRAM}`)?.remedy;
  const WEEK = 7 * 24 * 60 * 60 * 1000;

  test('ready', () => {
    assert.equal(remedyOf({ ...complaining(NOW - WEEK), soak: { [PROGRAM]: seen } })?.kind, 'changes');
  });
  test('too early', () => {
    const remedy = remedyOf({ ...complaining(NOW - WEEK + 1), soak: { [PROGRAM]: seen } });
    assert.ok(remedy?.kind === 'manual');
    assert.match(remedy.instruction, /isn’t enforced yet: it has been in complain mode for 6 days/);
  });
  test('nothing was read', () => {
    const remedy = remedyOf(complaining(NOW - WEEK));
    assert.ok(remedy?.kind === 'manual');
    assert.match(remedy.instruction, /the logs were not read/);
  });
  test('not begun: what comes first is said', () => {
    const instruction = (over: Partial<ConfinementState>): string => {
      const remedy = remedyOf(over);
      return remedy?.kind === 'manual' ? remedy.instruction : '';
    };
    assert.match(instruction(kernel([])), /`freehold confine complain \/usr\/bin\/demo` begins it/);
    assert.match(instruction({ kernel: { kind: 'inactive', reason: 'off' } }), /AppArmor has to be at work first/);
    assert.doesNotMatch(instruction(complaining(NOW - WEEK)), /begins it/);
  });
  test('a file that was changed since is the reason, not that no log was read', () => {
    const remedy = remedyOf({ ...complaining(NOW), compiled: {} });
    assert.ok(remedy?.kind === 'manual');
    assert.match(remedy.instruction, /isn’t enforced yet: its file was changed after it was loaded\.$/);
  });
  test('what is enforced already waits for nothing', () => {
    assert.equal(remedyOf({})?.kind, undefined);
  });
});
