import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, suite } from 'node:test';
import { parsePolicy } from '../apparmor/language/parse-policy.ts';
import { loadPolicyTree } from '../controls/confinement/policy-sources/observe.ts';
import { openLocalHost } from '../host/local.ts';
import { localPolicyTree } from './policy-tree.ts';

suite('a policy where it lies', () => {
  const base = mkdtempSync(join(tmpdir(), 'freehold-policy-'));
  after(() => rmSync(base, { recursive: true }));
  mkdirSync(join(base, 'abstractions', 'x.d'), { recursive: true });
  writeFileSync(join(base, 'main'), 'profile p {\n  include <abstractions/x>\n  include if exists <local/p>\n}\n');
  writeFileSync(join(base, 'abstractions', 'x'), '/x r,\ninclude <abstractions/x.d>\n');
  writeFileSync(join(base, 'abstractions', 'x.d', 'one'), Buffer.from('/\xff r,\n', 'latin1'));
  const options = { dialect: '3.0', base } as const;

  test('is read to the last include, the same from a host as from this machine', async () => {
    const host = openLocalHost();
    const path = join(base, 'main');
    const { tree, unread } = await loadPolicyTree(host, [path], options);
    const local = parsePolicy(path, localPolicyTree(), options);
    assert.deepEqual(parsePolicy(path, tree, options), local);
    assert.deepEqual(unread, []);
    assert.deepEqual(local.diagnostics, []);
    assert.deepEqual(
      local.profiles[0]?.rules.map(({ text }) => text),
      ['/x r,', '/\xff r,'],
    );
    await host.close();
  });

  test('what is not there is told at the place that asks for it', async () => {
    const host = openLocalHost();
    const path = join(base, 'bad');
    writeFileSync(path, 'profile p {\n  include <none>\n}\n');
    const { tree } = await loadPolicyTree(host, [path], options);
    assert.deepEqual(
      parsePolicy(path, tree, options).diagnostics.map(({ code, where }) => [code, where?.path, where?.line]),
      [['apparmor/include-missing', path, 2]],
    );
    await host.close();
  });

  test('what lies behind the limit of all bytes is told as unread', async () => {
    const host = openLocalHost();
    const path = join(base, 'main');
    const { tree, unread } = await loadPolicyTree(host, [path], { ...options, limitBytes: 10 });
    assert.equal(tree.file(join(base, 'abstractions', 'x')), undefined);
    assert.deepEqual(
      unread.map(({ message }) => message.includes('more than 10 bytes')),
      unread.map(() => true),
    );
    assert.ok(unread.some((one) => one.path === join(base, 'abstractions', 'x')));
    await host.close();
  });
});
