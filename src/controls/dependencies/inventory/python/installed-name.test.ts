import assert from 'node:assert/strict';
import { test } from 'node:test';
import { installedVersionName } from './installed-name.ts';

test('the folder of an installed package has its name and version', () => {
  assert.deepEqual(installedVersionName('shop_tools-1.0.dist-info'), { name: 'shop_tools', version: '1.0' });
  assert.deepEqual(installedVersionName('Shop.Tools-1.0_1.dist-info'), { name: 'Shop.Tools', version: '1.0-1' });
  assert.deepEqual(installedVersionName('shop-1.0-py3.11.egg-info'), { name: 'shop', version: '1.0' });
  assert.deepEqual(installedVersionName('shop-1.0-py3.11-linux-x86_64.egg-info'), { name: 'shop', version: '1.0' });
  assert.deepEqual(installedVersionName('shop-1.0.egg-info'), { name: 'shop', version: '1.0' });
});

test('others have none', () => {
  for (const folder of [
    '',
    'shop.egg-info',
    'shop.dist-info',
    '-1.0.dist-info',
    'shop-1.0',
    'shop-1.0-2.dist-info',
    'shop-1.0-x.egg-info',
    '../shop-1.0.dist-info',
    'shop-../x.dist-info',
    'shop-1 0.dist-info',
    '__proto__-1.dist-info',
  ]) {
    assert.equal(installedVersionName(folder), undefined, folder);
  }
});
