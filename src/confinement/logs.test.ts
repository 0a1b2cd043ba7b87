import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { AccessEvent } from '../apparmor/log/event.ts';
import type { Host, ListResult, ReadResult, RunResult } from '../host/host.ts';
import { openLocalHost } from '../host/local.ts';
import {
  auditdLine,
  type FileAccess,
  journalAuditLine,
  kmsgLine,
  lines,
  ringText,
} from '../../test/confinement/kernel-record.ts';
import { type HostLogsRead, readHostLogs, readNamedLogs } from './logs.ts';
import { rotatedLogs } from '../apparmor/log/rotated-logs.ts';

const PROFILE = '/usr/bin/soffice';

function access(serial: number): FileAccess {
  return { profile: PROFILE, name: `/tmp/file-${serial}`, serial, timeMs: 1_764_115_200_000 + serial * 1000 };
}

interface Machine {
  readonly files?: Readonly<Record<string, Uint8Array | 'denied'>>;
  readonly programs?: Readonly<
    Record<string, { readonly stdout?: Uint8Array; readonly stderr?: string; readonly code?: number }>
  >;
}

/** The edge of a machine: its files, and what its programs print. */
function machine({ files = {}, programs = {} }: Machine): Host {
  const here = openLocalHost();
  return {
    facts: here.facts,
    stat: here.stat.bind(here),
    find: here.find.bind(here),
    digest: here.digest.bind(here),
    close: here.close.bind(here),
    list(folder): Promise<ListResult> {
      const entries = Object.keys(files)
        .filter((path) => path.startsWith(`${folder}/`))
        .map((path) => path.slice(folder.length + 1))
        .filter((name) => !name.includes('/'))
        .map((name) => ({ name, type: 'file' as const }));
      return Promise.resolve(entries.length === 0 ? { kind: 'missing' } : { kind: 'entries', entries });
    },
    read(path): Promise<ReadResult> {
      const bytes = files[path];
      if (bytes === undefined) return Promise.resolve({ kind: 'missing' });
      if (bytes === 'denied') {
        return Promise.resolve({ kind: 'unreadable', cause: 'permission', message: `${path}: permission denied` });
      }
      return Promise.resolve({ kind: 'content', bytes });
    },
    run(argv, options): Promise<RunResult> {
      const isEnv = argv[0] === 'env';
      const name = isEnv ? (argv[2] ?? '') : argv[0];
      const program = programs[name];
      if (program !== undefined) {
        const { stdout = Buffer.of(), stderr = '', code = 0 } = program;
        options.onStdout?.(stdout);
        return Promise.resolve({ kind: 'exited', code, stdout, stderr: Buffer.from(stderr) });
      }
      if (!isEnv) return Promise.resolve({ kind: 'not-run', cause: 'missing', message: `${name} is not there` });
      const stderr = Buffer.from(`env: '${name}': No such file or directory`);
      return Promise.resolve({ kind: 'exited', code: 127, stdout: Buffer.of(), stderr });
    },
  };
}

async function readAll(from: Machine, bounds = {}): Promise<HostLogsRead & { readonly names: readonly string[] }> {
  const names: string[] = [];
  const read = await readHostLogs(
    machine(from),
    { event: (event: AccessEvent) => names.push(event.name ?? '') },
    bounds,
  );
  return { ...read, names };
}

function told({ sources }: HostLogsRead): readonly string[] {
  return sources.map((source) =>
    source.kind === 'read' ? `${source.name}: ${source.records}` : `${source.name}: not read: ${source.reason}`,
  );
}

