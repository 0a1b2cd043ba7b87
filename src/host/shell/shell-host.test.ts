/** The same questions to the same machine, once straight and once through a shell: the answers must be the same. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { after, suite, test } from 'node:test';
import fc from 'fast-check';
import { HostError } from '../error.ts';
import type { Host, ListResult, ReadResult, StatResult } from '../host.ts';
import { openLocalHost } from '../local.ts';
import { openShellHost } from './shell-host.ts';

const SHELLS: readonly (readonly [string, ...string[]])[] = [['dash'], ['bash', '--posix'], ['busybox', 'sh']];
const AWKS = ['mawk', 'gawk', 'busybox awk', 'none'];
const RUNS = 25;
const SECOND_MS = 1000;
const local = openLocalHost();
const folders: string[] = [];

after(() => {
  for (const folder of folders) {
    spawnSync('chmod', ['-R', 'u+rwX', folder]);
    rmSync(folder, { recursive: true, force: true });
  }
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'freehold-shell-'));
  folders.push(folder);
  return folder;
}

function open(argv: readonly [string, ...string[]]): Promise<Host> {
  const explainEnd = ({ stderr }: { readonly stderr: string }): HostError => new HostError('unreachable', stderr);
  return openShellHost('test', { argv, connectTimeoutMs: 10 * SECOND_MS, answerTimeoutMs: 20 * SECOND_MS, explainEnd });
}

function isInstalled(program: string): boolean {
  return spawnSync('sh', ['-c', 'command -v "$1"', 'sh', program]).status === 0;
}

/** Messages differ in their words; what they are about must not. */
function essence(result: ReadResult | ListResult | StatResult): unknown {
  if (result.kind === 'unreadable') return { kind: result.kind, cause: result.cause };
  return result.kind === 'content' ? { ...result, bytes: Buffer.from(result.bytes) } : result;
}

async function assertSame(host: Host, paths: readonly string[], limitBytes = 100_000): Promise<void> {
  const ask = (one: Host): Promise<readonly unknown[]> =>
    Promise.all(
      paths.flatMap((path) => [
        one.read(path, { limitBytes }).then(essence),
        one.list(path).then(essence),
        one.stat(path).then(essence),
      ]),
    );
  const [expected, actual] = [await ask(local), await ask(host)];
  for (const [index, answer] of actual.entries()) {
    assert.deepEqual(answer, expected[index], `${String(index % 3)}: ${JSON.stringify(paths[Math.floor(index / 3)])}`);
  }
}

const part = fc.oneof(
  { weight: 2, arbitrary: fc.stringMatching(/^[a-z]{1,6}(\.conf)?$/) },
  fc.constantFrom(
    '*',
    '[a]',
    '-n',
    "it's",
    'a b ',
    ' x',
    'a\nb',
    '"',
    '$HOME',
    '`id`',
    '\\',
    '\x01',
    'ä',
    '..a',
    '.h',
    '=',
    'a=b',
    '~',
    '#',
  ),
);
const content = fc.oneof(
  fc.string({ maxLength: 80 }).map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes)),
  fc.constantFrom('', '\n', 'a', 'a\n\n', '\0', 'a\0b', 'x\x03y', '\x03', 'end\x03\n').map((text) => Buffer.from(text)),
  fc.constantFrom(65_535, 65_536, 65_537, 99_999, 100_000, 100_001).map((size) => Buffer.alloc(size, 'line\n')),
);
const entry = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('file' as const), name: part, content }) },
  fc.record({ kind: fc.constant('folder' as const), name: part, inner: fc.array(part, { maxLength: 3 }) }),
  fc.record({
    kind: fc.constant('link' as const),
    name: part,
    target: fc.oneof(part, fc.constantFrom('/', '/nope/x', '.', '/etc/hostname', 'a\nb/c')),
  }),
  fc.record({ kind: fc.constant('fifo' as const), name: part }),
);

