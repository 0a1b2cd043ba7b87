import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readSource } from './imports.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** The packages that are loaded with a file before anything of it runs. */
function packagesOf(start: string): readonly string[] {
  return loadedWith(start).filter((specifier) => !specifier.startsWith('node:'));
}

/** With Node's own modules. */
function loadedWith(start: string): readonly string[] {
  const files = new Set([start]);
  const specifiers = new Set<string>();
  for (const path of files) {
    const { imports } = readSource(path, readFileSync(join(ROOT, path), 'utf8'));
    for (const { specifier, isType, isDynamic } of imports) {
      if (isType || isDynamic) continue;
      if (!specifier.startsWith('.')) specifiers.add(specifier);
      else if (specifier.endsWith('.ts')) files.add(join(path, '..', specifier));
    }
  }
  return [...specifiers].sort();
}

test('every command starts with the reader of command lines alone, and no package that it may not need', () => {
  assert.deepEqual(packagesOf('src/cli/main.ts'), ['commander']);
});

test('learning reads logs and policies without what checks the shape of data or writes files', () => {
  assert.deepEqual(packagesOf('src/cli/confine-learn.ts'), []);
  assert.ok(!loadedWith('src/cli/confine-learn.ts').includes('node:crypto'));
  assert.ok(loadedWith('src/cli/replace-file.ts').includes('node:crypto'), 'what is loaded is no longer followed');
  assert.ok(packagesOf('src/cli/audit.ts').includes('zod'), 'the imports of a command are no longer followed');
});
