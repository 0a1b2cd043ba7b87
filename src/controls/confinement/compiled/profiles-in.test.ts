import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { profilesIn } from './profiles-in.ts';

/** A tag with its length and text, NUL included: policy_unpack.c. */
function text(tag: number, value: string): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16LE(value.length + 1);
  return Buffer.concat([Buffer.from([tag]), length, Buffer.from(`${value}\0`, 'latin1')]);
}

const u32 = (value: number): Buffer => Buffer.from([2, value, 0, 0, 0]);
const VERSION = Buffer.concat([text(4, 'version'), u32(8)]);
/** With a nested structure, an array, a blob that looks like an end, and a name after it that isn't the profile's. */
const body = (name: string): Buffer =>
  Buffer.concat([
    text(4, 'profile'),
    Buffer.from([7]),
    text(5, name),
    text(4, 'flags'),
    Buffer.from([7]),
    u32(0),
    Buffer.from([8]),
    Buffer.from([11, 1, 0, 1, 5, 0, 12, 9, 10, 0, 9]),
    text(4, 'aadfa'),
    Buffer.from([6, 3, 0, 0, 0, 8, 8, 8]),
    text(5, 'another'),
    Buffer.from([8]),
  ]);

test('each profile has the digest of its version and its own bytes', () => {
  const stream = Buffer.concat([VERSION, body('one'), VERSION, text(4, 'namespace'), text(5, 'ns'), body('one//two')]);
  const digest = (name: string, algorithm: string): string =>
    createHash(algorithm)
      .update(Buffer.from([8, 0, 0, 0]))
      .update(body(name))
      .digest('hex');
  assert.deepEqual(
    profilesIn(stream),
    ['one', 'one//two'].map((name) => ({ name, sha1: digest(name, 'sha1'), sha256: digest(name, 'sha256') })),
  );
  assert.deepEqual(profilesIn(Buffer.alloc(0)), []);
});

test('what is cut off or bent is no policy, and never an exception', () => {
  const stream = Buffer.concat([VERSION, body('one')]);
  for (let end = 1; end < stream.length; end += 1) {
    const known = profilesIn(stream.subarray(0, end));
    if (end === VERSION.length) assert.deepEqual(known, []);
    else assert.equal(known, undefined, String(end));
  }
  assert.equal(profilesIn(body('no version')), undefined);
  fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (noise) => void profilesIn(Buffer.concat([VERSION, noise]))));
});

test('more profiles than any policy has are none', () => {
  const small = Buffer.concat([text(4, 'profile'), Buffer.from([7]), text(5, 'a'), Buffer.from([8])]);
  const many = (count: number) => profilesIn(Buffer.concat([VERSION, ...Array.from({ length: count }, () => small)]));
  assert.equal(many(1000)?.length, 1000);
  assert.equal(many(50_001), undefined);
});

test('a policy that was cut has the digests of its whole profiles alone; a bent one is no exception', () => {
  const stream = Buffer.concat([VERSION, body('one'), VERSION, body('two'), VERSION, body('three')]);
  const whole = profilesIn(stream) ?? [];
  const change = fc.array(fc.tuple(fc.nat(stream.length - 1), fc.nat(255)), { maxLength: 6 });
  fc.assert(
    fc.property(fc.nat(stream.length), change, (end, changes) => {
      const cut = stream.subarray(0, end);
      for (const [index, one] of (profilesIn(cut) ?? []).entries()) assert.deepEqual(one, whole[index]);
      const bent = Buffer.from(stream);
      for (const [at, byte] of changes) bent[at] = byte;
      profilesIn(bent);
    }),
  );
});

const skip = spawnSync('apparmor_parser', ['--version']).status === 0 ? false : 'LEFT OUT: no apparmor_parser here';

test('what apparmor_parser writes is read, the same twice, another for another mode', { skip }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'freehold-compiled-'));
  const path = join(folder, 'demo');
  const compiled = (flags: string) => {
    writeFileSync(path, `profile demo /usr/bin/demo ${flags} { /etc/* r, profile child { /x r, } }\n`);
    return profilesIn(spawnSync('apparmor_parser', ['--skip-kernel-load', '--skip-cache', '--stdout', path]).stdout);
  };
  const [first, again, other] = [compiled(''), compiled(''), compiled('flags=(complain)')];
  rmSync(folder, { recursive: true });
  assert.deepEqual(
    first?.map(({ name }) => name),
    ['demo', 'demo//child'],
  );
  assert.deepEqual(again, first);
  assert.notEqual(other?.[0]?.sha256, first[0]?.sha256);
  assert.equal(other?.[1]?.sha256, first[1]?.sha256);
});
