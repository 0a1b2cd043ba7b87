import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { accessLogSchema } from '../../src/report/confinement/access-log-schema.ts';
import { Folder, freehold } from '../cli/freehold.ts';
import { auditdLine, lines, ringText } from './kernel-record.ts';

const ACCESS = { profile: 'soffice', name: '/home/anna/letter.odt' };

function log(): Buffer {
  return lines(
    auditdLine({ ...ACCESS, serial: 1 }),
    auditdLine({ ...ACCESS, serial: 2 }),
    auditdLine({ ...ACCESS, serial: 3, verdict: 'DENIED', name: '/home/anna/\u001b[31mb\u00fc\u00ff"' }),
    auditdLine({ ...ACCESS, serial: 4 }).slice(0, 100),
    `Nov 26 01:02:03 files anna: ${ringText(ACCESS)}`,
    'Nov 26 01:02:03 files kernel: [   12.345678] audit: audit_lost=17 audit_rate_limit=0 audit_backlog_limit=64',
  );
}

describe('freehold confine log', () => {
  it('shows accesses that are alike together, and all that is doubtful', () => {
    using folder = new Folder();
    const path = folder.write('audit.log', log());
    const { code, stdout, stderr } = freehold(['confine', 'log', '--log', path], { cwd: folder.path });
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^soffice$/m);
    assert.match(stdout, /^ +2 +ALLOWED +open +r +\/home\/anna\/letter\.odt$/m);
    assert.match(stdout, /^ +1 +DENIED +open +r +\/home\/anna\/\\x1b\[31mb\\xfc\\xff"$/m);
    assert.match(stdout, /records are missing, 1 at least/);
    assert.match(stdout, /audit\.log:4: /);
    assert.match(stdout, /audit\.log:5: written by anna, not by the kernel/);
    assert.ok(!stdout.includes('\u001b'));
  });

  it('prints data that follows its schema', () => {
    using folder = new Folder();
    const path = folder.write('audit.log.1.gz', gzipSync(log()));
    const { code, stdout } = freehold(['confine', 'log', '--log', path, '--format', 'json'], { cwd: folder.path });
    assert.equal(code, 0);
    const report = accessLogSchema.parse(JSON.parse(stdout));
    assert.deepEqual(
      report.groups.map(({ count, verdict }) => [count, verdict]),
      [
        [2, 'ALLOWED'],
        [1, 'DENIED'],
      ],
    );
    assert.deepEqual([report.counts.lines, report.counts.unreadableLines, report.counts.impostorLines], [6, 1, 1]);
    assert.equal(report.lost.sinceStart, null);
  });

  it('ends with 3 where a file could not be read, and with 2 where it is not said what to read', () => {
    using folder = new Folder();
    const missing = freehold(['confine', 'log', '--log', 'nothing'], { cwd: folder.path });
    assert.equal(missing.code, 3);
    assert.match(missing.stdout, /not read: nothing: there is no such file$/m);
    assert.equal(freehold(['confine', 'log', 'local', '--log', 'nothing'], { cwd: folder.path }).code, 2);
  });
});
