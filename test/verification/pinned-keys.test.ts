/** What a domain can say of the keys that a blueprint pins, before any file is signed by them. */
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { describePinnedKeys, pinnedKeys, type PinnedKeyState } from '../../src/signatures/openpgp/pinned-keys.ts';
import { GpgHome, whyNoGpg } from './gpg-home.ts';
import { EARLY, LATE, MIDDLE } from './openpgp-cast.ts';
import { trustOf } from './openpgp-case.ts';

const NOW = new Date('2026-11-01T00:00:00Z');
const BETWEEN = new Date('2024-02-15T00:00:00Z');

suite('pinned keys', { skip: whyNoGpg() }, () => {
  let home: GpgHome;
  before(() => {
    home = new GpgHome();
  });
  after(() => {
    home.close();
  });

  async function stateOf(fingerprint: string, keyring: Uint8Array | undefined, at = NOW): Promise<PinnedKeyState> {
    const [state] = await describePinnedKeys(trustOf([fingerprint], keyring), at);
    assert.ok(state !== undefined);
    assert.equal(state.fingerprint, fingerprint);
    assert.equal(state.name, 'somebody');
    return state;
  }

  test('one that is good for ever, and one that is not yet', async () => {
    const key = home.key('for-ever', { at: EARLY });
    const state = await stateOf(key, home.keyring(key));
    assert.ok(state.kind === 'usable');
    assert.equal(state.expiresAt, undefined);
    const unborn = await stateOf(key, home.keyring(key), new Date('2023-01-01T00:00:00Z'));
    assert.equal(unborn.kind, 'missing');
  });

  test('one that expires is usable until then, and says when', async () => {
    const key = home.key('a-month', { expires: '30d', at: EARLY });
    const state = await stateOf(key, home.keyring(key), BETWEEN);
    assert.ok(state.kind === 'usable');
    assert.equal(state.expiresAt?.toISOString(), '2024-03-02T00:00:00.000Z');
    const later = await stateOf(key, home.keyring(key));
    assert.ok(later.kind === 'expired');
    assert.equal(later.since.toISOString(), '2024-03-02T00:00:00.000Z');
    assert.equal(later.reason, 'the key expired on 2024-03-02T00:00:00Z');
    const lastSecond = await stateOf(key, home.keyring(key), new Date('2024-03-01T23:59:59Z'));
    assert.equal(lastSecond.kind, 'usable');
    const thatSecond = await stateOf(key, home.keyring(key), new Date('2024-03-02T00:00:00Z'));
    assert.equal(thatSecond.kind, 'expired');
  });

  test('one whose life was made longer', async () => {
    const key = home.key('prolonged', { expires: '30d', at: EARLY });
    home.run(['--faked-system-time', `${MIDDLE}!`, '--quick-set-expire', key, '20y']);
    const state = await stateOf(key, home.keyring(key));
    assert.ok(state.kind === 'usable');
    assert.equal(state.expiresAt?.getUTCFullYear(), 2044);
  });

  test('one whose only signing subkey expired', async () => {
    const key = home.key('old-subkey', { usage: 'cert', at: EARLY });
    home.subkey(key, { expires: '30d', at: EARLY });
    const state = await stateOf(key, home.keyring(key));
    assert.ok(state.kind === 'expired');
    assert.match(state.reason, /the subkey expired/);
    home.subkey(key, { at: LATE });
    const renewed = await stateOf(key, home.keyring(key));
    assert.ok(renewed.kind === 'usable');
    assert.equal(renewed.expiresAt, undefined);
  });

  test('one that was revoked', async () => {
    const key = home.key('gone', { at: EARLY });
    home.revoke(key, 1, { at: MIDDLE });
    const state = await stateOf(key, home.keyring(key));
    assert.ok(state.kind === 'revoked');
    assert.match(state.since.toISOString(), /^2024-06-01T/);
    const given = home.key('given-up', { at: EARLY });
    home.revoke(given, 3, { at: MIDDLE });
    assert.equal((await stateOf(given, home.keyring(given))).kind, 'revoked');
    assert.equal((await stateOf(given, home.keyring(given), BETWEEN)).kind, 'usable');
  });

  test('one that is too weak, by its length or by the hash that binds it', async () => {
    const short = home.key('short', { algorithm: 'rsa1024' });
    const state = await stateOf(short, home.keyring(short));
    assert.ok(state.kind === 'too-weak');
    assert.match(state.reason, /1024 bits of RSA are fewer than 2048/);
    const [allowed] = await describePinnedKeys(trustOf([short], home.keyring(short), 1024), NOW);
    assert.equal(allowed?.kind, 'missing', 'it was made after that moment');
    const dsa = home.key('dsa1024', { algorithm: 'dsa1024', at: EARLY });
    const [cut] = await describePinnedKeys(trustOf([dsa], home.keyring(dsa), 1024), NOW);
    assert.ok(cut?.kind === 'too-weak');
    assert.match(cut.reason, /cuts digests to 160 bits/);
    const bound = home.key('sha1', { algorithm: 'rsa2048', at: EARLY, args: ['--cert-digest-algo', 'SHA1'] });
    const weak = await stateOf(bound, home.keyring(bound));
    assert.ok(weak.kind === 'too-weak');
    assert.match(weak.reason, /hash algorithms that can be forged/);
  });

  test('one that is not there, for every reason', async () => {
    const key = home.key('there', { usage: 'cert', at: EARLY });
    const subkey = home.subkey(key, { at: EARLY });
    const keyring = home.keyring(key);
    const cases: readonly (readonly [string, Uint8Array | undefined, RegExp])[] = [
      ['0'.repeat(40), keyring, /does not hold it/],
      [subkey, keyring, new RegExp(`is a subkey of ${key}: pin the primary key`)],
      [key, undefined, /could not be read/],
      [key, Buffer.from('KBX........KBXf'), /no OpenPGP keys/],
      [key, home.run(['--export-secret-keys', key]), /secret key/],
      [key, keyring.subarray(0, 40), /cut off/],
    ];
    for (const [fingerprint, bytes, reason] of cases) {
      const state = await stateOf(fingerprint, bytes);
      assert.ok(state.kind === 'missing');
      assert.match(state.reason, reason);
    }
  });

  test('the keyring is read once for each trust', async () => {
    const key = home.key('cached');
    const trust = trustOf([key, key], home.keyring(key));
    assert.equal(pinnedKeys(trust), pinnedKeys(trust));
    assert.equal((await describePinnedKeys(trust, NOW)).length, 2);
  });
});
