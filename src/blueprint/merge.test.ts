import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { dig } from './fixtures/workspace.ts';
import { mergeMaps, vainNulls, withoutTakenBack } from './merge.ts';
import { fromPlain, type MapNode, toPlain } from './tree.ts';

type Data = { readonly [key: string]: Data | string | number | null | readonly string[] };

const mark = { position: () => ({ path: 'x' }) };

function tree(data: Data): MapNode {
  const node = fromPlain(data, () => mark);
  assert(node.kind === 'map');
  return node;
}

function merge(...layers: readonly Data[]): unknown {
  return toPlain(layers.map(tree).reduce(mergeMaps));
}

/** Like blueprints that follow a schema: a key has the same kind of value in every file. */
const { map: data } = fc.letrec<{ map: Data; value: string | number | null | readonly string[] }>((tie) => ({
  value: fc.oneof(fc.constantFrom(null, 1, 2, 'x'), fc.array(fc.constantFrom('a', 'b'), { maxLength: 2 })),
  map: fc
    .tuple(
      fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('value'), { maxKeys: 3 }),
      fc.option(fc.dictionary(fc.constantFrom('m', 'n'), tie('map'), { maxKeys: 2 }), { nil: {}, depthSize: 'small' }),
    )
    .map(([values, maps]) => ({ ...values, ...maps })),
}));

suite('laying maps over each other', () => {
  test('keys are kept, later values win, lists are replaced', () => {
    const merged = merge({ a: 1, m: { a: 1, b: ['x', 'y'] } }, { m: { b: ['z'], c: 'new' } });
    assert.deepEqual(merged, { a: 1, m: { a: 1, b: ['z'], c: 'new' } });
  });

  test('a map replaces a value and a value a map', () => {
    assert.deepEqual(merge({ a: 1, b: { c: 1 } }, { a: { c: 2 }, b: 3 }), { a: { c: 2 }, b: 3 });
  });

  test('three files give the same whichever two are merged first', () => {
    fc.assert(
      fc.property(data, data, data, (a, b, c) => {
        const [x, y, z] = [tree(a), tree(b), tree(c)];
        assert.deepEqual(toPlain(mergeMaps(mergeMaps(x, y), z)), toPlain(mergeMaps(x, mergeMaps(y, z))));
      }),
    );
  });

  test('a file over itself, over nothing, under nothing is itself', () => {
    fc.assert(
      fc.property(data, (a) => {
        assert.deepEqual(merge(a, a), a);
        assert.deepEqual(merge({}, a), a);
        assert.deepEqual(merge(a, {}), a);
      }),
    );
  });

  test('everything the last file says holds', () => {
    fc.assert(
      fc.property(data, data, (a, b) => {
        assert.deepEqual(merge(merge(a, b) as Data, b), merge(a, b));
      }),
    );
  });
});

suite('taking back', () => {
  test('null is gone at every depth, but not inside lists', () => {
    const node = fromPlain({ a: null, m: { b: null, c: 1 }, l: [null, { d: null }] }, () => mark);
    assert(node.kind === 'map');
    assert.deepEqual(toPlain(withoutTakenBack(node)), { m: { c: 1 }, l: [null, { d: null }] });
  });

  test('a null that finds something is not in vain', () => {
    fc.assert(
      fc.property(data, (a) => {
        const nulled = JSON.parse(
          JSON.stringify(a, (_, value: unknown) => (typeof value === 'number' ? null : value)),
        ) as Data;
        const vain = vainNulls(tree(a), tree(nulled));
        assert(vain.every(({ path }) => dig(a, ...path) === null));
      }),
    );
  });

  test('one that finds nothing is, with the keys it may have meant', () => {
    const vain = vainNulls(tree({ m: { abc: 1, gone: null } }), tree({ m: { abd: null }, n: { x: null } }));
    assert.deepEqual(
      vain.map(({ path, siblings }) => [path, siblings]),
      [
        [['m', 'abd'], ['abc']],
        [['n', 'x'], []],
      ],
    );
  });
});
