/** Profiles are switched under a kernel that has AppArmor: what is said of them is what it does. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { after, before, suite, test } from 'node:test';
import type { AccessLogReport } from '../../src/core/access-log-report.ts';
import type { AuditedFinding, AuditReport } from '../../src/core/audit.ts';
import type { ConfinedProgram, ConfinementStatus } from '../../src/core/confinement-status.ts';
import type { ProbeReport, ProgramProbe } from '../../src/core/probe-report.ts';
import { type Ended, Folder, freehold, freeholdArgv } from '../cli/freehold.ts';
import {
  installReader,
  KEY,
  LOAD_AS_BOOT,
  lookAtReader,
  modesOf,
  READER,
  READER_FILE,
  RING,
} from './confined-reader.ts';
import { whyNoLab } from './image.ts';
import { LabMachine } from './machine.ts';

const LIMIT_MS = 600_000;
const SLEEPER = '/usr/local/bin/lab-sleeper';
const SLEEPER_UNIT = 'lab-sleeper.service';
/** No longer than it takes to look twice. */
const WATCH = '5s';
const EDITED = '/usr/local/bin/lab-edited';
/** Debian's own. */
const SMBD = '/usr/sbin/smbd';
const NMBD = '/usr/sbin/nmbd';

const BLUEPRINT = `version: 1
name: lab
confinement:
  apparmor: required
  programs:
    ${SMBD}: complain
    ${NMBD}: complain
    ${READER}: complain
    ${SLEEPER}: enforce
    ${EDITED}: enforce
    /usr/local/bin/lab-missing: enforce
  listening: required
`;

/** The smallest wish that makes a profile wait. */
const SOAK = `version: 1
name: soak
confinement:
  programs:
    ${READER}: { mode: enforce, soak: { days: 0, runs: 2 } }
`;

/** Each start is written down (auditctl(8), -w). */
const WRITE_DOWN_STARTS = `auditctl -w ${READER} -p x -k freehold`;

/** The log begins anew for a profile whose file was changed and loaded, with the next second: times of files are read in seconds. */
const BEGIN_ANEW = `
second=$(date +%s)
until [ "$(date +%s)" -gt "$second" ]; do :; done
touch ${READER_FILE}
${LOAD_AS_BOOT} ${READER_FILE}
`;

/** Nothing that the profile doesn't allow. */
const ALLOWED_RUN = `runuser -u admin -- ${READER} /tmp/lab-allowed`;

/** A program that runs before its profile is loaded, and a file that was changed after it was. */
const SCENE = `
cp /usr/bin/sleep ${SLEEPER}; cp /usr/bin/cat ${EDITED}
printf '[Service]\\nExecStart=${SLEEPER} infinity\\n' >/etc/systemd/system/${SLEEPER_UNIT}
systemctl daemon-reload; systemctl start ${SLEEPER_UNIT}
for program in ${SLEEPER} ${EDITED}; do
  file=/etc/apparmor.d/usr.local.bin.\${program##*/}
  echo "profile \${program##*/} $program { /usr/** mr, /etc/ld.so.cache r, }" >$file
  ${LOAD_AS_BOOT} $file
done
echo "profile lab-edited ${EDITED} { /usr/** mr, /etc/ld.so.cache r, /srv/** r, }" >/etc/apparmor.d/usr.local.bin.lab-edited
`;

/** What the kernel was told to do with the profile, in order (aa_audit of its policy.c). */
const POLICY_CHANGES = `grep -ao 'apparmor="STATUS" operation="profile_[a-z]*" .*name="lab-reader"' /var/log/audit/audit.log | grep -o 'profile_[a-z]*'`;

/** Reads what a rule denies and then what nobody has thought of, as soon as it is enforced. */
const WORK = `nohup sh -c '
until grep -q "^lab-reader (enforce)" /sys/kernel/security/apparmor/profiles; do sleep 0.2; done
runuser -u admin -- ${READER} ${RING}
runuser -u admin -- ${READER} ${KEY}
' >/dev/null 2>&1 </dev/null &`;

