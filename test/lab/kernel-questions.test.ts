/** The kernel is asked what its loaded profiles permit, path by path: the judge of everybody who says so without asking it. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { recordedAnswers, recordedPolicy } from '../confinement/kernel-answers/recorded.ts';
import { whyNoLab } from './image.ts';
import { LabMachine } from './machine.ts';
import { ask } from './questions/ask.ts';
import { compared } from './questions/differences.ts';

const LEAST_QUESTIONS = 10_000;

suite('questions to the kernel', { skip: whyNoLab() }, () => {
  test('are answered as they were when the answers were recorded', async (context) => {
    const recorded = recordedAnswers();
    await using machine = await LabMachine.fresh();
    // The compiled policy itself, as it was given to the kernel then: no parser comes in between.
    const policy = recordedPolicy().toString('base64');
    machine.sh(`base64 -d >/root/policy <<'END'\n${policy}\nEND\napparmor_parser -r -B /root/policy`);
    const answers = ask(machine, recorded.labels, recorded.paths);
    const { questions, differences } = compared(recorded, recorded.labels, ({ label, path, isOwner }) => {
      const index = answers.table[`${label} ${isOwner ? 'owner' : 'other'}`]?.[answers.paths.indexOf(path)];
      return answers.answers[index ?? -1] ?? assert.fail(`${label}, ${path}`);
    });
    context.diagnostic(`${String(questions)} questions`);
    assert.deepEqual(differences, []);
    assert.ok(questions >= LEAST_QUESTIONS);
  });
});