function build(
  folder: string,
  entries: readonly (typeof entry extends fc.Arbitrary<infer T> ? T : never)[],
): readonly string[] {
  const paths: string[] = [];
  for (const one of entries) {
    const path = join(folder, one.name);
    if (readdirSync(folder).includes(one.name)) continue;
    paths.push(path, `${path}/below`);
    if (one.kind === 'file') writeFileSync(path, one.content);
    else if (one.kind === 'link') symlinkSync(one.target, path);
    else if (one.kind === 'fifo') spawnSync('mkfifo', ['--', path]);
    else {
      mkdirSync(path);
      for (const name of one.inner) writeFileSync(join(path, name), name);
      paths.push(...one.inner.map((name) => join(path, name)));
    }
  }
  return [folder, join(folder, 'not-there'), ...paths];
}

for (const shell of SHELLS) {
  const skip = isInstalled(shell[0]) ? false : `LEFT OUT: no ${shell[0]}`;
  suite(`through ${shell.join(' ')}`, { skip }, () => {
    test('odd trees read the same', async () => {
      const host = await open(shell);
      await fc.assert(
        fc.asyncProperty(fc.array(entry, { maxLength: 12 }), async (entries) => {
          await assertSame(host, build(newFolder(), entries));
        }),
        { numRuns: RUNS },
      );
      await host.close();
    });

    test('every kernel parameter reads the same, whole', async () => {
      const volatile = /random|nr_|-nr|-state|fs\/(?:inode|dentry)|ns_last_pid|sched_domain|count|tainted|pty/;
      const paths = globSync('/proc/sys/{kernel,net,vm,fs,user}/**')
        .filter((path) => !volatile.test(path))
        .slice(0, 400);
      assert.ok(paths.length > 100);
      const host = await open(shell);
      await assertSame(host, paths);
      await host.close();
    });

    test(
      'what can’t be read is told from what isn’t there',
      { skip: process.getuid?.() !== 0 && 'LEFT OUT: needs root' },
      async () => {
        const folder = newFolder();
        chmodSync(folder, 0o755);
        for (const [name, mode] of [
          ['closed', 0o700],
          ['listable', 0o744],
          ['passable', 0o711],
        ] as const) {
          mkdirSync(join(folder, name));
          writeFileSync(join(folder, name, 'file'), 'x');
          chmodSync(join(folder, name), mode);
        }
        writeFileSync(join(folder, 'secret'), 'x', { mode: 0o600 });
        symlinkSync('closed/file', join(folder, 'link'));
        const host = await open(['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', ...shell]);
        const causes = await Promise.all(
          ['secret', 'closed/file', 'closed/none', 'link', 'passable/none', 'none'].map(async (name) => {
            const result = await host.read(join(folder, name));
            return result.kind === 'unreadable' ? result.cause : result.kind;
          }),
        );
        assert.deepEqual(causes, ['permission', 'permission', 'permission', 'permission', 'missing', 'missing']);
        const listed = await Promise.all(
          ['closed', 'listable', 'passable'].map((name) => host.list(join(folder, name))),
        );
        assert.deepEqual(
          listed.map((result) => result.kind === 'unreadable' && result.cause),
          ['permission', 'permission', 'permission'],
        );
        assert.equal(host.facts.isRoot, false);
        await host.close();
      },
    );

    test('2 GB are refused by their size, not sent', async () => {
      const path = join(newFolder(), 'large');
      writeFileSync(path, '');
      truncateSync(path, 2 ** 31);
      const host = await open(shell);
      const startedMs = performance.now();
      const result = await host.read(path);
      assert.equal(result.kind === 'unreadable' && result.cause, 'too-large');
      assert.ok(performance.now() - startedMs < SECOND_MS);
      await host.close();
    });

    test('programs: code, both streams, input of any bytes, limits', async () => {
      const host = await open(shell);
      const binary = Buffer.from(Array.from({ length: 3000 }, (_, index) => index % 256));
      const large = `it's ${'$HOME `id` "x" \\ \n'.repeat(60_000)}`;
      const [both, echoed, text, missing, killed, flood, hung] = await Promise.all([
        host.run(['sh', '-c', 'echo out; echo err >&2; exit 7'], { timeoutMs: SECOND_MS }),
        host.run(['cat'], { timeoutMs: SECOND_MS, stdin: binary }),
        host.run(['cat'], { timeoutMs: 5 * SECOND_MS, stdin: large }),
        host.run(['no-such-program'], { timeoutMs: SECOND_MS }),
        host.run(['sh', '-c', 'kill -9 $$'], { timeoutMs: 5 * SECOND_MS }),
        host.run(['yes'], { timeoutMs: 5 * SECOND_MS, limitBytes: 1000 }),
        host.run(['sleep', '60'], { timeoutMs: SECOND_MS }),
      ]);
      assert.ok(both.kind === 'exited' && both.code === 7);
      assert.deepEqual([String(both.stdout), String(both.stderr)], [`out\n`, `err\n`]);
      assert.ok(echoed.kind === 'exited' && binary.equals(echoed.stdout));
      assert.ok(text.kind === 'exited' && Buffer.from(text.stdout).toString() === large);
      assert.equal(missing.kind === 'not-run' && missing.cause, 'missing');
      assert.equal(killed.kind === 'ended' && killed.cause, 'signal');
      assert.equal(flood.kind === 'ended' && flood.cause, 'too-much-output');
      assert.equal(hung.kind === 'ended' && hung.cause, 'timeout');
      await host.close();
    });

    test('what a program prints is handed on while it runs', async () => {
      const host = await open(shell);
      const times: number[] = [];
      let seen = '';
      const result = await host.run(['sh', '-c', 'echo one; sleep 0.4; echo two'], {
        timeoutMs: 5 * SECOND_MS,
        onStdout: (bytes) => {
          times.push(performance.now());
          seen += Buffer.from(bytes).toString();
        },
      });
      assert.ok(result.kind === 'exited');
      assert.equal(Buffer.from(result.stdout).toString(), 'one\ntwo\n');
      assert.equal(seen, 'one\ntwo\n');
      assert.ok((times.at(-1) ?? 0) - (times[0] ?? 0) > 200);
      await host.close();
    });
  });
}

