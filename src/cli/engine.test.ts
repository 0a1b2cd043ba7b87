import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import { test } from 'node:test';

/*
 * What is set holds for a whole process: each test has one of its own.
 */
const ENGINE = join(import.meta.dirname, 'engine.ts');
const LIMIT_MS = 60_000;
const MOST_NICE = 19;
const SMALL_NURSERY_BYTES = 4 * 1024 * 1024;
const THREADS = `
  import { readdirSync, readFileSync } from 'node:fs';
  const NICE = 19;
  const threads = readdirSync('/proc/self/task').map((id) => {
    const [, name, rest] = /^\\d+ \\((.*)\\) (.*)$/s.exec(readFileSync('/proc/self/task/' + id + '/stat', 'latin1'));
    return { name, nice: Number(rest.split(' ')[NICE - 3]) };
  });
  console.log(JSON.stringify(threads));`;
const NURSERY = `
  import { getHeapSpaceStatistics } from 'node:v8';
  const size = () => getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space').space_size;
  const kept = [];
  const fill = () => {
    for (let number = 0; number < 1_000_000; number += 1) kept.push({ number });
    return size();
  };
  const held = fill();
  growNursery();
  const grown = fill();
  keepNursery();
  console.log(JSON.stringify({ held, grown, after: fill() }));`;

interface Thread {
  readonly name: string;
  readonly nice: number;
}

test('the helpers of V8 come after the program', () => {
  const threads = inProcess(THREADS) as readonly Thread[];
  const own = threads.find(({ name }) => !isHelper(name))?.nice ?? Number.NaN;
  const helpers = threads.filter(({ name }) => isHelper(name));
  assert.ok(helpers.length > 0, JSON.stringify(threads));
  assert.deepEqual(
    helpers.map(({ nice }) => nice),
    helpers.map(() => Math.min(own + 5, MOST_NICE)),
  );
  assert.ok(
    threads.every(({ name, nice }) => isHelper(name) || nice === own),
    JSON.stringify(threads),
  );
});

test('of a program that comes after all others already, the helpers do so too', () => {
  const threads = inProcess(THREADS, ['nice', '-n', '17']) as readonly Thread[];
  assert.deepEqual([...new Set(threads.filter(({ name }) => isHelper(name)).map(({ nice }) => nice))], [MOST_NICE]);
});

test('the nursery grows while it may, and stays as it is before and after', () => {
  const { held, grown, after } = inProcess(NURSERY) as {
    readonly held: number;
    readonly grown: number;
    readonly after: number;
  };
  assert.ok(held <= SMALL_NURSERY_BYTES, String(held));
  assert.ok(grown >= 2 * held, JSON.stringify({ held, grown }));
  assert.equal(after, grown);
});

function isHelper(name: string): boolean {
  return name === 'V8Worker';
}

/** What a program prints, as JSON, that sets up its engine first. */
function inProcess(program: string, before: readonly string[] = []): unknown {
  const text = `import { growNursery, keepNursery, setUpEngine } from ${JSON.stringify(ENGINE)};\nsetUpEngine();\n${program}`;
  const [command, ...argv] = [...before, process.execPath, '--input-type=module', '--eval', text];
  const { status, stdout, stderr } = spawnSync(command, argv, { encoding: 'utf8', timeout: LIMIT_MS });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout);
}
