import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import type { ProfileView } from '../../controls/confinement/programs/view.ts';
import type { ProbeResult, ProgramProbe } from '../../core/probe-report.ts';
import { openLocalHost } from '../../host/local.ts';
import type { Host, RunResult } from '../../host/host.ts';
import { installedParser } from '../../../test/confinement/installed-parser.ts';
import { probeProfile } from './probe-profile.ts';

const parser = installedParser();
const SHADOW = '/etc/shadow';
const PID = 77;
const MS_PER_SECOND = 1000;
/** However long the tests take, the records are of then. */
const LATER_SECONDS = 3600;
const PATIENCE = { waitMs: 0, pauseMs: 0 };

const folder = mkdtempSync(join(tmpdir(), 'freehold-probe-'));
const path = join(folder, 'demo');
after(() => {
  rmSync(folder, { recursive: true });
});

function view(mode: string, label = 'demo'): ProfileView {
  const now = { kind: 'mode', mode } as const;
  return { label, attachments: [], file: { path, text: '' }, now, next: { kind: 'none', reason: '' } };
}

function record(verdict: string, { pid = PID, comm = 'freehold-probe' } = {}): string {
  const seconds = (Date.now() / MS_PER_SECOND + LATER_SECONDS).toFixed(3);
  return `type=AVC msg=audit(${seconds}:7): apparmor="${verdict}" operation="open" class="file" profile="demo" name="${SHADOW}" pid=${String(pid)} comm="${comm}" requested_mask="r" denied_mask="r" fsuid=0 ouid=0\n`;
}

interface Scene {
  readonly rules: string;
  readonly flags?: string;
  readonly mode: string;
  readonly end: 'opened' | 'refused' | 'killed';
  /** The audit's log; without it there is no log at all. */
  readonly log?: string;
  readonly files?: readonly string[];
}

const exited = (text: string, code = 0): RunResult => ({
  kind: 'exited',
  code,
  stdout: Buffer.from(text),
  stderr: Buffer.alloc(0),
});
const missing: RunResult = { kind: 'not-run', cause: 'missing', message: 'it is not installed' };

/** This machine, but for its kernel and its logs. */
function machineOf({ mode, end, log }: Scene, ran: string[]): Host {
  const local = openLocalHost();
  const inside = {
    opened: '@opened\n@end 0\n',
    refused: `sh: 1: cannot open ${SHADOW}: Permission denied\n@refused\n@end 0\n`,
    killed: '@end 137\n',
  };
  return {
    ...local,
    list: (at) =>
      at === '/var/log/audit' && log !== undefined
        ? Promise.resolve({ kind: 'entries', entries: [{ name: 'audit.log', type: 'file' }] })
        : at.startsWith('/var/log') || at.startsWith('/sys')
          ? Promise.resolve({ kind: 'missing' })
          : local.list(at),
    read: (at, options) =>
      at === '/var/log/audit/audit.log' && log !== undefined
        ? Promise.resolve({ kind: 'content', bytes: Buffer.from(log) })
        : local.read(at, options),
    run: (argv, options) => {
      const [program, , shell] = argv;
      ran.push(shell ?? program);
      if (program === 'tail') return Promise.resolve(log === undefined ? exited('', 1) : exited(log));
      if (program === 'env' && shell === 'sh')
        return Promise.resolve(exited(`@pid ${String(PID)}\n@label demo (${mode})\n${inside[end]}`));
      if (program === 'env' || program === 'journalctl' || program === 'auditctl') return Promise.resolve(missing);
      return local.run(argv, options);
    },
  };
}

async function probed(
  scene: Scene,
  profile = view(scene.mode),
): Promise<{ probe: ProgramProbe; ran: readonly string[] }> {
  const flags = scene.flags === undefined ? '' : ` flags=(${scene.flags})`;
  writeFileSync(path, `profile demo /usr/bin/demo${flags} {\n  ${scene.rules}\n}\n`);
  const ran: string[] = [];
  const subject = { program: '/usr/bin/demo', profile, files: scene.files ?? [SHADOW] };
  return { probe: await probeProfile(machineOf(scene, ran), subject, PATIENCE), ran };
}

const QUIET = `deny ${SHADOW} r,`;