suite('confinement under a kernel that has AppArmor', { skip: whyNoLab() }, () => {
  let machine: LabMachine;
  const folder = new Folder();
  const connection = (): readonly string[] => ['--ssh-config', machine.sshConfig];
  const run = (...argv: readonly string[]): Ended =>
    freehold([...argv, ...connection()], { cwd: folder.path, timeoutMs: LIMIT_MS });
  const finding = (report: AuditReport, id: string): AuditedFinding =>
    report.findings.find((one) => one.id === id) ?? assert.fail(`no ${id}`);
  const probed = (): { readonly code: number | null; readonly probe: ProgramProbe } => {
    const { code, stdout, stderr } = run('confine', 'probe', READER, machine.address, '--format', 'json');
    assert.notEqual(stdout, '', stderr);
    const { probes } = JSON.parse(stdout) as ProbeReport;
    const [probe] = probes;
    assert.ok(probe !== undefined && probes.length === 1, stdout);
    return { code, probe };
  };
  const enforce = (...more: readonly string[]): readonly string[] => [
    'confine',
    'enforce',
    READER,
    machine.address,
    '--yes',
    ...more,
  ];
  let asBefore = '';

  before(async () => {
    machine = await LabMachine.fresh();
    installReader(machine);
    machine.sh(SCENE);
  });
  after(async () => {
    await machine.close();
    folder[Symbol.dispose]();
  });

  test('an audit says what is loaded, from which file, and who runs without', () => {
    folder.write('lab.yaml', BLUEPRINT);
    const path = join(folder.path, 'audit.json');
    const { code, stderr } = run(
      'audit',
      machine.address,
      '--blueprint',
      'lab.yaml',
      '--format',
      'json',
      '--output',
      path,
    );
    assert.equal(code, 1, stderr);
    const report = JSON.parse(readFileSync(path, 'utf8')) as AuditReport;
    for (const program of [SMBD, NMBD, READER]) {
      assert.equal(finding(report, `confinement/program${program}`).outcome, 'pass', program);
      assert.equal(finding(report, `confinement/loaded${program}`).outcome, 'pass', program);
    }
    assert.equal(finding(report, 'confinement/apparmor').outcome, 'pass');
    assert.equal(finding(report, `confinement/loaded${SLEEPER}`).outcome, 'pass');
    assert.equal(finding(report, `confinement/loaded${EDITED}`).outcome, 'fail');
    const { outcome, summary, remedy } = finding(report, `confinement/processes${SLEEPER}`);
    assert.equal(outcome, 'fail');
    assert.match(summary, /^1 process of 1 runs in another label: [0-9]+ of lab-sleeper\.service \(unconfined\)$/);
    assert.deepEqual(remedy, { kind: 'manual', instruction: `Run: systemctl restart ${SLEEPER_UNIT}.` });
    assert.equal(finding(report, 'confinement/listening/usr/sbin/sshd').outcome, 'fail');
    assert.equal(finding(report, 'confinement/program/usr/local/bin/lab-missing').outcome, 'not-applicable');
    assert.deepEqual(
      report.findings.filter(({ id, outcome: what }) => /lab-missing/.test(id) && what === 'pass'),
      [],
    );
  });

  test('status shows every profile, and who runs without', () => {
    const { code, stdout, stderr } = run('confine', 'status', machine.address, '--no-privileged', '--format', 'json');
    assert.equal(code, 0, stderr);
    const { isActive, programs, unconfined, unknown } = JSON.parse(stdout) as ConfinementStatus;
    const of = (label: string): ConfinedProgram =>
      programs.find(({ profile }) => profile === label) ?? assert.fail(`no ${label}`);
    const modes = ({ now, atNextBoot }: ConfinedProgram): readonly (string | null)[] => [now, atNextBoot];
    assert.equal(isActive, true);
    assert.deepEqual(modes(of('lab-reader')), ['complain', 'complain']);
    assert.deepEqual(modes(of('lab-sleeper')), ['enforce', 'enforce']);
    assert.deepEqual(of('lab-sleeper').processes, { confined: 0, unconfined: 1 });
    assert.deepEqual(modes(of('libreoffice-soffice')), ['complain', 'complain']);
    assert.equal(of('libreoffice-soffice').program, '/usr/lib/libreoffice/program/soffice.bin');
    assert.ok(unconfined.some(({ program }) => program === '/usr/sbin/sshd'));
    assert.deepEqual(unknown, []);
  });

  test('enforce acts at once, on children too; what is denied is in the log', () => {
    asBefore = lookAtReader(machine);
    assert.deepEqual(modesOf(asBefore), ['complain', 'complain', 'complain']);
    assert.equal(machine.sh(`runuser -u admin -- ${READER} ${KEY}`), 'secret\n');
    const { code, stdout, stderr } = run(...enforce());
    assert.equal(code, 0, stdout + stderr);
    assert.match(stdout, /^denied, logged +\/usr\/local\/bin\/lab-reader \(lab-reader, enforce\)$/m);
    assert.deepEqual(modesOf(lookAtReader(machine)), ['enforce', 'enforce', 'enforce']);
    const { code: ended, probe } = probed();
    assert.deepEqual([ended, probe.result, probe.mode], [0, 'denied-and-logged', 'enforce'], JSON.stringify(probe));
    assert.match(machine.sh(recordsOf(probe)), new RegExp(`apparmor="DENIED".* name="${probe.file ?? ''}" `));
    assert.doesNotMatch(machine.sh(`cat ${READER_FILE}`), /complain/);
    const denied = machine.trySh(`runuser -u admin -- ${READER} ${KEY}`);
    assert.match(denied.stderr, /Permission denied/);
    // Another program, put into the profile from outside.
    const inside = machine.trySh(`runuser -u admin -- aa-exec -p lab-reader -- /usr/bin/cat ${KEY}`);
    assert.match(inside.stderr, /cat: .*Permission denied/);
    const log = run('confine', 'log', machine.address, '--format', 'json', '--all');
    assert.equal(log.code, 0, log.stderr);
    const { groups } = JSON.parse(log.stdout) as AccessLogReport;
    const ours = groups.filter(({ profile }) => profile === 'lab-reader');
    assert.ok(
      ours.some(({ verdict }) => verdict === 'DENIED'),
      JSON.stringify(groups),
    );
    assert.ok(JSON.stringify(ours.filter(({ verdict }) => verdict === 'DENIED')).includes(KEY));
  });

  test('rollback loads the version of before, from the file of before, and the boot would too', () => {
    const { code, stdout, stderr } = run('confine', 'rollback', '--host', machine.address);
    assert.equal(code, 0, stdout + stderr);
    assert.equal(lookAtReader(machine), asBefore);
    assert.equal(machine.sh(`runuser -u admin -- ${READER} ${KEY}`), 'secret\n');
    const changes = ['profile_load', 'profile_replace', 'profile_replace'];
    assert.deepEqual(machine.sh(POLICY_CHANGES).trim().split('\n'), changes);
    machine.sh(`${LOAD_AS_BOOT} ${READER_FILE}`);
    assert.equal(lookAtReader(machine), asBefore);
  });

  test('a profile that must be seen first is enforced when it has been, without an access that it would deny', async () => {
    folder.write('soak.yaml', SOAK);
    machine.sh(`${WRITE_DOWN_STARTS}\n${BEGIN_ANEW}`);
    asBefore = lookAtReader(machine);
    assert.equal(machine.sh(`runuser -u admin -- ${READER} ${KEY}`), 'secret\n');
    const blueprint = ['--blueprint', 'soak.yaml'] as const;
    const refused = run(...enforce(...blueprint));
    assert.equal(refused.code, 1, refused.stdout + refused.stderr);
    const said = refused.stdout.replaceAll(/\s+/g, ' ');
    assert.match(said, /1 run of it was seen; wanted 2 \(/);
    assert.match(said, /it would have denied 1 access/);
    assert.equal(lookAtReader(machine), asBefore);
    machine.sh(`${BEGIN_ANEW}\necho x >/tmp/lab-allowed; ${ALLOWED_RUN}; ${ALLOWED_RUN}`);
    // Freehold's own try is allowed and written down, and neither a run of the program nor an access that it needs.
    const { code: ended, probe } = probed();
    assert.deepEqual([ended, probe.result, probe.mode, probe.record?.verdict], [1, 'allowed', 'complain', 'ALLOWED']);
    assert.match(probe.summary, /was allowed, as the profile only complains\. The log has it: ALLOWED open r/);
    assert.match(machine.sh(recordsOf(probe)), new RegExp(`apparmor="ALLOWED".* name="${probe.file ?? ''}" `));
    const status = run('confine', 'status', machine.address, '--no-privileged', '--format', 'json', ...blueprint);
    const { programs } = JSON.parse(status.stdout) as ConfinementStatus;
    assert.deepEqual(programs.find(({ profile }) => profile === 'lab-reader')?.waitsFor, [], status.stdout);
    // A watch that ends well.
    asBefore = lookAtReader(machine);
    const watch = [...enforce('--watch', WATCH, ...blueprint), ...connection()];
    const { code, stdout, stderr } = await background(watch, folder.path);
    assert.equal(code, 0, stdout + stderr);
    assert.match(stdout, /^denied, logged /m);
    const [, runId] = /^Nothing was denied in 5 s: the run (\S+) stands\.$/m.exec(stdout) ?? assert.fail(stdout);
    assert.match(run('runs', '--host', machine.address).stdout, new RegExp(`^applied +${runId ?? ''}$`, 'm'));
    assert.deepEqual(modesOf(lookAtReader(machine)), ['enforce', 'enforce', 'enforce']);
  });

  test('complain puts profile and file back to what they were before', () => {
    const { code, stdout, stderr } = run('confine', 'complain', READER, machine.address, '--yes');
    assert.equal(code, 0, stdout + stderr);
    const withoutTime = (look: string): string => look.replace(/ \d+$/m, '');
    assert.equal(withoutTime(lookAtReader(machine)), withoutTime(asBefore));
    assert.equal(machine.sh(`runuser -u admin -- ${READER} ${KEY}`), 'secret\n');
  });

  test('a watch goes back for what nobody meant to deny, and says what it was', async () => {
    asBefore = lookAtReader(machine);
    machine.sh(WORK);
    const { code, stdout, stderr } = await background([...enforce('--watch', '10m'), ...connection()], folder.path);
    assert.equal(code, 1, stdout + stderr);
    assert.match(
      stdout,
      /Denied: lab-reader: open \/home\/admin\/\.ssh\/id \(r\) by lab-reader [0-9]+; the run \S+ was taken back\./,
    );
    assert.equal(lookAtReader(machine), asBefore);
    assert.match(machine.sh(`grep -a 'apparmor="DENIED"' /var/log/audit/audit.log`), new RegExp(`name="${RING}"`));
  });
});

/** What the kernel wrote of the probe's process. */
function recordsOf({ record }: ProgramProbe): string {
  return `grep -a 'profile="lab-reader" .* pid=${String(record?.pid)} comm="freehold-probe"' /var/log/audit/audit.log`;
}

/** The machine must be able to work meanwhile. */
async function background(argv: readonly string[], cwd: string): Promise<Ended> {
  const [program = '', ...rest] = freeholdArgv(argv);
  const child = spawn(program, rest, { cwd, env: { ...process.env, NO_COLOR: '1' }, timeout: LIMIT_MS });
  const [stdout, stderr] = await Promise.all([textOf(child.stdout), textOf(child.stderr), once(child, 'close')]);
  return { code: child.exitCode, stdout, stderr };
}

async function textOf(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of stream) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}