describe('the logs of a machine', () => {
  it("are auditd's, the oldest first, where it has any", async () => {
    const read = await readAll({
      files: {
        '/var/log/audit/audit.log': lines(auditdLine(access(4))),
        '/var/log/audit/audit.log.1': lines(auditdLine(access(3))),
        '/var/log/audit/audit.log.2': lines(auditdLine(access(2))),
        '/var/log/audit/audit.log.10.gz': gzipSync(lines(auditdLine(access(1)))),
      },
      programs: { journalctl: { stdout: lines(journalAuditLine(access(9))) } },
    });
    assert.deepEqual(read.names, ['/tmp/file-1', '/tmp/file-2', '/tmp/file-3', '/tmp/file-4']);
    assert.deepEqual(told(read), [
      '/var/log/audit/audit.log.10.gz: 1',
      '/var/log/audit/audit.log.2: 1',
      '/var/log/audit/audit.log.1: 1',
      '/var/log/audit/audit.log: 1',
    ]);
    assert.deepEqual(read.audit, { kind: 'unknown', reason: 'auditctl is not installed (package auditd)' });
  });

  it('are the journal, where auditd has none of AppArmor', async () => {
    const read = await readAll({
      files: { '/var/log/audit/audit.log': lines('type=DAEMON_START msg=audit(1.000:1): op=start') },
      programs: { journalctl: { stdout: lines(journalAuditLine(access(1))) } },
    });
    assert.deepEqual(told(read), ['/var/log/audit/audit.log: 0', 'the journal (journalctl): 1']);
    assert.equal(read.summary.forgeable, 0);
  });

  it('are the ring, where the journal may not be read', async () => {
    const read = await readAll({
      programs: {
        journalctl: {
          code: 0,
          stderr: 'Hint: You are currently not seeing messages from other users and the system.\n',
        },
        dd: {
          code: 1,
          stdout: lines(kmsgLine(ringText(access(1)))),
          stderr: "dd: error reading '/dev/kmsg': Resource temporarily unavailable\n",
        },
      },
    });
    assert.deepEqual(told(read), [
      '/var/log/audit/audit.log: not read: there is no folder /var/log/audit',
      'the journal (journalctl): not read: Hint: You are currently not seeing messages from other users and the system.',
      "the kernel's ring (/dev/kmsg): 1",
    ]);
    assert.equal(read.sources[2]?.kind === 'read' && read.sources[2].incomplete, undefined);
  });

  it('are text, where nothing else is left, and say that it can be forged', async () => {
    const read = await readAll({
      files: {
        '/var/log/kern.log': 'denied',
        '/var/log/syslog.1': lines(`Nov 26 01:02:03 files kernel: ${ringText(access(1))}`),
        '/var/log/syslog': lines(`Nov 26 01:02:04 files kernel: ${ringText(access(2))}`),
      },
      programs: { dmesg: { code: 1, stderr: 'dmesg: read kernel buffer failed: Operation not permitted\n' } },
    });
    assert.deepEqual(told(read), [
      '/var/log/audit/audit.log: not read: there is no folder /var/log/audit',
      'the journal (journalctl): not read: journalctl is not installed',
      "the kernel's ring (/dev/kmsg): not read: dd is not installed",
      "the kernel's ring (dmesg): not read: dmesg: read kernel buffer failed: Operation not permitted",
      '/var/log/kern.log: not read: /var/log/kern.log: permission denied',
      '/var/log/syslog.1: 1',
      '/var/log/syslog: 1',
    ]);
    assert.equal(read.summary.forgeable, 2);
  });

  it('are cut to a time', async () => {
    const all = [1, 2, 3].map((serial) => auditdLine(access(serial)));
    const at = access(2).timeMs;
    const read = await readAll({ files: { '/var/log/audit/audit.log': lines(...all) } }, { sinceMs: at, untilMs: at });
    assert.deepEqual(read.names, ['/tmp/file-2']);
    assert.equal(read.outside, 2);
  });

  it("tell the kernel's own counter of what was lost, in both forms of auditctl", async () => {
    const stdout = Buffer.from(
      'enabled 1\nfailure 1\npid 512\nrate_limit 0\nbacklog_limit 8192\nlost 23\nbacklog 4\nbacklog_wait_time 60000\n',
    );
    const state = { kind: 'known', lost: 23, backlog: 4, backlogLimit: 8192, rateLimit: 0, daemonPid: 512 };
    assert.deepEqual((await readAll({ programs: { auditctl: { stdout } } })).audit, state);
    const old = Buffer.from(
      'AUDIT_STATUS: enabled=1 flag=1 pid=512 rate_limit=0 backlog_limit=8192 lost=23 backlog=4\n',
    );
    assert.deepEqual((await readAll({ programs: { auditctl: { stdout: old } } })).audit, state);
    const denied = { code: 4, stderr: 'You must be root to run this program.\n' };
    assert.deepEqual((await readAll({ programs: { auditctl: denied } })).audit, {
      kind: 'unknown',
      reason: 'You must be root to run this program.',
    });
  });
});

