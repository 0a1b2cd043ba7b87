import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { z } from 'zod';
import { loadPreset } from '../../../blueprint/index.ts';
import { loadAssetData } from '../../../core/assets.ts';
import { kernel } from '../index.ts';
import { explainKernel, kernelTopics } from '../explain.ts';
import { bootKnowledge, bootNames, moduleKnowledge, moduleNames, sysctlKeys, sysctlKnowledge } from './index.ts';
import { catalogueFile, sourcesFile, sysctlFile } from './schema.ts';

const FOLDER = 'src/controls/kernel/catalogue';
const anyRecord = z.record(z.string(), z.unknown());
const namedKeys = z.object({
  sysctl: anyRecord,
  boot: z.object({ required: anyRecord, forbidden: anyRecord }),
  modules: anyRecord,
});
const LEAST_SYSCTLS = 75;
const LEAST_PRESET_KEYS = 60;

test('the files have the shape that the code takes them to have, and cite known sources', () => {
  const sources = sourcesFile.parse(loadAssetData(`${FOLDER}/sources.yaml`)).sources;
  const files = [
    sysctlFile.parse(loadAssetData(`${FOLDER}/sysctl.yaml`)),
    catalogueFile.parse(loadAssetData(`${FOLDER}/boot.yaml`)),
    catalogueFile.parse(loadAssetData(`${FOLDER}/modules.yaml`)),
  ];
  for (const { keys } of files) {
    for (const [key, { references }] of Object.entries(keys)) {
      for (const { source } of references) assert.ok(Object.hasOwn(sources, source), `${key} cites ${source}`);
    }
  }
  assert.ok(sysctlKeys().length >= LEAST_SYSCTLS);
});

test('every setting below conf/ says how an interface’s value counts, and write-once values are in its order', () => {
  const keys = sysctlFile.parse(loadAssetData(`${FOLDER}/sysctl.yaml`)).keys;
  for (const [key, entry] of Object.entries(keys)) {
    assert.equal(key.includes('.conf.') || key === 'net.ipv4.ip_forward', entry.interfaceRule !== undefined, key);
    assert.equal(
      key.startsWith('net.ipv') || key.startsWith('net.netfilter'),
      entry.isPerNetworkNamespace === true,
      key,
    );
    if (!Array.isArray(entry.order)) continue;
    const ranked = entry.order.flat();
    assert.equal(new Set(ranked).size, ranked.length, key);
    for (const value of entry.writeOnce?.values ?? []) assert.ok(ranked.includes(value), key);
  }
});

for (const name of ['baseline', 'workstation', 'server', 'strict']) {
  test(`the preset ${name} asks only for what the catalogue can explain`, async () => {
    const loaded = await loadPreset({ name, controls: [kernel] });
    assert.ok(loaded.kind === 'loaded');
    const policy = namedKeys.parse(loaded.blueprint.policies.get('kernel'));
    for (const key of Object.keys(policy.sysctl)) assert.ok(sysctlKnowledge(key), key);
    for (const key of Object.keys({ ...policy.boot.required, ...policy.boot.forbidden }))
      assert.ok(bootKnowledge(key), key);
    for (const key of Object.keys(policy.modules)) assert.ok(moduleKnowledge(key), key);
    if (name !== 'baseline') assert.ok(Object.keys(policy.sysctl).length >= LEAST_PRESET_KEYS);
  });
}

test('an interface’s key finds the entry of all interfaces, with dots in its name as well', () => {
  assert.equal(sysctlKnowledge('net.ipv4.conf.eth0/100.rp_filter')?.title, 'Reverse path filter, eth0.100');
  assert.equal(sysctlKnowledge('net.ipv4.conf.all.rp_filter')?.interfaceRule, 'max');
  assert.equal(moduleKnowledge('usb-storage')?.title, moduleKnowledge('usb_storage')?.title);
  const byHand = (key: string): readonly string[] | undefined => sysctlKnowledge(key)?.checkByHand;
  assert.deepEqual(byHand("net.ipv4.conf.';reboot;'.rp_filter"), byHand('net.ipv4.conf.*.rp_filter'));
  assert.equal(byHand('net.ipv4.conf.eth0.rp_filter')?.[0], 'grep . /proc/sys/net/ipv4/conf/*/rp_filter');
  for (const name of ['constructor', '__proto__', 'net.ipv4.conf..rp_filter'])
    assert.equal(sysctlKnowledge(name), undefined);
});

test('every topic is explained, and however a key is spelled', () => {
  for (const topic of kernelTopics()) assert.ok(explainKernel(topic), topic);
  assert.equal(kernelTopics().length, sysctlKeys().length + bootNames().length + moduleNames().length);
  const title = explainKernel('kernel/sysctl/net.ipv4.ip_forward')?.title;
  for (const topic of ['net.ipv4.ip_forward', 'net/ipv4/ip_forward']) assert.equal(explainKernel(topic)?.title, title);
  assert.equal(explainKernel('nokaslr')?.title, 'Kernel at a fixed address');
});

test('no topic breaks it', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.constantFrom(...kernelTopics()).map((one) => `${one}.`),
      ),
      (topic) => {
        explainKernel(topic);
        sysctlKnowledge(topic);
      },
    ),
  );
});
