import assert from 'node:assert/strict';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { loadFiles, loaded, problemsOf } from './fixtures/inventories.ts';
import { GROUP_DEPTH_LIMIT, HOST_LIMIT } from './limits.ts';

/** What must be told of an INI inventory; `…` stands for any text. */
const WRONG: readonly (readonly [title: string, text: string, ...expected: string[]])[] = [
  ['a word without =', 'web1 x\n', 'syntax hosts:1:6 "x" sets no variable: it has no =.…'],
  ['an open quote', "a\nweb1 x='y\n", "syntax hosts:2:8 This line can't be read: the quote is never closed."],
  [
    'a backslash at the end',
    'web1 x=y\\\n',
    "syntax hosts:1:9 This line can't be read: nothing follows the backslash.",
  ],
  ['blanks in a section', '[web servers]\n', 'syntax hosts:1:1 "[web servers]" is no section.…'],
  ['an unknown kind of section', '[web:host]\na\n', 'syntax hosts:1:1 There are no sections of the kind "host".…'],
  [
    'a child that no section declares',
    '[web]\na\n[all:children]\nwbe\n',
    'unknown-group hosts:4:1 There is no group wbe to stand inside all. | Did you mean web?',
  ],
  ['variables of nobody', '[web:vars]\nx=1\n', 'unknown-group hosts:1:1 No section declares the group web …'],
  ['a variable without =', '[web]\na\n[web:vars]\nx\n', 'syntax hosts:4:1 "x" sets no variable: it has no =.…'],
  [
    'groups inside each other',
    '[a:children]\nb\n[b:children]\nc\n[c:children]\na\n[d:children]\na\n',
    'group-cycle hosts:… These groups stand inside each other in a circle: … → … → … → ….',
  ],
  ['all inside another', '[a:children]\nall\n', 'group-cycle hosts:2:1 The group all holds every other; …'],
  ['a range backwards', 'web[3:1]\n', 'invalid-host hosts:1:1 "web[3:1]" names no host: the range [3:1] ends before …'],
  ['a range of nothing', 'web[1]\n', 'invalid-host hosts:1:1 … a range is written [from:to] …'],
  ['ends of different lengths', 'web[01:100]\n', 'invalid-host … both ends of the range [01:100] need the same …'],
  ['a step of 0', 'web[1:9:0]\n', 'invalid-host … the step of the range [1:9:0] is no number above 0.'],
  ['too many hosts in one word', 'a[1:999]b[1:999]\n', 'invalid-host … it stands for more than 100000 hosts.'],
  ['a colon without port', '[a]\nweb:\n', 'invalid-host hosts:2:1 "web:" names no host: it ends with a colon …'],
  [
    'brackets without port',
    '[2001:db8::1] x=1\n',
    'invalid-host … | Write 2001:db8::1 without brackets, or [2001:db8::1]:22 with a port.',
  ],
  ['a priority in words', '[a]\nx\n[a:vars]\nansible_group_priority=high\n', 'invalid-value hosts:4:1 …'],
  ['every wrong line', 'a x\nb y\n', 'syntax hosts:1:3 …', 'syntax hosts:2:3 …'],
];

function assertLines(actual: readonly string[], expected: readonly string[]): void {
  assert.equal(actual.length, expected.length, actual.join('\n'));
  for (const [index, line] of expected.entries()) {
    const pattern = line.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
    assert.match(actual[index] ?? '', new RegExp(`^${pattern.join('.*')}$`, 's'));
  }
}

suite('an INI inventory that is wrong', () => {
  for (const [title, text, ...expected] of WRONG) {
    test(title, async () => {
      assertLines(await problemsOf({ hosts: text }), expected);
    });
  }
});

