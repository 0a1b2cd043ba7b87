/** The kernel is asked what its loaded profiles permit, path by path: the judge of everybody who says so without asking it. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { decodePolicy } from '../../src/apparmor/compiled/decode.ts';
import { permissionsOfFile } from '../../src/apparmor/compiled/files.ts';
import { recordedAnswers, recordedPolicy } from '../confinement/kernel-answers/recorded.ts';
import { whyNoLab } from './image.ts';
import { LabMachine } from './machine.ts';
import { ask } from './questions/ask.ts';
import { compared } from './questions/differences.ts';
import { pathsFor } from './questions/paths.ts';
import { compiledIn, installQuestions, LABELS, policyTexts } from './questions/policy.ts';

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

  test('are answered alike by what decodes the policy that this machine compiles', async (context) => {
    await using machine = await LabMachine.fresh();
    installQuestions(machine);
    const policy = decodePolicy(compiledIn(machine).policy);
    if (policy.kind === 'malformed') assert.fail(policy.reason);
    const profiles = new Map(policy.profiles.map((profile) => [profile.name, profile]));
    const kernel = ask(machine, LABELS, pathsFor(policyTexts()));
    const { questions, differences } = compared(kernel, LABELS, ({ label, path, isOwner }) => {
      const profile = profiles.get(label) ?? assert.fail(`the policy has no ${label}`);
      return permissionsOfFile(profile, path, isOwner);
    });
    context.diagnostic(`${String(questions)} questions`);
    assert.deepEqual(differences, []);
    assert.ok(questions >= LEAST_QUESTIONS);
  });
});