const CASES: readonly (readonly [what: string, scene: Scene, result: ProbeResult, summary: RegExp])[] = [
  [
    'refused, and in the log',
    { rules: '', mode: 'enforce', end: 'refused', log: record('DENIED') },
    'denied-and-logged',
    /^Opening \/etc\/shadow was refused, and the log has it: DENIED open r by process 77\.$/,
  ],
  [
    'the process was killed',
    { rules: '', flags: 'kill', mode: 'kill', end: 'killed', log: record('KILLED') },
    'denied-and-logged',
    /^Opening \/etc\/shadow ended the process, and the log has it: KILLED/,
  ],
  [
    'the record is another process’s',
    { rules: '', mode: 'enforce', end: 'refused', log: record('DENIED', { pid: 78 }) },
    'denied-not-logged',
    /no log has the record: looked into \/var\/log\/audit\/audit\.log; auditctl is not installed/,
  ],
  [
    'the record is a program’s that had the number before',
    { rules: '', mode: 'enforce', end: 'refused', log: record('DENIED', { comm: 'demo' }) },
    'denied-not-logged',
    /no log has the record/,
  ],
  [
    'no log can be read',
    { rules: '', mode: 'enforce', end: 'refused' },
    'unknown',
    /^Opening \/etc\/shadow was refused; whether it was logged can’t be seen: /,
  ],
  [
    'a rule keeps it out of the log',
    { rules: QUIET, mode: 'enforce', end: 'refused', log: '' },
    'denied-not-logged-on-purpose',
    /nothing is logged, as \S+\/demo:2 says deny without audit\.$/,
  ],
  [
    'a rule has it logged',
    { rules: `audit ${QUIET}`, mode: 'enforce', end: 'refused', log: record('DENIED') },
    'denied-and-logged',
    /the log has it/,
  ],
  [
    'it complains',
    { rules: '', flags: 'complain', mode: 'complain', end: 'opened', log: record('ALLOWED') },
    'allowed',
    /^Opening \/etc\/shadow was allowed, as the profile only complains\. The log has it: ALLOWED open r/,
  ],
  [
    'what a deny rule forbids is no sign of enforcement',
    { rules: QUIET, flags: 'complain', mode: 'complain', end: 'refused', log: '' },
    'unknown',
    /by a rule that holds in complain mode too/,
  ],
  [
    'something else is in force than the file says',
    { rules: '', mode: 'enforce', end: 'opened', log: '' },
    'allowed',
    /was allowed, though \S+\/demo doesn’t allow it: .*No log has it/,
  ],
];

suite('a profile is tried from inside', { skip: typeof parser === 'string' ? parser : false }, () => {
  for (const [what, scene, result, summary] of CASES) {
    test(what, async () => {
      const { probe } = await probed(scene);
      assert.equal(probe.result, result, probe.summary);
      assert.match(probe.summary, summary);
      assert.deepEqual([probe.mode, probe.file], [scene.mode, SHADOW]);
    });
  }

  test('of what is denied, that which is logged is tried', async () => {
    const files = [SHADOW, '/etc/gshadow'];
    const { probe } = await probed({ rules: QUIET, mode: 'enforce', end: 'refused', log: '', files });
    assert.equal(probe.file, '/etc/gshadow');
  });

  const nothing = { mode: 'enforce', end: 'refused', log: '' } as const;
  const untried: readonly (readonly [what: string, scene: Scene, profile: ProfileView | undefined, summary: RegExp])[] =
    [
      [
        'all is allowed',
        { ...nothing, rules: '/etc/** r,' },
        undefined,
        /^It allows reading each .*: \/etc\/shadow\.$/,
      ],
      ['there is no file', { ...nothing, rules: '', files: [] }, undefined, /^There is none of the sensitive files/],
      ['it isn’t loaded', { ...nothing, rules: '' }, { ...view(''), now: { kind: 'none' } }, /^It isn’t loaded\.$/],
      ['a person is asked', { ...nothing, rules: '' }, view('prompt'), /in the mode prompt\.$/],
      ['its file is another', { ...nothing, rules: '' }, view('enforce', 'other'), /compiles to no such profile\.$/],
      ['its name is a stack', { ...nothing, rules: '' }, view('enforce', 'a//&b'), /can’t be entered by name\.$/],
      ['it does not compile', { ...nothing, rules: '/x zz,' }, undefined, /^What it denies isn’t known: /],
    ];
  for (const [what, scene, profile, summary] of untried) {
    test(`nothing is tried where ${what}`, async () => {
      const { probe, ran } = await probed(scene, profile);
      assert.deepEqual([probe.result, probe.file, probe.mode], ['unknown', null, null]);
      assert.match(probe.summary, summary);
      assert.ok(!ran.includes('sh'), ran.join());
    });
  }
});
