/** What users can get wrong: each time a diagnostic with place and way out, exit code 2, and nothing written. */
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readdirSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Folder, freehold } from './freehold.ts';

const BYTES_100_MB = 100 * 1024 * 1024;
const ALIAS_BOMB = `version: 1\na: &a [x, x, x, x, x, x, x, x, x]\n${'bcdefghijk'
  .split('')
  .map(
    (name, index) =>
      `${name}: &${name} [${Array(9)
        .fill(`*${'abcdefghij'[index] ?? 'a'}`)
        .join(', ')}]`,
  )
  .join('\n')}\n`;

const CASES: readonly (readonly [string, string | Uint8Array, RegExp])[] = [
  ['not YAML', 'version: 1\nkernel: [unclosed\n', /freehold\.yaml:\d+:\d+/],
  ['wrong type', 'version: 1\nkernel:\n  sysctl:\n    kernel.sysrq: [1]\n', /freehold\.yaml:4:\d+/],
  ['unknown key', 'version: 1\nkernal:\n  sysctl: {}\n', /freehold\.yaml:2:1[^]*kernel/],
  ['unknown version', 'version: 9\n', /freehold\.yaml:1:/],
  ['alias bomb', ALIAS_BOMB, /alias/i],
  ['binary', new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2, 3]), /freehold\.yaml/],
  ['missing file extended', 'version: 1\nextends: ./none.yaml\n', /freehold\.yaml:2:\d+[^]*none\.yaml/],
  ['unknown preset', 'version: 1\nextends: servr\n', /server/],
  ['key with a newline', 'version: 1\nkernel:\n  sysctl:\n    "net.ipv4\\nx": 1\n', /freehold\.yaml:4:/],
  [
    'value with a newline',
    'version: 1\nkernel:\n  sysctl:\n    kernel.sysrq: "0\\nkernel.x = 1"\n',
    /freehold\.yaml:4:/,
  ],
  [
    'boot value with shell characters',
    'version: 1\nkernel:\n  boot:\n    required:\n      x: "$(reboot)"\n',
    /freehold\.yaml:5:/,
  ],
  ['file outside its folder', 'version: 1\nkernel:\n  file: /etc/passwd\n', /freehold\.yaml:3:/],
  [
    'waiver without reason',
    'version: 1\nwaivers:\n  - finding: kernel/*\n    owner: me\n    expires: 2099-01-01\n',
    /reason/,
  ],
  [
    'impossible date',
    'version: 1\nwaivers:\n  - {finding: x, reason: r, owner: o, expires: 2026-02-30}\n',
    /freehold\.yaml:3:/,
  ],
];

for (const [name, content, expected] of CASES) {
  test(`bad input: ${name}`, () => {
    using folder = new Folder();
    folder.write('freehold.yaml', content);
    for (const command of [['audit'], ['plan'], ['apply', '--yes']]) {
      const ended = freehold(command, { cwd: folder.path });
      assert.equal(ended.code, 2, ended.stderr);
      assert.match(ended.stderr, expected);
      assert.equal(ended.stdout, '');
    }
    assert.deepEqual(readdirSync(folder.path), ['freehold.yaml']);
  });
}

test('every problem is shown at once', () => {
  using folder = new Folder();
  folder.write('freehold.yaml', 'version: 1\nkernal: {}\nwaivers: 7\nkernel:\n  modules:\n    dccp: stopped\n');
  const { code, stderr } = freehold(['audit'], { cwd: folder.path });
  assert.equal(code, 2);
  for (const place of ['freehold.yaml:2:1', 'freehold.yaml:3:10', 'freehold.yaml:6:11'])
    assert.ok(stderr.includes(place), stderr);
});

test('a blueprint of 100 MB is refused without being read', () => {
  using folder = new Folder();
  truncateSync(folder.write('freehold.yaml', 'version: 1\n'), BYTES_100_MB);
  const { code, stderr } = freehold(['audit'], { cwd: folder.path });
  assert.equal(code, 2);
  assert.match(stderr, /freehold\.yaml[^]*(large|bytes|MiB)/);
});

test('paths with blanks and quotes are paths like others', () => {
  using folder = new Folder();
  const name = `it's "my" file $(x).yaml`;
  folder.write(name, 'version: 1\nkernel:\n  sysctl:\n    fs.protected_symlinks: 1\n');
  const { code, stdout } = freehold(['audit', '-b', name, '-f', 'json'], { cwd: folder.path });
  assert.ok(code === 0 || code === 1);
  assert.ok(stdout.includes('my'));
});

test('a value with shell characters stays data', () => {
  using folder = new Folder();
  folder.write(
    'freehold.yaml',
    'version: 1\nkernel:\n  sysctl:\n    kernel.core_pattern: "|/bin/false $(touch x) `id` \'; rm"\n',
  );
  const { stdout } = freehold(['plan'], { cwd: folder.path });
  assert.ok(stdout.includes("|/bin/false $(touch x) `id` '; rm"), stdout);
  assert.deepEqual(readdirSync(folder.path), ['freehold.yaml']);
});

test('usage: unknown commands, options and formats end with 2 and a hint', () => {
  using folder = new Folder();
  for (const argv of [
    ['audt'],
    ['audit', '--fromat', 'json'],
    ['audit', '-f', 'jsn'],
    ['audit', '--fail-on', 'bad'],
    ['explain', 'net.ipv4.ip_foward'],
  ]) {
    const { code, stderr } = freehold(argv, { cwd: folder.path });
    assert.equal(code, 2, argv.join(' '));
    assert.match(stderr, /\?|help|choices/i, argv.join(' '));
  }
});

test('a misspelled preset is named, a file that isn’t there is a file', () => {
  using folder = new Folder();
  const preset = freehold(['audit', '-b', 'servr'], { cwd: folder.path });
  assert.equal(preset.code, 2);
  assert.match(preset.stderr, /Did you mean server\?/);
  const file = freehold(['audit', '-b', 'none.yaml'], { cwd: folder.path });
  assert.equal(file.code, 2);
  assert.match(file.stderr, /no file "none\.yaml"/);
});

test('a report that can’t be written is bad input', () => {
  using folder = new Folder();
  const closed = join(folder.path, 'closed');
  mkdirSync(closed);
  chmodSync(closed, 0o555);
  const { code, stderr } = freehold(['audit', '-b', 'baseline', '-o', join(closed, 'no', 'report.json')], {
    cwd: folder.path,
  });
  assert.equal(code, 2);
  assert.match(stderr, /report\.json/);
});

test('init never replaces a file unless asked to, and what it writes loads', () => {
  using folder = new Folder();
  assert.equal(freehold(['init'], { cwd: folder.path }).code, 0);
  const again = freehold(['init'], { cwd: folder.path });
  assert.equal(again.code, 2);
  assert.match(again.stderr, /--force/);
  assert.ok([0, 1].includes(freehold(['audit', '-q'], { cwd: folder.path }).code ?? 70));
});

test('every address that is none is named at once', () => {
  using folder = new Folder();
  const { code, stdout, stderr } = freehold(['audit', 'ssh://', 'bogus://x', 'local'], { cwd: folder.path });
  assert.equal(code, 2);
  assert.equal(stdout, '');
  assert.match(stderr, /"ssh:\/\/" is not the address[^]*"bogus:\/\/x" is not the address/);
});
