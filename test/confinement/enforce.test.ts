/**
 * Profiles are switched on a copy of this machine, whose kernel is a stand-in: a program in apparmor_parser's place that keeps, in files
 * as the kernel shows them, what apparmor_parser(8) says a call does. What AppArmor itself makes of it is the lab's business.
 */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { after, before, beforeEach, suite, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { AccessEvent } from '../../src/apparmor/log/event.ts';
import { changeMachine } from '../../src/cli/change-machine.ts';
import { tryProfiles } from '../../src/cli/confine-probe.ts';
import { lastOfProfiles } from '../../src/cli/confine-rollback.ts';
import { watchRun } from '../../src/cli/confine-watch.ts';
import { confinement } from '../../src/controls/index.ts';
import { readKeptLogs } from '../../src/controls/confinement/soak/logs/observe.ts';
import { type ConfinementPolicy, confinementPolicy } from '../../src/controls/confinement/policy.ts';
import type { ExitCode } from '../../src/core/error.ts';
import { noAdvisories } from '../../src/core/surroundings.ts';
import type { AuditReport } from '../../src/core/audit.ts';
import type { FileChange } from '../../src/core/change.ts';
import { FreeholdError } from '../../src/core/error.ts';
import type { Plan } from '../../src/core/plan.ts';
import { apply, type ApplyResult } from '../../src/engine/apply.ts';
import { audit } from '../../src/engine/audit.ts';
import { makePlan } from '../../src/engine/plan.ts';
import { rollback } from '../../src/engine/rollback.ts';
import { listRuns } from '../../src/engine/runs.ts';
import { verify } from '../../src/engine/verify.ts';
import type { Host } from '../../src/host/host.ts';
import { installedParser } from './installed-parser.ts';
import { ThrowawayMachine, whyNoThrowaway } from '../transaction/throwaway.ts';

const skip = whyNoThrowaway();
const parser = installedParser();
const noParser = typeof parser === 'string' ? parser : false;
const PROGRAM = '/usr/bin/freehold-demo';
const FILE = '/etc/apparmor.d/usr.bin.freehold-demo';
const DISABLED = '/etc/apparmor.d/disable/usr.bin.freehold-demo';
const FORCED = '/etc/apparmor.d/force-complain/usr.bin.freehold-demo';
const PROFILES = '/sys/kernel/security/apparmor/policy/profiles';
const COMPLAINING = `# A demo.
profile demo ${PROGRAM} flags=(complain) { # as shipped
  /etc/demo r,
  profile child flags=(complain) {
  }
}
`;
const ENFORCED = COMPLAINING.replaceAll(' flags=(complain)', '');

/** The demo's own names are all that it knows; `refuse` beside it makes the next replacement fail, as a syntax error does. */
const PARSER = `#!/bin/sh
set -eu
printf '%s\\n' "$*" >>/parser.log
action=$1
for file do :; done
name=\${file##*/}
kernel=${PROFILES}
load() { mkdir -p "$1"; echo "$2" >"$1/name"; echo "$3" >"$1/mode"; }
mode() { if grep -q "$1.*complain" "$file" || [ -L "/etc/apparmor.d/force-complain/$name" ]; then echo complain; else echo enforce; fi; }
case $action in
  --replace)
    if [ -e /refuse ]; then rm /refuse; echo 'syntax error' >&2; exit 1; fi
    if [ -L "/etc/apparmor.d/disable/$name" ]; then exit 0; fi
    load "$kernel/demo.1" demo "$(mode 'profile demo')"
    load "$kernel/demo.1/profiles/child.2" child "$(mode 'profile child')" ;;
  --skip-kernel-load) exec /real-parser --features-file /features "$@" ;;
  --remove) rm -rf "$kernel/demo.1" ;;
  *) exit 2 ;;
esac
`;

/** Only a kernel with AppArmor can be entered; the one file that is sensitive here is /etc/shadow. */
function stubInside(host: Host, output: string): Host {
  return {
    ...host,
    list: (path) => {
      if (path === '/etc') return Promise.resolve({ kind: 'entries', entries: [{ name: 'shadow', type: 'file' }] });
      const isAsked = path.startsWith('/etc/apparmor.d') || !/^\/(?:etc|root)(?:\/|$)/.test(path);
      return isAsked ? host.list(path) : Promise.resolve({ kind: 'missing' });
    },
    run: (argv, options) =>
      argv.includes('sh')
        ? Promise.resolve({ kind: 'exited', code: 0, stdout: Buffer.from(output), stderr: Buffer.alloc(0) })
        : host.run(argv, options),
  };
}

suite('a profile is enforced in a transaction', { skip }, () => {
  let machine: ThrowawayMachine;
  let host: Host;
  const at = (path: string): string => machine.outside(path);
  const text = (path: string): string => readFileSync(at(path), 'utf8');
  const write = (path: string, content: string, mode = 0o644): void => {
    mkdirSync(at(path.slice(0, path.lastIndexOf('/')) || '/'), { recursive: true });
    writeFileSync(at(path), content, { mode });
  };
  const modes = (): readonly string[] =>
    [`${PROFILES}/demo.1`, `${PROFILES}/demo.1/profiles/child.2`].map((folder) => {
      try {
        return text(`${folder}/mode`).trim();
      } catch {
        return 'none';
      }
    });
  const asked = (): readonly string[] =>
    text('/parser.log')
      .split('\n')
      .filter((line) => line !== '');
  const LOAD = `--replace --skip-read-cache --write-cache -- ${FILE}`;

  before(async () => {
    machine = new ThrowawayMachine();
    await machine.ready();
    // Whatever this machine runs in, the copy stands for one with a kernel of its own.
    host = { ...machine.host, facts: { ...machine.host.facts, container: null } };
    const where = await machine.must('sh', '-c', 'command -v apparmor_parser || echo /usr/sbin/apparmor_parser');
    if (noParser === false) {
      await machine.must('cp', where.trim(), '/real-parser');
      await machine.must('cp', '/etc/apparmor.d/abi/3.0', '/features');
    }
    write(where.trim(), PARSER, 0o755);
  });
  after(() => {
    machine.close();
  });
  beforeEach(() => {
    for (const path of ['/etc/apparmor.d', PROFILES, '/refuse']) rmSync(at(path), { recursive: true, force: true });
    write(FILE, COMPLAINING);
    write(PROGRAM, '', 0o755);
    write('/sys/module/apparmor/parameters/enabled', 'Y\n');
    write('/parser.log', '');
    mkdirSync(at(PROFILES), { recursive: true });
    for (const link of [DISABLED, FORCED]) mkdirSync(at(link.slice(0, link.lastIndexOf('/'))), { recursive: true });
  });
  const loaded = async (): Promise<void> => {
    await machine.must('apparmor_parser', '--replace', FILE);
    write('/parser.log', '');
  };
  const auditBy = (policy: ConfinementPolicy): Promise<AuditReport> => {
    const blueprint = {
      name: 'test',
      path: 'test',
      extends: [],
      digest: '',
      policies: new Map([['confinement', policy]]),
      waivers: [],
      originOf: () => undefined,
    };
    return audit({ host, blueprint, controls: [confinement], version: '0', startedAt: new Date() });
  };
  const look = (mode: 'enforce' | 'complain' = 'enforce'): Promise<AuditReport> =>
    auditBy(confinementPolicy.parse({ programs: { [PROGRAM]: mode }, compare: false }));
  const changed = async (mode?: 'complain'): Promise<{ plan: Plan; report: AuditReport; result: ApplyResult }> => {
    const report = await look(mode);
    const plan = await makePlan(report, host);
    return { plan, report, result: await apply(host, plan, { now: new Date() }) };
  };
  const idOf = (result: ApplyResult): string => ('runId' in result ? result.runId : '');

  test('with its child; the second audit finds it so; going back loads the old version from the old file', async () => {
    await loaded();
    assert.deepEqual(modes(), ['complain', 'complain']);
    const { plan, report, result } = await changed();
    assert.equal(result.kind, 'applied', JSON.stringify(result));
    assert.deepEqual([text(FILE), ...modes(), ...asked()], [ENFORCED, 'enforce', 'enforce', LOAD]);
    const { mended, notMended, spoiled } = verify(plan, report, await look());
    assert.deepEqual(mended, [`confinement/children${PROGRAM}`, `confinement/program${PROGRAM}`]);
    assert.deepEqual([notMended, spoiled], [[], []]);
    assert.deepEqual((await rollback(host, 'last', { force: false })).kind, 'undone');
    // Loaded twice and never removed.
    assert.deepEqual([text(FILE), ...modes(), ...asked()], [COMPLAINING, 'complain', 'complain', LOAD, LOAD]);
  });

  test('without an id the last run that changed profiles goes back, not a newer one of something else', async () => {
    await loaded();
    const place = { stateDirectory: '/var/lib/freehold-of-profiles' };
    // Runs of one second have no order.
    let later = 0;
    const run = async (change: FileChange, findings: readonly string[]): Promise<string> => {
      const steps = [{ change, findings, before: null }];
      const plan = { format: 'freehold.plan/1', host: '', blueprint: 'other', steps, leftOut: [] } as const;
      later += 1000;
      return idOf(await apply(host, plan, { now: new Date(Date.now() + later), ...place }));
    };
    const file = (path: string): FileChange => {
      return { kind: 'file', path, content: '', created: { mode: 0o644, owner: 'root', group: 'root' } };
    };
    await assert.rejects(lastOfProfiles(host, place), /No run that changed profiles stands/);
    const plan = await makePlan(await look(), host);
    const ours = idOf(await apply(host, plan, { now: new Date(), ...place }));
    assert.deepEqual((await lastOfProfiles(host, place)).said, []);
    const newer = await run(file('/etc/else-1'), ['confinement/apparmor']);
    const { run: found, said } = await lastOfProfiles(host, place);
    assert.equal(found.id, ours);
    assert.match(said.map(({ message }) => message).join('\n'), new RegExp(`${ours}.*stays \\(${newer}\\)\\.$`));
    const mixed = await run(file('/etc/else-2'), ['confinement/program/bin/x', 'kernel.sysrq']);
    const both = await lastOfProfiles(host, place);
    assert.equal(both.run.id, mixed);
    assert.match(both.said.map(({ message }) => message).join('\n'), /as a whole: kernel\.sysrq\.$/);
    for (const id of [mixed, ours]) await rollback(host, id, { ...place, force: false });
    await assert.rejects(lastOfProfiles(host, place), FreeholdError, 'those that are taken back don’t count');
    assert.deepEqual([text(FILE), ...modes()], [COMPLAINING, 'complain', 'complain']);
    assert.equal((await host.stat('/etc/else-1')).kind, 'stat');
  });

  test('links that switch it off or into complain mode go, and come back', async () => {
    symlinkSync('../usr.bin.freehold-demo', at(FORCED));
    await loaded();
    const { result } = await changed();
    assert.equal(result.kind, 'applied', JSON.stringify(result));
    assert.deepEqual([...modes(), (await host.stat(FORCED)).kind], ['enforce', 'enforce', 'missing']);
    await rollback(host, 'last', { force: false });
    const link = await host.stat(FORCED);
    assert.deepEqual(
      [...modes(), link.kind === 'stat' && link.target],
      ['complain', 'complain', '../usr.bin.freehold-demo'],
    );
  });

  test('one that was not loaded before is removed when going back, and nothing else is', async () => {
    symlinkSync(FILE, at(DISABLED));
    const { result } = await changed();
    assert.equal(result.kind, 'applied', JSON.stringify(result));
    assert.deepEqual(modes(), ['enforce', 'enforce']);
    await rollback(host, 'last', { force: false });
    assert.deepEqual([text(FILE), ...modes()], [COMPLAINING, 'none', 'none']);
    assert.deepEqual(asked(), [LOAD, `--remove -- ${FILE}`]);
    assert.equal((await host.stat(DISABLED)).kind, 'stat');
  });

  test('a file that the parser refuses leaves the old one in its place and in force', async () => {
    await loaded();
    write('/refuse', '');
    const { result } = await changed();
    assert.equal(result.kind, 'failed-and-undone', JSON.stringify(result));
    assert.match('problems' in result ? result.problems.join() : '', /syntax error/);
    assert.deepEqual([text(FILE), ...modes(), ...asked()], [COMPLAINING, 'complain', 'complain', LOAD, LOAD]);
  });

  test('a profile that lets through what it denies is a finding, and the run stands', { skip: noParser }, async (t) => {
    t.mock.method(process.stdout, 'write', (text: string) => printed.push(text) > 0);
    const printed: string[] = [];
    await loaded();
    write('/etc/apparmor.d/abi/3.0', text('/features'));
    const policy = confinementPolicy.parse({ programs: { [PROGRAM]: 'enforce' }, compare: false });
    const changeWith = async (end: '@opened' | '@refused'): Promise<ExitCode> => {
      const inside = stubInside(host, `@pid 77\n@label demo (enforce)\nsh: Permission denied\n${end}\n@end 0\n`);
      return changeMachine({
        target: { address: 'local', options: {} },
        host,
        before: await auditBy(policy),
        audit: () => auditBy(policy),
        options: { yes: true, failOn: 'low' },
        recording: { record: () => Promise.resolve(), exitCode: (code) => code },
        command: 'confine enforce',
        prove: () => tryProfiles(inside, policy),
      });
    };
    write(
      '/var/log/audit/audit.log',
      `type=AVC msg=audit(${String(Math.ceil(Date.now() / 1000) + 3600)}.000:7): apparmor="DENIED" operation="open" profile="demo" name="/etc/shadow" pid=77 comm="freehold-probe" requested_mask="r" denied_mask="r" fsuid=0 ouid=0\n`,
    );
    assert.equal(await changeWith('@opened'), 1, printed.join(''));
    assert.match(printed.join(''), /^ALLOWED +\/usr\/bin\/freehold-demo \(demo, enforce\)$/m);
    assert.deepEqual(modes(), ['enforce', 'enforce']);
    write(FILE, COMPLAINING);
    await loaded();
    printed.length = 0;
    assert.equal(await changeWith('@refused'), 0, printed.join(''));
    assert.match(printed.join(''), /^denied, logged +\/usr\/bin\/freehold-demo/m);
  });

  test('complain is the way back by hand', async () => {
    write(FILE, ENFORCED);
    await loaded();
    const { result } = await changed('complain');
    assert.equal(result.kind, 'applied', JSON.stringify(result));
    assert.deepEqual([text(FILE), ...modes()], [COMPLAINING, 'complain', 'complain']);
  });

  suite('and watched', () => {
    const begun = async (): Promise<string> => {
      await loaded();
      const plan = await makePlan(await look(), host);
      const result = await apply(host, plan, { now: new Date(), confirmWithinSeconds: 600 });
      assert.equal(result.kind, 'awaiting', JSON.stringify(result));
      return idOf(result);
    };
    const record = (timeMs: number, profile: string, verdict: string): string =>
      `type=AVC msg=audit(${(timeMs / 1000).toFixed(3)}:7): apparmor="${verdict}" operation="open" class="file" profile="${profile}" name="/home/a/report.odt" pid=77 comm="demo" requested_mask="r" denied_mask="r" fsuid=1000 ouid=1000\n`;

    test('the first denial takes it back, and says what it was', async () => {
      const sinceMs = Date.now();
      const runId = await begun();
      write(
        '/var/log/audit/audit.log',
        record(sinceMs - 60_000, 'demo', 'DENIED') +
          record(sinceMs + 10, 'other', 'DENIED') +
          record(sinceMs + 20, 'demo//child', 'DENIED'),
      );
      const end = await watchRun(host, { runId, profiles: ['demo'], isMeant: () => false, seconds: 600, sinceMs });
      assert.equal(end.stands, false);
      assert.match(
        end.message,
        /^Denied: demo\/\/child: open \/home\/a\/report\.odt \(r\) by demo 77; the run \S+ was taken back\.$/,
      );
      assert.deepEqual([text(FILE), ...modes()], [COMPLAINING, 'complain', 'complain']);
    });

    test('a denial that was rotated away since the last look counts too', async () => {
      const sinceMs = Date.now();
      const runId = await begun();
      write('/var/log/audit/audit.log.1', record(sinceMs + 20, 'demo', 'DENIED'));
      write('/var/log/audit/audit.log', record(sinceMs + 30, 'other', 'DENIED'));
      const end = await watchRun(host, { runId, profiles: ['demo'], isMeant: () => false, seconds: 600, sinceMs });
      assert.deepEqual([end.stands, ...modes()], [false, 'complain', 'complain'], end.message);
    });

    test('a time without a denial lets it stand', async () => {
      const sinceMs = Date.now();
      const runId = await begun();
      write(
        '/var/log/audit/audit.log',
        record(sinceMs - 60_000, 'demo', 'DENIED') +
          record(sinceMs + 10, 'other', 'DENIED') +
          record(sinceMs + 10, 'demo', 'ALLOWED') +
          record(sinceMs + 10, 'demo//child', 'DENIED'),
      );
      const isMeant = ({ profile }: AccessEvent): boolean => profile === 'demo//child';
      const end = await watchRun(host, { runId, profiles: ['demo'], isMeant, seconds: 0.1, pauseMs: 10, sinceMs });
      assert.deepEqual([end.stands, ...modes()], [true, 'enforce', 'enforce'], end.message);
      assert.match(end.message, /^Nothing was denied in 0\.1 s but what rules of the profile deny: the run /);
      assert.equal((await listRuns(host)).find(({ id }) => id === runId)?.state, 'applied');
    });
  });

  test('what is watched first is counted in the log that is there', { skip: noParser }, async () => {
    await loaded();
    const policy = confinementPolicy.parse({ programs: { [PROGRAM]: { soak: { days: 0, runs: 1 } } }, compare: false });
    write(
      '/var/log/audit/audit.log',
      `type=AVC msg=audit(${String(Math.ceil(Date.now() / 1000) + 5)}.000:7): apparmor="ALLOWED" operation="open" class="file" profile="demo" name="/x" pid=77 comm="demo" requested_mask="r" denied_mask="r" fsuid=1 ouid=1\n`,
    );
    const state = await confinement.observe(host, policy, { now: new Date(), advisories: noAdvisories });
    const one = { kind: 'known', value: 1 };
    const { runs, denials, reach } = state.soak[PROGRAM] ?? {};
    assert.deepEqual({ runs, denials }, { runs: one, denials: one });
    assert.ok(reach?.kind === 'known' && reach.value > Date.now() - 60_000, 'the first record of the log');
    const report = await makePlan(await auditBy(policy), host);
    assert.deepEqual(report.steps, []);
    assert.match(
      report.leftOut.map(({ reason }) => reason).join(),
      /isn’t enforced yet: .*it would have denied 1 access/,
    );
    // logrotate's name for an older one, which it packs.
    const older = text('/var/log/audit/audit.log').replaceAll('pid=77', 'pid=78').replace(':7)', ':6)');
    const packed = gzipSync(`type=DAEMON_START msg=audit(1000.000:1): op=start\n${older}`);
    writeFileSync(at('/var/log/audit/audit.log-20251126.gz'), packed);
    const again = await confinement.observe(host, policy, { now: new Date(), advisories: noAdvisories });
    const both = { kind: 'known', value: 2 };
    const more = again.soak[PROGRAM];
    assert.deepEqual([more?.runs, more?.denials, more?.reach], [both, both, { kind: 'known', value: 1_000_000 }]);
    // A record that a power cut left half of is no record of nothing.
    const whole = text('/var/log/audit/audit.log');
    write(
      '/var/log/audit/audit.log',
      `${whole}${whole.slice(whole.lastIndexOf('type=AVC')).split(' pid=')[0] ?? ''}\n`,
    );
    const torn = (await confinement.observe(host, policy, { now: new Date(), advisories: noAdvisories })).soak[PROGRAM];
    const reason = torn?.denials.kind === 'unknown' ? torn.denials.reason : '';
    assert.match(reason, /^1 line of the logs .*\/var\/log\/audit\/audit\.log:[0-9]+ \(.*cut off\)$/);
    assert.deepEqual(torn?.runs, both);
    write('/var/log/audit/audit.log', whole);
    const sink = { event: () => undefined, text: () => undefined, limitBytes: whole.length };
    const enough = await readKeptLogs(host, Date.now() + 3_600_000, sink);
    assert.deepEqual(enough.problems, [], 'what was not read is older');
    const tooMuch = await readKeptLogs(host, 2_000_000, sink);
    assert.match(tooMuch.problems.join(), /more than [0-9]+ bytes since then: .*audit\.log.* not read$/);
  });
});
