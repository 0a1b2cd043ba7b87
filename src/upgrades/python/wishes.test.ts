import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Package } from '../../controls/dependencies/inventory/package.ts';
import { afterInstalling, boundsIn, FREEDOMS, wishesFor } from './wishes.ts';

function installed(name: string, version: string | undefined, requires: readonly string[] = []): Package {
  return { ecosystem: 'PyPI', name, version, key: name, where: { path: '/x' }, requires };
}

const LEAF = installed('leaf', '1.0');
const PACKAGES = [
  LEAF,
  installed('mid', '2.0+cu118', ['leaf']),
  installed('top', '3.0', ['mid']),
  installed('aside', '4.0'),
  installed('odd', 'no version'),
];

suite('wishesFor', () => {
  const expected = [
    'leaf==1.1\nmid==2.0+cu118\ntop==3.0\naside==4.0\n',
    'leaf==1.1\nmid>=2.0\ntop>=3.0\naside==4.0\n',
    'leaf>=1.1\nmid==2.0+cu118\ntop==3.0\naside==4.0\n',
    'leaf>=1.1\nmid>=2.0\ntop>=3.0\naside==4.0\n',
  ];
  for (const [index, freedom] of FREEDOMS.entries()) {
    test(`${freedom.wanted}, dependents ${freedom.dependents}`, () => {
      const wants = [{ package: LEAF, target: '1.1' }];
      assert.equal(wishesFor(PACKAGES, wants, { freedom, bounds: [] }), expected[index]);
    });
  }

  test('what comes from a folder or a repository never moves: an index may have something else under its name', () => {
    const own = { ...installed('own', '1.0', ['leaf']), origin: 'file:///srv/own' };
    const freedom = { wanted: 'exact', dependents: 'may-move' } as const;
    const text = wishesFor([LEAF, own], [{ package: LEAF, target: '1.1' }], { freedom, bounds: [] });
    assert.equal(text, 'leaf==1.1\nown==1.0\n');
  });

  test('what a project asks for without fixing it counts too, where its marker holds', () => {
    const [first, second] = [installed('a', undefined), installed('b', '1.0')];
    const bounds = boundsIn([{ ...first, constraint: '>=1,<2', marker: 'python_version > "3.8"' }, second]);
    assert.deepEqual(bounds, ['a>=1,<2 ; python_version > "3.8"']);
  });
});

test('the environment as it would be: changed, new, and as it was', () => {
  const { packages, upgrades } = afterInstalling(PACKAGES, [
    { name: 'Leaf', version: '1.1' },
    { name: 'brand_new', version: '0.1' },
  ]);
  assert.deepEqual(
    packages.map(({ key, version }) => `${key} ${version ?? ''}`),
    ['leaf 1.1', 'mid 2.0+cu118', 'top 3.0', 'aside 4.0', 'odd no version', 'brand-new 0.1'],
  );
  assert.deepEqual(upgrades, [
    { name: 'Leaf', from: '1.0', to: '1.1' },
    { name: 'brand_new', to: '0.1' },
  ]);
});