suite('inventories that are refused', () => {
  const cases: readonly (readonly [string, Record<string, string>, string])[] = [
    [
      'a program',
      { hosts: '#!/bin/sh\necho {}\n' },
      'refused hosts:1:1 "hosts" is a program that makes …ansible-inventory …',
    ],
    [
      'a plugin',
      { hosts: 'plugin: amazon.aws.aws_ec2\n' },
      'refused hosts:1:1 "hosts" configures a plugin …ansible-inventory …',
    ],
    [
      'a vault',
      { hosts: '$ANSIBLE_VAULT;1.1;AES256\n6162\n' },
      'refused hosts:1:1 "hosts" is encrypted with ansible-vault.…',
    ],
    ['a list of YAML', { hosts: '---\n- a\n' }, 'not-a-map hosts:2:1 A YAML inventory is made of groups…'],
    ['YAML that is none', { hosts: 'all:\n  hosts: {a\n' }, 'syntax hosts:…'],
    [
      'hosts as a list',
      { hosts: 'all:\n  hosts:\n    - a\n' },
      'wrong-type hosts:3:5 hosts of the group all must be a map. | Write `name:`…',
    ],
    [
      'a host that is a text',
      { hosts: 'all:\n  hosts:\n    a: b\n' },
      'wrong-type hosts:3:8 Below the host a stand its variables…',
    ],
    ['a circle in YAML', { hosts: 'a:\n  children:\n    b:\n      children:\n        a:\n' }, 'group-cycle hosts:…'],
    ['an alias of itself', { hosts: 'a: &x\n  vars: {y: *x}\n' }, 'invalid-alias hosts:2:13 …'],
    [
      'group_vars that are a list',
      { hosts: 'a\n', 'group_vars/all.yml': '- 1\n' },
      'not-a-map group_vars/all.yml:1:1 …',
    ],
  ];
  for (const [title, files, expected] of cases) {
    test(title, async () => {
      assertLines(await problemsOf(files), [expected]);
    });
  }

  test('a TOML file, and one that is missing', async () => {
    assertLines(await problemsOf({ 'hosts.toml': '[web.hosts]\n' }, ['hosts.toml', 'nothing']), [
      'refused hosts.toml:1:1 "hosts.toml" is a TOML inventory, which is not read.…',
      'not-found nothing:-:- There is no file "nothing".',
    ]);
  });

  test('aliases that would fill the memory', async () => {
    const levels = Array.from(
      { length: 20 },
      (_, level) => `  v${String(level + 1)}: &a${String(level + 1)} [*a${String(level)}, *a${String(level)}]`,
    );
    const [first] = await problemsOf({ hosts: `all:\n vars:\n  v0: &a0 [1, 1]\n${levels.join('\n')}\n` });
    assert.match(first ?? '', /^too-large .*1,000,000 values/);
  });

  test('groups nested too deep, and too many hosts', async () => {
    const sections = Array.from(
      { length: GROUP_DEPTH_LIMIT + 1 },
      (_, at) => `[g${String(at)}:children]\ng${String(at + 1)}\n`,
    );
    const deep = await problemsOf({ hosts: `${sections.join('')}[g${String(GROUP_DEPTH_LIMIT + 1)}]\n` });
    assertLines(deep, ['too-deep hosts:… Groups are nested more than 64 levels deep.']);
    const many = await problemsOf({ hosts: `a[1:${String(HOST_LIMIT - 1)}]\nb[1:2]\nc\n` });
    assertLines(many, ['too-large hosts:2:1 The inventory has more than 100,000 hosts.…']);
  });
});

