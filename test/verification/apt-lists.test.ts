/** The signed lists that apt fetched to this machine, judged by Debian's keys pinned one by one. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { basename } from 'node:path';
import { test } from 'node:test';
import { combineJudgements } from '../../src/signatures/combine.ts';
import { judgeOpenPgpMessage } from '../../src/signatures/openpgp/message.ts';
import { describePinnedKeys } from '../../src/signatures/openpgp/pinned-keys.ts';
import type { Trust } from '../../src/signatures/trust.ts';
import { readBytes } from './gpg-home.ts';
import { trustOf } from './openpgp-case.ts';

const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';
const LISTS: readonly string[] = globSync('/var/lib/apt/lists/*_InRelease').sort();

/** Only those of Debian itself: other archives have keys of their own. */
const OF_DEBIAN: readonly string[] = LISTS.filter((path) =>
  /^Origin: Debian$/m.test(Buffer.from(readBytes(path)).toString()),
);

const skip = whyNot();

function whyNot(): string | false {
  if (!existsSync(KEYRING)) return 'LEFT OUT: no keyring of Debian; install debian-archive-keyring';
  if (OF_DEBIAN.length === 0) return 'LEFT OUT: apt has no lists of Debian here; run apt-get update';
  return spawnSync('gpg', ['--version']).error === undefined ? false : 'LEFT OUT: no gpg; install gnupg';
}

/** Of the primary keys, as gpg lists them: each before its subkeys. */
function fingerprints(): readonly string[] {
  const { stdout } = spawnSync('gpg', ['--with-colons', '--show-keys', KEYRING]);
  const keys = stdout.toString().split(/^pub:/m).slice(1);
  return keys.map((key) => /^fpr:+([0-9A-F]{40}):/m.exec(key)?.[1] ?? '');
}

function debianTrust(pins: readonly string[]): Trust {
  return trustOf(pins, readBytes(KEYRING));
}

test('every key of Debian is usable and expires', { skip }, async () => {
  const pins = fingerprints();
  assert.ok(pins.length > 0);
  const states = await describePinnedKeys(debianTrust(pins), new Date());
  for (const state of states)
    assert.ok(state.kind === 'usable' && state.expiresAt !== undefined, JSON.stringify(state));
});

for (const path of skip === false ? OF_DEBIAN : []) {
  test(`${basename(path)} is what Debian signed`, async () => {
    const pins = fingerprints();
    const trust = debianTrust(pins);
    const bytes = readBytes(path);
    const message = await judgeOpenPgpMessage(bytes, trust, new Date());
    assert.ok(message.kind === 'message' && message.form === 'clear-signed');
    assert.deepEqual(
      message.judgements.map(({ verdict }) => verdict).filter((one) => one !== 'verified'),
      [],
    );
    assert.ok(message.judgements.length > 0);
    assert.match(Buffer.from(message.content).toString(), /^Origin: Debian\n[^]*\nSHA256:\n/);

    const changed = Uint8Array.from(bytes);
    const at = Buffer.from(bytes).indexOf('\nSHA256:\n') + '\nSHA256:\n '.length;
    changed[at] = (changed[at] ?? 0) ^ 1;
    const other = await judgeOpenPgpMessage(changed, trust, new Date());
    assert.ok(other.kind === 'message');
    assert.equal(combineJudgements(other.judgements).verdict, 'tampered');

    const signers = new Set(message.judgements.map(({ signer }) => signer?.id));
    const strangers = debianTrust(pins.filter((pin) => !signers.has(pin)));
    const unpinned = await judgeOpenPgpMessage(bytes, strangers, new Date());
    assert.ok(unpinned.kind === 'message');
    assert.equal(combineJudgements(unpinned.judgements).verdict, 'untrusted');
  });
}

test('the lists of apt are judged', { skip }, () => {
  assert.ok(OF_DEBIAN.length > 0);
});