describe('logs that somebody names', () => {
  const folder = mkdtempSync(join(tmpdir(), 'freehold-logs-'));
  after(() => rmSync(folder, { recursive: true, force: true }));

  function put(name: string, bytes: Uint8Array): string {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    return path;
  }

  async function read(files: readonly string[], input: readonly Uint8Array[] = []): ReturnType<typeof readNamedLogs> {
    async function* standardInput(): AsyncGenerator<Uint8Array> {
      for (const piece of input) yield await Promise.resolve(piece);
    }
    return readNamedLogs({ event: () => undefined }, { files, standardInput });
  }

  it('are plain, packed or come through a pipe, and a record of two is one', async () => {
    const packed = gzipSync(lines(auditdLine(access(2))));
    const { sources, summary } = await read(
      [put('plain', lines(auditdLine(access(1)))), put('packed-without-a-name', packed), '-'],
      [packed.subarray(0, 1), packed.subarray(1)],
    );
    assert.equal(summary.events, 2);
    assert.equal(summary.duplicates, 1);
    assert.deepEqual(
      sources.map((source) => source.kind === 'read' && source.records),
      [1, 1, 0],
    );
  });

  it('say why they could not be read, and where they end too early', async () => {
    const packed = gzipSync(lines(...Array.from({ length: 2000 }, (_, serial) => auditdLine(access(serial)))));
    const { sources } = await read([
      join(folder, 'nothing'),
      folder,
      put('cut', packed.subarray(0, packed.length - 20)),
      put('empty', Buffer.of()),
    ]);
    assert.deepEqual(
      sources.map((source) => source.kind),
      ['not-read', 'not-read', 'read', 'read'],
    );
    assert.match(sources[0]?.kind === 'not-read' ? sources[0].reason : '', /^there is no such file$/);
    assert.match(sources[2]?.kind === 'read' ? (sources[2].incomplete ?? '') : '', /unexpected end of file/);
  });
});

describe('names of rotated logs', () => {
  it('come in the order of time', () => {
    const names = [
      'audit.log',
      'audit.log.1',
      'audit.log.10',
      'audit.log.2.gz',
      'audit.log-20251102',
      'audit.log-20251026.gz',
      'audit.log.bak',
      'audit.logs',
      'x',
    ];
    assert.deepEqual(rotatedLogs(names, 'audit.log'), [
      'audit.log-20251026.gz',
      'audit.log-20251102',
      'audit.log.10',
      'audit.log.2.gz',
      'audit.log.1',
      'audit.log',
    ]);
  });
});

describe("this machine's own ring", () => {
  it('can be read without waiting, or says why not', async () => {
    const host = openLocalHost();
    const { sources } = await readHostLogs(host, { event: () => undefined });
    await host.close();
    for (const source of sources) {
      if (source.kind === 'not-read') assert.notEqual(source.reason, '');
      else if (source.name.includes('/dev/kmsg')) assert.ok(source.bytes > 0 && source.incomplete === undefined);
    }
    assert.ok(sources.length > 0);
  });
});
