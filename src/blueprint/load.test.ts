import assert from 'node:assert/strict';
import { chmodSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import type { Json } from '../core/json.ts';
import { dig, keysAt, load, loaded, presets, sections, write } from './fixtures/workspace.ts';
import { loadBlueprint, loadPreset } from './load.ts';

const V = 'version: 1\n';

suite('a blueprint', () => {
  test('is put together from everything it extends, in order, each file once', async () => {
    const blueprint = await loaded({
      'main.yaml': `${V}extends: [server, ./site/web.yaml]\nkernel: {sysctl: {kernel.kptr_restrict: 2}}\n`,
      'site/web.yaml': `${V}extends: [baseline, base.yaml]\nkernel: {file: /etc/sysctl.d/90-web.conf}\n`,
      'site/base.yaml': `${V}kernel: {file: /etc/sysctl.d/80-base.conf, sysctl: {vm.swappiness: "10"}}\n`,
    });
    assert.deepEqual(
      blueprint.extends.map((one) => basename(one)),
      ['baseline', 'server', 'base.yaml', 'web.yaml'],
    );
    assert.equal(blueprint.name, 'main');
    assert.deepEqual(blueprint.policies.get('kernel'), {
      sysctl: {
        'kernel.kptr_restrict': { value: '2' },
        'kernel.dmesg_restrict': { value: '1' },
        'net.ipv4.ip_forward': { value: '0', why: 'no router' },
        'vm.swappiness': { value: '10' },
      },
      file: '/etc/sysctl.d/90-web.conf',
      boot: { required: {}, forbidden: {}, file: '/etc/default/grub.d/99-freehold.cfg' },
      modules: {},
      modprobeFile: '/etc/modprobe.d/99-freehold.conf',
    });
    assert(!blueprint.policies.has('sample'), 'no file has this section');
  });

  test('knows where each value is written', async () => {
    const home = write({
      'main.yaml': `${V}extends: [server, b.yaml]\nkernel:\n  sysctl:\n    a.b: 1\n`,
      'b.yaml': `${V}\nkernel: {sysctl: {a.b: 0, c.d: 1}}\n`,
    });
    const result = await loadBlueprint({ path: join(home, 'main.yaml'), controls: sections, presets });
    assert(result.kind === 'loaded');
    const { originOf } = result.blueprint;
    assert.deepEqual(originOf(['kernel', 'sysctl', 'a.b']), { path: join(home, 'main.yaml'), line: 5 });
    assert.deepEqual(originOf(['kernel', 'sysctl', 'c.d']), { path: join(home, 'b.yaml'), line: 3 });
    const preset = originOf(['kernel', 'sysctl', 'net.ipv4.ip_forward', 'why']);
    assert.deepEqual(preset, { path: 'presets/server.yaml', line: 5 });
    assert.equal(originOf(['kernel', 'boot']), undefined);
  });

  test('a later file can’t be undone by a base that two files share', async () => {
    const blueprint = await loaded({
      'main.yaml': `${V}extends: [a.yaml, b.yaml]\n`,
      'a.yaml': `${V}extends: base.yaml\nsample: {count: 2}\n`,
      'b.yaml': `${V}extends: base.yaml\n`,
      'base.yaml': `${V}sample: {count: 1, list: [x, y]}\n`,
    });
    assert.deepEqual(blueprint.policies.get('sample'), { flag: false, count: 2, list: ['x', 'y'], users: {} });
  });

  test('null takes back a value, a map, a section, the waivers; lists are replaced', async () => {
    const waiver = '{finding: a/b, reason: r, owner: o, expires: 2027-01-01}';
    const base = `${V}kernel: {sysctl: {a.b: 1, c.d: 1}}\nsample: {count: 3, users: {x: {id: 1}}, list: [a, b]}\nwaivers: [${waiver}]\n`;
    const first = await loaded({
      'base.yaml': base,
      'main.yaml': `${V}extends: base.yaml\nkernel: {sysctl: {a.b: null}}\nsample: {count: ~, users: {x: null}, list: [c]}\n`,
    });
    assert.deepEqual(keysAt(first.policies.get('kernel'), 'sysctl'), ['c.d']);
    assert.deepEqual(first.policies.get('sample'), { flag: false, count: 1, list: ['c'], users: {} });
    assert.equal(first.waivers.length, 1);
    const second = await loaded({
      'base.yaml': base,
      'main.yaml': `${V}extends: base.yaml\nsample: null\nwaivers: null\n`,
    });
    assert.deepEqual([...second.policies.keys()], ['kernel']);
    assert.deepEqual(second.waivers, []);
  });

  test('a key whose whole content is commented out counts for nothing', async () => {
    const blueprint = await loaded({
      'main.yaml': `${V}extends:\n# - server\nvariables:\nkernel:\n  sysctl:\n  # a.b: 1\n  boot:\n    required:\nsample:\n  users:\n  list:\nwaivers:\n`,
    });
    assert.deepEqual([...blueprint.policies.keys()], ['kernel', 'sample']);
    assert.deepEqual(blueprint.extends, []);
    assert.equal((await loaded({ 'main.yaml': `${V}kernel:\n# sysctl:\n` })).policies.size, 0);
  });

  test('an empty key leaves what is extended as it is', async () => {
    const blueprint = await loaded({ 'main.yaml': `${V}extends: baseline\nkernel:\n  sysctl:\n` });
    assert.equal(keysAt(blueprint.policies.get('kernel'), 'sysctl').length, 2);
  });

  test('plain scalars are what YAML 1.2 says: dates, yes and on are texts, 0o17 and 0x1f numbers', async () => {
    const blueprint = await loaded({
      'main.yaml': `${V}kernel: {sysctl: {a.a: yes, a.b: on, a.c: 2027-01-01, a.d: 0o17, a.e: 0x1f, a.f: 4 4 1 7, a.g: -1, a.h: "$(id); \`x\` | 'y'"}}\nwaivers:\n  - {finding: x, reason: r, owner: o, expires: 2028-02-29}\n`,
    });
    const kernel = blueprint.policies.get('kernel');
    const values = keysAt(kernel, 'sysctl').map((key) => dig(kernel, 'sysctl', key, 'value'));
    assert.deepEqual(values, ['yes', 'on', '2027-01-01', '15', '31', '4 4 1 7', '-1', "$(id); `x` | 'y'"]);
    assert.equal(blueprint.waivers[0]?.expires, '2028-02-29');
    assert.equal(blueprint.waivers[0].where?.line, 4);
  });

  test('anchors and aliases work inside one file', async () => {
    const blueprint = await loaded({
      'main.yaml': `${V}sample: {users: {a: &x {id: 1}, b: *x, c: &x {id: 2}, d: *x}}\n`,
    });
    const users = dig(blueprint.policies.get('sample'), 'users');
    assert.deepEqual(users, { a: { id: 1 }, b: { id: 1 }, c: { id: 2 }, d: { id: 2 } });
  });

  test('its digest is that of the wish, not of the spelling', async () => {
    const one = await loaded({ 'main.yaml': `${V}kernel: {sysctl: {a.b: 1, c.d: "x"}}\n` });
    const same = await loaded({
      'main.yaml': `# text\n${V}name: other\nextends: b.yaml\nkernel:\n  sysctl: {a.b: "1"}\n`,
      'b.yaml': `${V}kernel: {sysctl: {c.d: x, a.b: 7}}\n`,
    });
    const other = await loaded({ 'main.yaml': `${V}kernel: {sysctl: {a.b: 2, c.d: "x"}}\n` });
    assert.match(one.digest, /^sha256:[0-9a-f]{64}$/);
    assert.equal(one.digest, same.digest);
    assert.notEqual(one.digest, other.digest);
  });

  test('a preset alone is a blueprint', async () => {
    const result = await loadPreset({ name: 'server', controls: sections, presets });
    assert(result.kind === 'loaded');
    const { name, path, extends: bases, policies } = result.blueprint;
    assert.deepEqual([name, path, bases], ['server', 'presets/server.yaml', ['baseline']]);
    assert.equal(keysAt(policies.get('kernel'), 'sysctl').length, 3);
    const missing = await loadPreset({ name: 'sever', controls: sections, presets });
    assert(missing.kind === 'invalid');
    assert.match(missing.diagnostics[0]?.hint ?? '', /^Did you mean server\?/);
  });

  test('a byte order mark and CRLF line ends are no one’s fault', async () => {
    const result = await load({ 'main.yaml': `\uFEFFversion: 1\r\nsample:\r\n  cout: 3\r\n` });
    assert(result.kind === 'invalid');
    assert.deepEqual(result.diagnostics[0]?.where?.column, 3);
    assert.equal(result.diagnostics[0].where.excerpt, '  cout: 3');
  });
});

suite('variables', () => {
  const main = (text: string): Record<string, string> => ({ 'main.yaml': `${V}${text}` });
  const sample = async (files: Record<string, string>): Promise<unknown> =>
    (await loaded(files)).policies.get('sample');

  test('stand for texts inside texts and for values alone', async () => {
    const files = main(
      'variables: {n: 3, yes: true, release: 12.10, who: Ann}\nsample: {count: "${n}", flag: "${yes}", list: ["a ${release} ${who}", "$${n} $x $", "${who}"]}\n',
    );
    const expected = { count: 3, flag: true, list: ['a 12.10 Ann', '${n} $x $', 'Ann'], users: {} };
    assert.deepEqual(await sample(files), expected);
  });

  test('are changed by the file that extends, also for what is extended', async () => {
    const expected = { flag: false, count: 5, users: {} };
    assert.deepEqual(
      await sample({
        'main.yaml': `${V}extends: b.yaml\nvariables: {n: 5}\n`,
        'b.yaml': `${V}variables: {n: 3}\nsample: {count: "\${n}"}\n`,
      }),
      expected,
    );
  });

  test('work in waivers', async () => {
    const text =
      'variables: {team: Ops}\nwaivers: [{finding: x, reason: "by ${team}", owner: "${team}", expires: 2027-01-01}]\n';
    const { waivers } = await loaded(main(text));
    assert.deepEqual([waivers[0]?.owner, waivers[0]?.reason], ['Ops', 'by Ops']);
  });

  test('can’t blow a blueprint up', async () => {
    const long = 'x'.repeat(100_000);
    const items = Array.from({ length: 50 }, () => '"${a}-"').join(',');
    const result = await load({ 'main.yaml': `${V}variables: {a: ${long}}\nsample: {list: [${items}]}\n` });
    assert(result.kind === 'invalid');
    assert.deepEqual(
      result.diagnostics.map(({ code }) => code),
      ['blueprint/too-large'],
    );
  });
});

suite('warnings', () => {
  const warningsOf = async (files: Record<string, string>): Promise<string[]> => {
    const result = await load(files);
    assert(result.kind === 'loaded', JSON.stringify(result));
    return result.warnings.map(({ code, where, hint }) => `${code} ${where?.line ?? ''} ${hint ?? ''}`.trim());
  };

  test('a null that takes nothing back', async () => {
    const text = `${V}extends: baseline\nkernel:\n  sysctl:\n    kernel.kptr_restict: null\n    kernel.dmesg_restrict: null\n`;
    assert.deepEqual(await warningsOf({ 'main.yaml': text }), [
      'blueprint/nothing-taken-back 5 Did you mean kernel.kptr_restrict?',
    ]);
  });

  test('a variable that nothing uses', async () => {
    const warnings = await warningsOf({ 'main.yaml': `${V}variables: {a: 1, b: 2}\nsample: {count: "\${b}"}\n` });
    assert.deepEqual(warnings, ['blueprint/unused-variable 2']);
  });

  test('a file that everybody may change', async () => {
    const home = write({ 'main.yaml': V });
    chmodSync(join(home, 'main.yaml'), 0o666);
    const result = await loadBlueprint({ path: join(home, 'main.yaml'), controls: sections, presets });
    assert(result.kind === 'loaded');
    assert.deepEqual(
      result.warnings.map(({ code }) => code),
      ['blueprint/writable-by-others'],
    );
  });
});

suite('extends', () => {
  test('a circle names its files, also through symbolic links', async () => {
    const home = write({
      'main.yaml': `${V}extends: a.yaml\n`,
      'a.yaml': `${V}extends: [server, link.yaml]\n`,
    });
    symlinkSync('main.yaml', join(home, 'link.yaml'));
    const result = await loadBlueprint({ path: join(home, 'main.yaml'), controls: sections, presets });
    assert(result.kind === 'invalid');
    const [problem] = result.diagnostics;
    assert.equal(problem?.code, 'blueprint/extends-cycle');
    assert.equal(problem.where?.path, join(home, 'a.yaml'));
    assert.deepEqual([problem.where.line, problem.where.column], [2, 19]);
    const names = problem.message.split(' → ').map((part) => basename(part).replace(/"\.?$/, ''));
    assert.deepEqual(names, ['main.yaml', 'a.yaml', 'link.yaml']);
  });

  test('a file can’t extend itself', async () => {
    const result = await load({ 'main.yaml': `${V}extends: ./main.yaml\n` });
    assert(result.kind === 'invalid');
    assert.equal(result.diagnostics[0]?.code, 'blueprint/extends-cycle');
  });

  test('rows and numbers of files are limited', async () => {
    const row = Object.fromEntries(
      Array.from({ length: 30 }, (_, index) => [`${index}.yaml`, `${V}extends: ${index + 1}.yaml\n`]),
    );
    const long = await load({ ...row, 'main.yaml': `${V}extends: 0.yaml\n` });
    assert(long.kind === 'invalid');
    assert.deepEqual(
      long.diagnostics.map(({ code }) => code),
      ['blueprint/extends-limit'],
    );
    const many = Object.fromEntries(Array.from({ length: 70 }, (_, index) => [`${index}.yaml`, V]));
    const wide = await load({ ...many, 'main.yaml': `${V}extends: [${Object.keys(many).join(', ')}]\n` });
    assert(wide.kind === 'invalid');
    assert.deepEqual(new Set(wide.diagnostics.map(({ code }) => code)), new Set(['blueprint/extends-limit']));
  });

  test('problems of all files are told at once, and none that a missing file may have caused', async () => {
    const result = await load({
      'main.yaml': `${V}extends: [a.yaml, gone.yaml]\nsample: {users: {x: {shell: sh}}, cout: 1}\n`,
      'a.yaml': `${V}sample: {flag: 1}\nkernal: {}\n`,
    });
    assert(result.kind === 'invalid');
    assert.deepEqual(
      result.diagnostics.map(({ code, where }) => `${code} ${basename(where?.path ?? '')}:${where?.line}`),
      [
        'blueprint/wrong-type a.yaml:2',
        'blueprint/unknown-key a.yaml:3',
        'blueprint/not-found main.yaml:2',
        'blueprint/unknown-key main.yaml:3',
      ],
    );
  });
});

test('whatever a file holds, loading answers', async () => {
  const pieces = `version: 1|kernel:|sysctl:|a.b: 1|- |  |: |{|}|[|]|"|'|&a|*a|!!x|? |>-|#|%YAML|---|...|<<|\${a}|$\${|null|extends: server|waivers:|finding: x|variables:|__proto__: 1|0o7|.inf|é`;
  const word = fc.constantFrom(...pieces.split('|'), '\t', '\n', '| ', '\0', '\uFFFE', '\r\n');
  const texts = fc.oneof(
    fc.array(word, { maxLength: 25 }).map((words) => words.join('')),
    fc.string({ unit: 'binary' }),
  );
  const bytes = fc.oneof(
    texts,
    texts.map((text) => `version: 1\n${text}`),
    fc.uint8Array({ maxLength: 60 }),
  );
  const home = write({});
  await fc.assert(
    fc.asyncProperty(bytes, async (content) => {
      writeFileSync(join(home, 'main.yaml'), content);
      const result = await loadBlueprint({ path: join(home, 'main.yaml'), controls: sections, presets });
      if (result.kind === 'loaded') return;
      assert(result.diagnostics.length > 0);
      for (const { message, hint = '', where } of result.diagnostics) {
        assert.doesNotMatch(`${message}${hint}`, /[\0-\x1f]|undefined|\[object/);
        assert.equal(where?.path, join(home, 'main.yaml'));
      }
    }),
    { numRuns: 1500 },
  );
});

suite('the variables of a host', () => {
  const files = {
    'main.yaml': `${V}extends: base.yaml\nvariables: {colour: red}\nsample: {count: "\${count}", colour: "\${colour}"}\n`,
    'base.yaml': `${V}variables: {count: 1}\n`,
  };
  const loadWith = (variables: Readonly<Record<string, Json>>): ReturnType<typeof loadBlueprint> =>
    loadBlueprint({ path: join(write(files), 'main.yaml'), controls: sections, presets, variables });

  test('stand in the place of the blueprint’s own, and others count for nothing', async () => {
    const result = await loadWith({ count: 7, unknown: ['x'] });
    assert(result.kind === 'loaded');
    assert.deepEqual(result.blueprint.policies.get('sample'), { flag: false, count: 7, colour: 'red', users: {} });
    assert.deepEqual(result.blueprint.variables, ['colour', 'count']);
  });

  test('are held against the schema like every value', async () => {
    const result = await loadWith({ count: 70 });
    assert(result.kind === 'invalid');
    assert.match(result.diagnostics[0]?.message ?? '', /sample\.count must be at most 10; it is the number 70/);
  });

  for (const [value, message] of [
    [[1], /a list or a map/],
    ['{{ x }}', /the template "\{\{ x \}\}", which is not filled in/],
  ] as const) {
    test(`can't be ${JSON.stringify(value)}`, async () => {
      const result = await loadWith({ count: value });
      assert(result.kind === 'invalid');
      assert.match(result.diagnostics[0]?.message ?? '', message);
    });
  }
});
