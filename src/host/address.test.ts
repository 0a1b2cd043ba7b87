import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatAddress, type HostAddress, isAddress, parseAddress } from './address.ts';
import { HostError } from './error.ts';
import { sshArgv } from './transport/ssh.ts';

const name = fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,20}$/);
const user = fc.option(fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9._@+-]{0,20}$/), { nil: undefined });
const port = fc.option(fc.integer({ min: 1, max: 65_535 }), { nil: undefined });
const path = fc.stringMatching(/^[a-z/.][a-z0-9/. _-]{0,30}$/).filter((text) => !text.startsWith('//'));
const address: fc.Arbitrary<HostAddress> = fc.oneof(
  fc.constant({ kind: 'local' as const }),
  fc.record({
    kind: fc.constant('ssh' as const),
    host: fc.oneof(name, fc.constantFrom('::1', '2001:db8::1', 'fe80::1%eth0')),
    user,
    port,
  }),
  fc.record({
    kind: fc.constantFrom('podman' as const, 'docker' as const),
    container: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,20}$/),
    user,
  }),
  fc.record({ kind: fc.constant('nsenter' as const), pid: fc.integer({ min: 1, max: 4_194_304 }) }),
  fc.record({ kind: fc.constantFrom('image' as const, 'recorded' as const), path }),
);

test('what is written is read back', () => {
  fc.assert(
    fc.property(address, (one) => {
      const text = formatAddress(one);
      assert.deepEqual({ ...parseAddress(text) }, { ...one });
      assert.equal(isAddress(text), true);
    }),
  );
});

test('no text makes a word that ssh takes for an option', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.string().map((text) => `ssh://${text}`),
        fc.constantFrom('ssh://-oProxyCommand=id', 'ssh://-l@host', 'ssh://a@-b', 'ssh://[-x]'),
      ),
      (text) => {
        let parsed: HostAddress;
        try {
          parsed = parseAddress(text);
        } catch (error) {
          assert.ok(error instanceof HostError && error.code === 'address' && error.hint !== undefined);
          return;
        }
        if (parsed.kind !== 'ssh') return;
        const argv = sshArgv(parsed, { isInteractive: false, isFresh: true, connectTimeoutMs: 1000 });
        assert.equal(argv.at(-2), '--');
        assert.ok(!parsed.host.startsWith('-') && !(parsed.user ?? '').startsWith('-'));
      },
    ),
  );
});

test('names and patterns of an inventory are no addresses', () => {
  for (const word of ['web1', 'web:!web1', 'web:&staging', '~web.*', 'all', 'files.example.org']) {
    assert.equal(isAddress(word), false, word);
  }
  for (const word of ['ssh://a', 'foo://b', 'image:x', './a.fhr', 'local']) assert.equal(isAddress(word), true, word);
});

test('a password in an address is refused by name', () => {
  assert.throws(() => parseAddress('ssh://admin:secret@host'), /password has no place/);
});
