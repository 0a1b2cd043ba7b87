import assert from 'node:assert/strict';
import { dirname, join } from 'node:path';
import { suite, test } from 'node:test';
import { loadOwn, type OwnResult } from './fixtures/inventories.ts';

async function loadedOwn(
  text: string,
  files?: Readonly<Record<string, string>>,
): Promise<Extract<OwnResult, { kind: 'loaded' }>> {
  const result = await loadOwn(text, files);
  if (result.kind === 'invalid') throw new Error(result.problems.join('\n'));
  return result;
}

suite('the inventory: of a blueprint', () => {
  test('hosts in short, in long, and by their name alone', async () => {
    const { inventory } = await loadedOwn(
      '  hosts:\n    files: ssh://admin@files.example.org\n    db1: { address: "ssh://[2001:db8::1]:22", become: sudo }\n    alone:\n    legacy: podman://legacy-app\n    here: local\n',
    );
    assert.deepEqual(
      inventory.hosts.map(({ name, address, become }) => [name, address, become]),
      [
        ['files', 'ssh://admin@files.example.org', undefined],
        ['db1', 'ssh://[2001:db8::1]:22', 'sudo'],
        ['alone', 'ssh://alone', undefined],
        ['legacy', 'podman://legacy-app', undefined],
        ['here', 'local', undefined],
      ],
    );
    assert.equal(inventory.hosts[2]?.where.line, 6);
  });

  test('paths count from the folder of the file', async () => {
    const { host, home } = await loadedOwn(
      '  hosts:\n    a: image:images/laptop\n    b: ./x.fhr\n    c: recorded:y\n    d: { identityFile: keys/k, blueprint: ./d.yaml }\n    e: { identityFile: ~/.ssh/k, blueprint: strict }\n    f: image:///srv/f\n',
    );
    assert.equal(host('a').address, `image://${join(home, 'images/laptop')}`);
    assert.equal(host('b').address, `recorded:${join(home, 'x.fhr')}`);
    assert.equal(host('c').address, `recorded:${join(home, 'y')}`);
    assert.equal(host('d').identityFile, join(home, 'keys/k'));
    assert.equal(host('d').blueprint, join(home, 'd.yaml'));
    assert.equal(host('e').identityFile, '~/.ssh/k');
    assert.equal(host('e').blueprint, 'strict');
    assert.equal(host('f').address, 'image:///srv/f');
  });

  test('stands above the Ansible inventories it names, and speaks about their groups', async () => {
    const { host, inventory } = await loadedOwn(
      '  from: [ansible/hosts.ini]\n  hosts: { web1: { become: doas } }\n  groups:\n    web: { blueprint: server, become: sudo, variables: { level: 3 } }\n    more: { hosts: [web1], groups: [db] }\n    all: { variables: { level: 1, site: a } }\n',
      {
        'ansible/hosts.ini': '[web]\nweb1\nweb2 ansible_become=no\n[db]\ndb1 level=9\n',
        'ansible/group_vars/web.yml': 'level: 2\nsite: b\n',
      },
    );
    assert.equal(host('web1').become, 'doas');
    assert.equal(host('web2').become, undefined, 'a host’s own variable counts more than a group’s');
    assert.equal(host('web2').blueprint, 'server');
    assert.equal(host('db1').blueprint, undefined);
    assert.deepEqual(host('web1').groups, ['more', 'web']);
    assert.deepEqual(host('db1').groups, ['db', 'more']);
    assert.equal(host('web2').variables['level'], 3);
    assert.equal(host('web2').variables['site'], 'a');
    assert.equal(host('db1').variables['level'], 9);
    assert.deepEqual(
      inventory.files.map((path) => path.slice(dirname(inventory.files[0] ?? '').length + 1)),
      ['hosts.ini', 'group_vars/web.yml'],
    );
  });

  test('the innermost group’s blueprint counts; two that are equally near are a problem of the host', async () => {
    const { host } = await loadedOwn(
      '  hosts: { a: , b: , c: { blueprint: strict } }\n  groups:\n    outer: { groups: [inner], blueprint: baseline }\n    inner: { hosts: [a], blueprint: server }\n    x: { hosts: [b, c], blueprint: server }\n    y: { hosts: [b, c], blueprint: ./y.yaml }\n',
    );
    assert.equal(host('a').blueprint, 'server');
    assert.equal(host('b').blueprint, undefined);
    assert.match(host('b').problems[0]?.message ?? '', /Two groups of b name different blueprints: x and y\./);
    assert.equal(host('b').problems[0]?.where?.line, 8);
    assert.equal(host('c').blueprint, 'strict');
    assert.deepEqual(host('c').problems, []);
  });

  test('a file that extends another adds to its inventory, and takes back', async () => {
    const { inventory } = await loadedOwn('  hosts: { b: ssh://new, c: null, d: ssh://d }\nextends: base.yaml\n', {
      'base.yaml': 'version: 1\ninventory: { hosts: { a: ssh://a, b: ssh://old, c: ssh://c } }\n',
    });
    assert.deepEqual(
      inventory.hosts.map(({ address }) => address),
      ['ssh://a', 'ssh://new', 'ssh://d'],
    );
  });

  const wrong: readonly (readonly [text: string, problem: RegExp])[] = [
    ['  host: {}\n', /unknown-key main\.yaml:3:3 There is no "host" in inventory\. \| Did you mean hosts\?/],
    ['  hosts: { a: { adress: ssh://a } }\n', /unknown-key .* Did you mean address\?/],
    ['  hosts: { a: files.example.org }\n', /main\.yaml:3:15 inventory\.hosts\.a must be an address: local, ssh:/],
    ['  hosts: { a: "ssh://admin:secret@a" }\n', /must be an address/],
    ['  hosts: { a: { become: su } }\n', /inventory\.hosts\.a\.become must be sudo, doas or false/],
    ['  hosts: { "a*": ssh://a }\n', /must be a name without blanks/],
    ['  hosts: { a: ssh://a, a: ssh://b }\n', /duplicate-key/],
    [
      '  hosts: { web1: }\n  groups: { g: { hosts: [wbe1] } }\n',
      /unknown-host main\.yaml:4:26 There is no host wbe1\. \| Did you mean web1\?/,
    ],
    [
      '  groups: { web: {}, g: { groups: [wbe] } }\n',
      /unknown-group main\.yaml:3:36 There is no group wbe\. \| Did you mean web\?/,
    ],
    [
      '  groups: { a: { groups: [b] }, b: { groups: [a] } }\n',
      /group-cycle main\.yaml:3:\d+ .*(?:a → b → a|b → a → b)/,
    ],
    ['  groups: { ungrouped: {} }\n', /must not be ungrouped/],
    [
      '  hosts: { a: { blueprint: srever } }\n',
      /unknown-preset main\.yaml:3:17 There is no preset "srever"\. \| Did you mean server\?/,
    ],
    ['  from: nothing.ini\n', /not-found main\.yaml:3:3 There is no file "nothing\.ini"/],
    ['  groups: { g: { variables: { x: [1] } } }\n', /inventory\.groups\.g\.variables\.x must be/],
  ];
  for (const [text, problem] of wrong) {
    test(`is refused: ${text.trim()}`, async () => {
      const result = await loadOwn(text);
      assert(result.kind === 'invalid', 'it was loaded');
      assert.match(result.problems.join('\n'), problem);
    });
  }

  for (const text of ['  from: []\n', '  hosts:\n  groups:\n', '']) {
    test(`may be empty: ${JSON.stringify(text)}`, async () => {
      const { inventory } = await loadedOwn(text);
      assert.deepEqual(inventory.hosts, []);
    });
  }
});
