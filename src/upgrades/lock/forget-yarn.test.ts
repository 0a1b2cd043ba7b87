import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forgetInYarnLock } from './forget-yarn.ts';

const LOCK = `# yarn lockfile v1


"@s/a@^1.0.0", "@s/a@~1.0.0":
  version "1.0.0"
  dependencies:
    b "^1.0.0"

ab@^1.0.0:
  version "1.0.0"

b@^1.0.0:
  version "1.0.0"
  resolved "https://registry.example/b-1.0.0.tgz#00"
`;

test('whole blocks of a name go, and nothing else', () => {
  const without = forgetInYarnLock(LOCK, ['@s/a', 'b']);
  assert.equal(without, '# yarn lockfile v1\n\n\nab@^1.0.0:\n  version "1.0.0"\n');
  assert.equal(forgetInYarnLock(LOCK, ['a', 's']), LOCK);
});
