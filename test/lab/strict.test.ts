/** The whole way at a distance: the strictest preset is applied over ssh, and what an audit said of the next boot comes true. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import type { AuditedFinding, AuditReport } from '../../src/core/audit.ts';
import { type Ended, Folder, freehold } from '../cli/freehold.ts';
import { whyNoLab } from './image.ts';
import { LabMachine } from './machine.ts';

const LIMIT_MS = 300_000;
const BLUEPRINT = 'version: 1\nname: lab\nextends: [strict]\n';

suite('the preset strict over ssh', { skip: whyNoLab() }, () => {
  test('what an audit says of the next boot holds after the reboot', async (context) => {
    await using machine = await LabMachine.fresh();
    using folder = new Folder();
    folder.write('freehold.yaml', BLUEPRINT);
    const run = (...argv: readonly string[]): Ended =>
      freehold([...argv, machine.address, '--ssh-config', machine.sshConfig], {
        cwd: folder.path,
        timeoutMs: LIMIT_MS,
      });
    const audit = (name: string): AuditReport => {
      const { code, stderr } = run('audit', '--format', 'json', '--output', join(folder.path, name));
      assert.ok(code === 0 || code === 1, stderr);
      return JSON.parse(readFileSync(join(folder.path, name), 'utf8')) as AuditReport;
    };

    const before = audit('before.json');
    const applied = run('apply', '--yes', '--allow-irreversible');
    assert.match(applied.stdout, /Applied as run \S+, and confirmed through a new connection/, applied.stderr);
    const promised = audit('promised.json');
    await machine.reboot();
    const after = audit('after.json');

    const claims = promised.findings.filter((finding) => nextBootOf(finding) !== undefined);
    const broken = claims.filter((finding) => !holds(machine, finding, byId(after, finding)));
    assert.deepEqual(
      broken.map(({ id, observed }) => [id, observed, byId(after, { id })?.observed]),
      [],
    );
    const waiting = promised.findings.filter(({ remedy }) => remedy?.kind === 'reboot');
    context.diagnostic(
      `${String(claims.length)} claims hold; ${String(waiting.length)} findings had waited for the reboot`,
    );
    assert.ok(claims.length > 100 && waiting.length > 10);
    for (const { id } of [...waiting, ...promised.findings.filter(({ outcome }) => outcome === 'pass')])
      assert.equal(byId(after, { id })?.outcome, 'pass', id);
    assert.ok(failuresOf(before) > 60, 'a new Debian is far from strict');
    assert.equal(failuresOf(after), 0, JSON.stringify(after.findings.filter(({ outcome }) => outcome === 'fail')));
    assert.equal(machine.sh('systemctl is-system-running').trim(), 'running');
  });
});

/** Whether what was said of the next boot is so now. A blocked module is one that modprobe(8) doesn't load. */
function holds(machine: LabMachine, promised: AuditedFinding, after: AuditedFinding | undefined): boolean {
  const module = /^kernel\/module\/(.+)$/.exec(promised.id)?.[1];
  if (module === undefined) return field(after, 'now') === nextBootOf(promised);
  return nextBootOf(promised) === 'blocked' && machine.trySh(`modprobe ${module}`).code !== 0;
}

function byId(report: AuditReport, { id }: Pick<AuditedFinding, 'id'>): AuditedFinding | undefined {
  return report.findings.find((finding) => finding.id === id);
}

function nextBootOf(finding: AuditedFinding | undefined): unknown {
  return field(finding, 'nextBoot');
}

/** What was seen of a setting is an object with `now` and `nextBoot`; other findings have neither. */
function field(finding: AuditedFinding | undefined, name: string): unknown {
  const observed = finding?.observed;
  if (typeof observed !== 'object' || observed === null || finding?.outcome === 'not-applicable') return undefined;
  return (observed as Readonly<Record<string, unknown>>)[name];
}

function failuresOf({ findings }: AuditReport): number {
  return findings.filter(({ outcome }) => outcome === 'fail').length;
}
