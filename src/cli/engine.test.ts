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
const THREADS = `
  import { readdirSync, readFileSync } from 'node:fs';
  const NICE = 19;
  const threads = readdirSync('/proc/self/task').map((id) => {
    const [, name, rest] = /^\\d+ \\((.*)\\) (.*)$/s.exec(readFileSync('/proc/self/task/' + id + '/stat', 'latin1'));
    return { name, nice: Number(rest.split(' ')[NICE - 3]) };
  });
  console.log(JSON.stringify(threads));`;
const FILLING = `
  const kept = [];
  for (let number = 0; number < 500_000; number += 1) kept.push({ number });`;

interface Thread {
  readonly name: string;
  readonly nice: number;
}

test('the helpers of V8 come after the program', () => {
  const threads = JSON.parse(inProcess(THREADS)) as readonly Thread[];
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
  const threads = JSON.parse(inProcess(THREADS, { before: ['nice', '-n', '17'] })) as readonly Thread[];
  assert.deepEqual([...new Set(threads.filter(({ name }) => isHelper(name)).map(({ nice }) => nice))], [MOST_NICE]);
});

test('the nursery grows only while it may: it is emptied less often then', () => {
  const timesEmptied = (before: string): number =>
    inProcess(`${before}${FILLING}`, { flags: ['--trace-gc'] }).match(/ Scavenge /g)?.length ?? 0;
  const growing = timesEmptied('growNursery();');
  assert.ok(growing > 0);
  for (const before of ['', 'growNursery(); keepNursery();']) {
    const held = timesEmptied(before);
    assert.ok(held >= 2 * growing, `${String(held)} and ${String(growing)} times`);
  }
});

function isHelper(name: string): boolean {
  return name === 'V8Worker';
}

interface Process {
  /** The command that starts it, with its arguments. */
  readonly before?: readonly string[];
  readonly flags?: readonly string[];
}

/** What a program prints that sets up its engine first. */
function inProcess(program: string, { before = [], flags = [] }: Process = {}): string {
  const text = `import { growNursery, keepNursery, setUpEngine } from ${JSON.stringify(ENGINE)};\nsetUpEngine();\n${program}`;
  const [command, ...argv] = [...before, process.execPath, ...flags, '--input-type=module', '--eval', text];
  const { status, stdout, stderr } = spawnSync(command, argv, { encoding: 'utf8', timeout: LIMIT_MS });
  assert.equal(status, 0, stderr);
  return stdout;
}
