/**
 * What is said of files that gpg signed, and of what an attacker would make of them; and in the same run what gpgv and sqv say.
 * Where one of them says otherwise, the table says why; a reason that is not needed is a mistake in the table.
 */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { askJudges, GpgHome, missingJudges, whyNoGpg } from './gpg-home.ts';
import { makeCast } from './openpgp-cast.ts';
import { type Case, judge } from './openpgp-case.ts';
import { documentCases } from './openpgp-document-cases.ts';
import { keyCases } from './openpgp-key-cases.ts';
import { messageCases } from './openpgp-message-cases.ts';
import { modernCases } from './openpgp-modern-cases.ts';

const skip = whyNoGpg();
const missing = missingJudges();

test('the cases can be made', { skip }, () => {
  assert.equal(skip, false);
});

test('gpgv and sqv judge the same cases', {
  skip: missing.length > 0 && `LEFT OUT: no ${missing.join(' and no ')}; install gpgv and sqv`,
});

for (const one of [...(skip === false ? gpgCases() : []), ...(await modernCases())]) {
  test(one.name, async () => {
    const outcome = await judge(one, new Date());
    const [verdict, reason] =
      outcome.kind === 'malformed'
        ? (['malformed', outcome.reason] as const)
        : ([outcome.judgement.verdict, outcome.judgement.reason] as const);
    assert.equal(verdict, one.expected, reason);
    assert.match(reason, one.reason);
    if (one.content !== undefined) {
      assert.ok(outcome.kind === 'judged' && outcome.content !== undefined);
      assert.equal(Buffer.from(outcome.content).toString(), one.content);
    }
    compareWithTools(one, verdict === 'verified');
  });
}

function compareWithTools(one: Case, isVerified: boolean): void {
  if (missing.length > 0) return;
  const judged = askJudges({ keyring: one.toolKeyring ?? one.keyring, signature: one.signature, data: one.data });
  for (const tool of ['gpgv', 'sqv'] as const) {
    const accepts = judged[tool];
    if (accepts === undefined) continue;
    const says = `${tool} ${accepts ? 'accepts' : 'refuses'} it`;
    if (accepts === isVerified) assert.equal(one[tool], undefined, `${says}: the explanation is not needed`);
    else assert.ok(one[tool] !== undefined, `${says}: why?`);
  }
}

function gpgCases(): readonly Case[] {
  const home = new GpgHome();
  after(() => {
    home.close();
  });
  try {
    const cast = makeCast(home);
    return [...documentCases(cast), ...keyCases(cast), ...messageCases(cast)];
  } catch (error: unknown) {
    home.close();
    throw error;
  }
}
