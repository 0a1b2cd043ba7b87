import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { dig, keysAt, load, presets, sections } from './fixtures/workspace.ts';
import { loadPreset } from './load.ts';
import { starterBlueprint } from './starter.ts';

const options = {
  preset: 'server',
  machine: { hostname: 'files', osName: 'Debian GNU/Linux 12 (bookworm)', kernelRelease: '6.1.0-31-amd64' },
  today: '2026-11-23',
  notes: ['server, because no desktop was found.', 'Containers run here: they need net.ipv4.ip_forward.'],
};

async function assertLoads(text: string): Promise<ReturnType<typeof load>> {
  const result = await load({ 'main.yaml': text });
  assert(result.kind === 'loaded', JSON.stringify(result, null, 1));
  assert.deepEqual(result.warnings, []);
  return result;
}

suite('the starter blueprint', () => {
  test('loads without a word, as its preset and nothing else', async () => {
    const result = await assertLoads(starterBlueprint(options));
    assert(result.kind === 'loaded');
    const { blueprint } = result;
    assert.equal(blueprint.name, 'files');
    assert.deepEqual(blueprint.extends, ['baseline', 'server']);
    assert.deepEqual(blueprint.waivers, []);
    const preset = await loadPreset({ name: 'server', controls: sections, presets });
    assert(preset.kind === 'loaded');
    assert.equal(blueprint.digest, preset.blueprint.digest);
  });

  test('its examples work as soon as the # is taken away', async () => {
    const result = await assertLoads(starterBlueprint(options).replace(/^( *)#(?=\S)/gm, '$1'));
    assert(result.kind === 'loaded');
    const { policies, waivers } = result.blueprint;
    const kernel = policies.get('kernel');
    assert.equal(dig(kernel, 'sysctl', 'kernel.kptr_restrict', 'value'), '2');
    assert.equal(dig(kernel, 'sysctl', 'net.ipv4.ip_forward'), undefined);
    assert.deepEqual(keysAt(kernel, 'modules'), ['dccp']);
    assert.equal(waivers[0]?.expires, '2027-01-31');
  });

  test('names the schema in its first line, and keeps to a readable width', () => {
    const lines = starterBlueprint(options).split('\n');
    assert.equal(lines[0], '# yaml-language-server: $schema=freehold.schema.json');
    for (const line of lines) assert(line.length <= 100, line);
  });

  test('nothing that a machine says of itself gets out of its comment', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: 'binary' }), { minLength: 4, maxLength: 4 }), async (texts) => {
        const [hostname = '', osName = '', kernelRelease = '', note = ''] = texts.map(
          (text) => `${text}\nversion: 7\r`,
        );
        const text = starterBlueprint({ ...options, machine: { hostname, osName, kernelRelease }, notes: [note] });
        const result = await assertLoads(text);
        assert(result.kind === 'loaded' && result.blueprint.extends.includes('server'));
      }),
      { numRuns: 100 },
    );
  });
});