for (const awk of AWKS) {
  const [program = ''] = awk.split(' ');
  const skip = awk === 'none' || isInstalled(program) ? false : `LEFT OUT: no ${program}`;
  test(
    `texts read the same with the awk ${awk}`,
    { skip: skip === false && process.getuid?.() !== 0 ? 'LEFT OUT: needs root' : skip },
    async () => {
      const folder = newFolder();
      const bytes = ['', 'a', 'a\n', 'a\0b', '\x03', 'ä\n', 'x'.repeat(65_536), 'line\n'.repeat(9000)];
      const paths = bytes.map((text, index) => {
        const path = join(folder, String(index));
        writeFileSync(path, text);
        return path;
      });
      const bin = newFolder();
      const substitute = join(bin, 'awk');
      const real = join(bin, 'real');
      if (awk !== 'none') spawnSync('sh', ['-c', 'cp "$(command -v "$1")" "$2"', 'sh', program, real]);
      writeFileSync(substitute, awk === 'none' ? '' : `#!/bin/sh\nexec ${awk.replace(program, real)} "$@"\n`, {
        mode: awk === 'none' ? 0o644 : 0o755,
      });
      const script =
        'for awk in /usr/bin/awk /bin/awk; do [ ! -e $awk ] || mount --bind "$1" "$(readlink -f $awk)"; done; exec sh';
      const host = await open(['unshare', '--mount', 'sh', '-c', script, 'sh', substitute]);
      await assertSame(host, [...paths, '/proc/sys/kernel/pid_max', '/proc/sys/kernel/ostype']);
      await host.close();
    },
  );
}

test('what is missing there is heard however its words are cut on the way', async () => {
  const peer = `while IFS= read -r line; do
    case $line in
      mark=*) eval "$line" ;;
      greet) printf '%s 0 hello\\n stat' "$mark"; sleep 0.2; printf '%s 0 ready\\n' "$mark" ;;
    esac
  done`;
  await assert.rejects(open(['sh', '-c', peer]), (error) => {
    assert.ok(error instanceof HostError && error.code === 'requirement', String(error));
    assert.match(error.message, /missing there: stat/);
    return true;
  });
});
