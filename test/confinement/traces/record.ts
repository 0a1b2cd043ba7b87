/** Records the traces that lie beside it, in the lab: `node test/confinement/traces/record.ts`. See README.md. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { gzipSync } from 'node:zlib';
import { ensureImage } from '../../lab/build-image.ts';
import { LabMachine } from '../../lab/machine.ts';
import { officeDocuments } from '../../lab/office-documents.ts';
import { quote } from '../../../src/host/shell/quote.ts';

const MINUTE_MS = 60_000;
const BEST_COMPRESSION = 9;
const LOG = '/var/log/audit/audit.log';
const PROGRAM = '/usr/lib/libreoffice/program';

/** All is logged and nothing is denied: rules that allow would hide what they cover. */
const PROFILE = `abi <abi/3.0>,
profile libreoffice-oosplash ${PROGRAM}/oosplash flags=(complain) {
  ${PROGRAM}/soffice.bin px -> libreoffice-soffice,
}
profile libreoffice-soffice ${PROGRAM}/soffice.bin flags=(complain) {
}
`;

interface Run {
  readonly user: string;
  /** With their endings, in the user's Documents. */
  readonly documents: readonly string[];
  readonly to: string;
}

/** Some users come twice: the second time LibreOffice has its settings already. */
const LEARN: readonly Run[] = [
  { user: 'admin', documents: ['report.odt', 'sales 2024.ods'], to: 'pdf' },
  { user: 'clerk', documents: ['Übersicht.docx'], to: 'pdf' },
  { user: 'anna', documents: ['invoice-0017.xlsx', 'photo.gif'], to: 'pdf' },
  { user: 'boris', documents: ['talk.odp'], to: 'pdf' },
  { user: 'admin', documents: ['minutes.docm'], to: 'odt' },
  { user: 'anna', documents: ['figures (final).ods'], to: 'xlsx' },
];
const JUDGE: readonly Run[] = [
  { user: 'elif', documents: ['letter.odt', 'budget.ods'], to: 'pdf' },
  { user: 'farid', documents: ['contract v3.docx'], to: 'pdf' },
  { user: 'gwen', documents: ['prices.xlsx', 'logo.gif'], to: 'pdf' },
  { user: 'hugo', documents: ['vortrag für alle.odp'], to: 'pdf' },
  { user: 'elif', documents: ['form.docm'], to: 'odt' },
  { user: 'gwen', documents: ['list.ods'], to: 'xlsx' },
];

/** The queue is long and nothing is thrown away; the lab's disk has room. */
const PREPARE = `
sed -i -e 's/^max_log_file_action.*/max_log_file_action = ignore/' -e 's/^flush.*/flush = none/' /etc/audit/auditd.conf
kill -HUP "$(pidof auditd)"
auditctl -D -b 65536 -r 0 --backlog_wait_time 60000
apparmor_parser -r <<'END'
${PROFILE}
END
`;

await ensureImage((line) => process.stderr.write(`${line}\n`));
await using machine = await LabMachine.fresh();
machine.sh(PREPARE);
const kinds = officeDocuments();
const known = new Set(['admin', 'clerk']);
for (const [name, runs] of [
  ['learn', LEARN],
  ['judge', JUDGE],
] as const) {
  for (const [index, run] of runs.entries()) {
    const startedMs = performance.now();
    const lines = record(run);
    const file = `${name}-${String(index + 1)}.log.gz`;
    const packed = gzipSync(lines, { level: BEST_COMPRESSION });
    writeFileSync(join(import.meta.dirname, file), packed);
    const seconds = Math.round((performance.now() - startedMs) / 1000);
    const count = lines.split('\n').length - 1;
    process.stderr.write(`${file}: ${String(count)} lines, ${String(packed.length)} bytes, ${String(seconds)} s\n`);
  }
}
assert.match(machine.sh('auditctl -s'), /^lost 0$/m);

function record({ user, documents, to }: Run): string {
  if (!known.has(user)) machine.sh(`useradd --create-home --shell /bin/bash ${user}`);
  known.add(user);
  const folder = `/home/${user}/Documents`;
  machine.sh(`install -d -o ${user} -g ${user} ${folder}`);
  for (const name of documents) {
    const bytes = kinds.get(name.slice(name.lastIndexOf('.') + 1));
    assert(bytes !== undefined, name);
    const path = quote(`${folder}/${name}`);
    machine.sh(`base64 -d >${path} <<'END'\n${bytes.toString('base64')}\nEND\nchown ${user}:${user} ${path}`);
  }
  const before = machine.sh(`stat -c %s ${LOG}`).trim();
  const argv = ['soffice', '--headless', '--convert-to', to, '--outdir', `${folder}/out`];
  const paths = documents.map((name) => `${folder}/${name}`);
  const command = [...argv, ...paths].map((word) => quote(word)).join(' ');
  machine.sh(`runuser -l ${user} -c ${quote(command)}`, { timeoutMs: 10 * MINUTE_MS });
  for (const path of paths) {
    const made = path.replace('/Documents/', '/Documents/out/').replace(/[^.]*$/, to);
    machine.sh(`test -s ${quote(made)}`);
  }
  // The kernel's queue is empty when auditd has written what came last.
  machine.sh(`until auditctl -s | grep -qx 'backlog 0'; do sleep 0.2; done; sync`);
  return machine.sh(`tail -c +${String(Number(before) + 1)} ${LOG} | grep -a ' apparmor="' || true`);
}