suite('how a host is reached', () => {
  const addresses: readonly (readonly [line: string, address: string])[] = [
    ['h', 'ssh://h'],
    ['h ansible_host=10.0.0.1 ansible_port=22 ansible_user=admin', 'ssh://admin@10.0.0.1:22'],
    ['h ansible_ssh_host=x ansible_ssh_port=2222 ansible_ssh_user=u', 'ssh://u@x:2222'],
    ['h ansible_host=2001:db8::1', 'ssh://[2001:db8::1]'],
    ['[2001:db8::1]:2222', 'ssh://[2001:db8::1]:2222'],
    ['h ansible_connection=local', 'local'],
    ['h ansible_connection=ansible.builtin.paramiko_ssh', 'ssh://h'],
    ['h ansible_connection=containers.podman.podman ansible_host=legacy ansible_user=app', 'podman://app@legacy'],
    ['h ansible_connection=docker', 'docker://h'],
    ["h ansible_ssh_extra_args='-p 23 -l op'", 'ssh://op@h:23'],
    ["h ansible_host='{{ inventory_hostname_short }}.{{ domain }}' domain=example.org", 'ssh://h.example.org'],
    ["h ansible_port='{{ ports.ssh }}' ports=\"{'ssh': 2200}\"", 'ssh://h:2200'],
  ];
  for (const [line, address] of addresses) {
    test(line, async () => {
      const { inventory } = await loaded({ hosts: `${line}\n` });
      const [host] = inventory.hosts;
      assert(host !== undefined);
      assert.deepEqual(host.problems, []);
      assert.equal(host.address, address);
    });
  }

  const refused: readonly (readonly [line: string, problem: RegExp])[] = [
    ['h ansible_connection=winrm', /Windows, which is not supported yet/],
    ['h ansible_connection=ansible.netcommon.network_cli', /network device/],
    ['h ansible_connection=lxd', /no connection "lxd"/],
    ['h ansible_become=yes ansible_become_method=su', /can't become root by "su"/],
    ['h ansible_become=yes ansible_become_user=postgres', /becomes root or nobody else/],
    ['h ansible_become=perhaps', /must be true or false/],
    ['h ansible_port=ssh', /is no port/],
    ['h ansible_port=70000', /is no port/],
    ['h ansible_host=-oProxyCommand=x', /is no host name and no address/],
    ['h ansible_user=-x', /is no user name/],
    ["h ansible_host='a b'", /is no host name/],
    ['user@h', /"user@h" is no host name/],
    ['h ansible_host=\'{{ lookup("env", "X") }}\'', /Jinja expression/],
    ["h ansible_host='{{ nothing }}'", /there is no variable nothing/],
    ["h ansible_host='{{ a }}' a='{{ b }}' b='{{ a }}'", /in a row/],
    ["h ansible_host='{% if x %}y{% endif %}'", /Jinja template/],
    ["h ansible_ssh_common_args='-o ProxyJump=b other'", /"other" is no option of ssh/],
    ['h ansible_ssh_common_args="-o \'ProxyJump"', /the quote is never closed/],
  ];
  for (const [line, problem] of refused) {
    test(line, async () => {
      const { inventory } = await loaded({ hosts: `${line}\nother\n` });
      const [host, other] = inventory.hosts;
      assert(host !== undefined);
      assert.match(host.problems.map(({ message }) => message).join('\n'), problem);
      assert(host.problems.every(({ where }) => where?.line === 1 && where.column !== undefined));
      assert.deepEqual(other?.problems, [], 'the problem of one host is no other’s');
    });
  }

  test('become, keys and jump hosts go with the host', async () => {
    const { host } = await loaded({
      hosts:
        '[w]\nh ansible_become=1 ansible_become_method=doas ansible_ssh_private_key_file=~/.ssh/k\n[w:vars]\nansible_ssh_common_args=\'-o ProxyCommand="ssh -W %h:%p -q bastion" -J b2 -4C\'\n',
    });
    const { become, identityFile, sshArguments } = host('h');
    assert.deepEqual(
      { become, identityFile, sshArguments },
      {
        become: 'doas',
        identityFile: '~/.ssh/k',
        sshArguments: ['-o', 'ProxyCommand=ssh -W %h:%p -q bastion', '-J', 'b2', '-4', '-C'],
      },
    );
  });

  test('what would weaken host keys is dropped, and told once for all hosts', async () => {
    const args =
      '-o StrictHostKeyChecking=no -oUserKnownHostsFile=/dev/null -A -R 1:a:2 -o ControlMaster=auto -o "forwardagent yes" -vvv';
    const { inventory, warnings } = await loaded({ hosts: `h[1:50]\n[all:vars]\nansible_ssh_common_args='${args}'\n` });
    assert(inventory.hosts.every(({ sshArguments }) => sshArguments.length === 0));
    assertLines(warnings, [
      'ssh-option hosts:3:1 Of ansible_ssh_common_args, StrictHostKeyChecking, UserKnownHostsFile, -A, -R, forwardagent is not used: host keys …',
    ]);
  });

  test('passwords are not used, and never shown', async () => {
    const { inventory, warnings } = await loaded({ hosts: 'h ansible_password=hunter2 ansible_become_pass=hunter3\n' });
    assert.equal(inventory.hosts[0]?.address, 'ssh://h');
    assert.deepEqual(warnings.length, 2);
    assert.doesNotMatch(warnings.join('\n'), /hunter/);
    const { result } = await loadFiles({
      hosts: 'a ansible_port=70000 ansible_password=hunter2\n',
      'host_vars/a.yml': 'vault_pass: {x: hunter3}\nansible_user: -x\n',
    });
    assert(result.kind === 'loaded');
    assert.equal(result.inventory.hosts[0]?.problems.length, 2);
    assert.doesNotMatch(JSON.stringify([result.warnings, result.inventory.hosts[0].problems]), /hunter/);
    const wrong = await loadFiles({ hosts: 'a ansible_password=x hunter2\nb ansible_become_pass="hunter3\n' });
    assert(wrong.result.kind === 'invalid');
    assert.equal(wrong.result.diagnostics.length, 2);
    assert.doesNotMatch(JSON.stringify(wrong.result), /hunter/);
  });
});

suite('variables of an inventory', () => {
  test('what ansible-vault has encrypted counts only where the connection needs it', async () => {
    const { host } = await loaded({
      hosts: '[web]\na\nb\n[db]\nc\n',
      'group_vars/web/vault.yml': '$ANSIBLE_VAULT;1.1;AES256\n616263\n',
      'group_vars/web/vars.yml':
        'secret: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  6162\nansible_user: "{{ vault_user }}"\n',
      'host_vars/b.yml': 'ansible_user: admin\n',
      'host_vars/c.yml': 'ansible_host: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  6162\n',
    });
    assert.match(host('a').problems[0]?.message ?? '', /ansible_user can't be known: there is no variable vault_user/);
    assert.match(host('a').problems[0]?.hint ?? '', /vault\.yml", which is encrypted/);
    assert.deepEqual(host('b').problems, []);
    assert.deepEqual(host('b').variables, { ansible_user: 'admin' });
    assert.match(host('c').problems[0]?.message ?? '', /ansible_host is encrypted/);
  });

  test('merge keys, aliases and tags of YAML 1.1', async () => {
    const { host } = await loaded({
      hosts:
        'x: &base\n  vars: &v {a: 1, b: yes}\nall:\n  hosts:\n    h:\n      <<: *v\n      b: 010\n      c: !unsafe "{{ z }}"\n',
    });
    assert.deepEqual(host('h').variables, { a: 1, b: 8, c: '{{ z }}' });
  });

  test('the output of ansible-inventory --list, plain and exported', async () => {
    const hosts = JSON.stringify({
      _meta: {
        hostvars: {
          a: { ansible_host: '10.0.0.1', s: { __ansible_vault: 'x' }, u: { __ansible_unsafe: '{{' } },
          lone: {},
        },
      },
      all: { children: ['ungrouped', 'web'] },
      web: { hosts: ['a', 'b'], vars: { ansible_user: 'admin' }, children: ['inner'] },
      inner: ['c'],
    });
    const { host, inventory } = await loaded({ 'l.json': hosts }, ['l.json']);
    assert.deepEqual(
      inventory.hosts.map(({ name, address }) => `${name} ${address}`),
      ['a ssh://admin@10.0.0.1', 'b ssh://admin@b', 'c ssh://admin@c', 'lone ssh://lone'],
    );
    assert.deepEqual(host('c').groups, ['inner', 'web']);
    assert.deepEqual(host('a').variables, { ansible_user: 'admin', ansible_host: '10.0.0.1', u: '{{' });
  });

  test('__proto__ is a name like no other', async () => {
    const { host } = await loaded({ hosts: 'h __proto__=1 constructor=2\n', 'host_vars/h.yml': '__proto__: {x: 1}\n' });
    assert.equal(Object.getPrototypeOf(host('h').variables), Object.prototype);
    assert.equal(host('h').variables['constructor'], 2);
  });
});

suite('folders and files', () => {
  test('a folder is read in order; what Ansible passes over is told of', async () => {
    const { inventory, warnings } = await loaded(
      { 'inv/b': 'b\n', 'inv/a': 'a\n', 'inv/c.ini': 'c\n', 'inv/.d': 'd\n', 'inv/e.bak': 'e\n', 'inv/sub/f': 'f\n' },
      ['inv'],
    );
    assert.deepEqual(
      inventory.hosts.map(({ name }) => name),
      ['a', 'b', 'f'],
    );
    assertLines(warnings, ['ignored inv/c.ini:-:- "c.ini" is not read: …| Rename it to c, or name the file itself.']);
  });

  test('a file that everybody may change is told of', async () => {
    const { home } = await loadFiles({ hosts: 'a\n' });
    chmodSync(join(home, 'hosts'), 0o666);
    const { loadInventory } = await import('./load-inventory.ts');
    const result = await loadInventory({ paths: [join(home, 'hosts')] });
    assert(result.kind === 'loaded');
    assert.deepEqual(
      result.warnings.map(({ code }) => code),
      ['inventory/writable-by-others'],
    );
  });
});

test('10,000 hosts are read within a second, on a machine that has nothing else to do', async () => {
  const sections = Array.from({ length: 100 }, (_, group) => {
    const lines = Array.from(
      { length: 100 },
      (__, at) => `h${String(group)}-${String(at)} ansible_user=admin tags="['a', 'b']"`,
    );
    return `[g${String(group)}]\n${lines.join('\n')}\n[g${String(group)}:vars]\nx=${String(group)}\n`;
  });
  const files = { hosts: sections.join('') };
  const before = performance.now();
  const { inventory } = await loaded(files);
  assert.equal(inventory.hosts.length, 10_000);
  // Measured: 0.3 s. Other tests run at the same time, so this only catches what grows faster than the inventory.
  assert(performance.now() - before < 5000);
});
