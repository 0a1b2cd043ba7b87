import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { suite, test } from 'node:test';
import { z } from 'zod';
import { controls, knownKeys as shippedKeys } from '../controls/index.ts';
import { dig, keysAt, sections } from './fixtures/workspace.ts';
import { blueprintJsonSchema } from './json-schema.ts';

test('schema/freehold.schema.json is what the code says (UPDATE_SCHEMAS=1 writes it)', () => {
  const url = new URL('../../schema/freehold.schema.json', import.meta.url);
  const current = blueprintJsonSchema({ controls, knownKeys: shippedKeys() });
  if (process.env['UPDATE_SCHEMAS'] === '1') writeFileSync(url, `${JSON.stringify(current, null, 2)}\n`);
  assert.deepEqual(JSON.parse(readFileSync(url, 'utf8')), JSON.parse(JSON.stringify(current)));
});

suite('the schema for editors', () => {
  const known = new Map([
    ['net.ipv4.ip_forward', 'IPv4 forwarding'],
    ['kernel.kptr_restrict', 'Kernel addresses'],
  ]);
  const knownKeys = [{ place: ['kernel', 'sysctl'], keys: known }];
  const plain = blueprintJsonSchema({ controls: sections });
  const offering = blueprintJsonSchema({ controls, knownKeys });

  test('every pattern means the same to every validator, with the u flag and without', () => {
    const patterns: string[] = [];
    walk(plain, (schema) => {
      if (typeof schema['pattern'] === 'string') patterns.push(schema['pattern']);
    });
    assert(patterns.length > 10);
    for (const pattern of patterns) {
      for (const flags of ['', 'u']) assert.doesNotThrow(() => new RegExp(pattern, flags), pattern);
      assert.doesNotMatch(pattern, /\\[pPku]\{/, pattern);
    }
  });

  test('every key of the frame and of each section is described', () => {
    for (const [key, schema] of Object.entries(plain.properties ?? {})) {
      assert(typeof schema === 'object' && (schema.description ?? '').length > 10, key);
    }
    const section = plain.properties?.['kernel'];
    assert(typeof section === 'object');
    for (const [key, schema] of Object.entries(section.properties ?? {})) {
      assert(typeof schema === 'object' && (schema.description ?? '').length > 10, key);
    }
  });

  test('offers known keys with what they do, and takes others too', () => {
    const sysctl = dig(offering, 'properties', 'kernel', 'properties', 'sysctl');
    assert.deepEqual(keysAt(sysctl, 'properties'), ['kernel.kptr_restrict', 'net.ipv4.ip_forward']);
    assert.equal(dig(sysctl, 'properties', 'net.ipv4.ip_forward', 'description'), 'IPv4 forwarding');
    assert.deepEqual(dig(sysctl, 'additionalProperties'), { $ref: '#/definitions/kernel.sysctl' });
    const place = [{ place: ['kernel', 'nothing'], keys: known }];
    assert.throws(() => blueprintJsonSchema({ controls, knownKeys: place }), /no property nothing/);
  });

  // The schema is read back as a validator: what the program takes it must take, and what it refuses by shape it must refuse.
  for (const [name, schema] of [
    ['plain', plain],
    ['offering keys', offering],
  ] as const) {
    const copy = JSON.parse(JSON.stringify(schema)) as Parameters<typeof z.fromJSONSchema>[0];
    const validator = z.fromJSONSchema(copy);
    const accepts = (value: unknown): boolean => validator.safeParse(value).success;
    const wish = (sysctl: unknown): unknown => ({ version: 1, kernel: { sysctl } });

    test(`${name}: takes what a file may say`, () => {
      assert(accepts({ version: 1 }));
      assert(accepts({ version: 1, name: 'x', extends: 'server', variables: { a: 1 }, waivers: null, kernel: null }));
      assert(accepts({ version: 1, extends: ['server', 'b.yaml'], kernel: { file: null, boot: { required: null } } }));
      assert(accepts(wish({ 'a.b': 1, 'a.c': '1 2', 'a.d': null, 'net.ipv4.ip_forward': 0 })));
      assert(accepts(wish({ 'a.b': { value: 1, severity: 'high', why: null } })));
      assert(accepts(wish({ 'a.b': { severity: 'high' } })), 'the value may stand in a preset');
      assert(accepts({ version: 1, waivers: [{ finding: 'a', reason: 'r', owner: 'o', expires: '2027-01-01' }] }));
    });

    test(`${name}: marks what it may not`, () => {
      assert(!accepts({}));
      assert(!accepts({ version: 2 }));
      assert(!accepts({ version: 1, kernal: {} }));
      assert(!accepts({ version: 1, kernel: { sysctl: [] } }));
      assert(!accepts(wish({ 'a.b': true })));
      assert(!accepts(wish({ 'net.ipv4.ip_forward': [] })));
      assert(!accepts(wish({ 'a.b': { valu: 1 } })));
      assert(!accepts(wish({ 'a.b': { value: 1, severity: 'worst' } })));
      assert(!accepts({ version: 1, waivers: [{ finding: 'a', reason: 'r', owner: 'o' }] }), 'lists are not merged');
    });
  }
});

type Schema = Readonly<Record<string, unknown>>;

function walk(value: unknown, visit: (schema: Schema) => void): void {
  if (typeof value !== 'object' || value === null) return;
  visit(value as Schema);
  for (const inner of Object.values(value)) walk(inner, visit);
}
