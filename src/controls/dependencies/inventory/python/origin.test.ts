import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { addressOrigin, indexOrigin, originOf, repositoryOrigin } from './origin.ts';

test('a direct_url.json says where a package came from (PEP 610)', () => {
  const commit = '7921be1537eac1e97bc40179a57f0349c2aee67d';
  const url = 'https://user:hunter2@h.example/shop.git';
  assert.equal(
    originOf(
      JSON.stringify({
        url,
        subdirectory: 'lib',
        vcs_info: { vcs: 'git', requested_revision: 'v1', commit_id: commit },
      }),
    ),
    `git+https://h.example/shop.git@${commit}#subdirectory=lib`,
  );
  assert.equal(originOf('{"url":"file:///srv/shop","dir_info":{"editable":true}}'), 'file:///srv/shop');
  assert.equal(originOf('{"url":"https://h.example/a.whl?sig=hunter2","archive_info":{}}'), 'https://h.example/a.whl');
  for (const text of ['', '[]', '{', 'null', '{"url":1}', '{"__proto__":{"url":"x"}}'])
    assert.equal(originOf(text), undefined);
});

test('no password is left in an address', () => {
  const addresses = [
    'https://user:hunter2@h.example/a',
    'git+https://hunter2@h.example/a@v1',
    'https://user:hunt@hunter2@h.example/a',
    'https://user:hunt/er2@h.example/a',
    'https://user:hunt?er2@h.example/a',
    'https://user:hunt#er2@h.example/a',
    'HTTPS://user:hunter2@h.example/a?token=hunter2#hunter2',
    'hunter2@h.example:a.git',
    `https://user:${'hunter2'.repeat(500)}@h.example/a`,
  ];
  for (const address of addresses) {
    assert.doesNotMatch(addressOrigin(address), /hunt|er2/, address);
    assert.doesNotMatch(repositoryOrigin({ system: 'git', url: address, revision: 'v1' }), /hunt|er2/, address);
  }
  assert.equal(addressOrigin('git+https://h.example/a@v1'), 'git+https://h.example/a@v1');
  assert.equal(addressOrigin('https://[::1]:8080/a@b'), 'https://[::1]:8080/a@b');
  assert.equal(addressOrigin('../libs/a@b'), '../libs/a@b');
});

test('PyPI is no other place', () => {
  assert.equal(indexOrigin('https://pypi.org/simple'), undefined);
  assert.equal(indexOrigin('https://u:p@pypi.org/simple/'), undefined);
  assert.equal(indexOrigin('https://u:p@pypi.example/simple'), 'https://pypi.example/simple');
  assert.equal(indexOrigin('https://pypi.org.example/simple'), 'https://pypi.org.example/simple');
});

test('no text breaks it, and nothing in it steers a terminal', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.doesNotMatch(originOf(JSON.stringify({ url: `x${text}` })) ?? '', /\p{Cc}/u);
      void originOf(text);
    }),
  );
});
