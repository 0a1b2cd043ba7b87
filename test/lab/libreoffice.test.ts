/**
 * The hardened LibreOffice: one hostile document, opened under Debian's profile as it is shipped and under ours. It does an
 * office's work with a document of every kind, and then reads a key, runs a shell, connects and leaves a macro behind.
 */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { quote } from '../../src/host/shell/quote.ts';
import { whyNoLab } from './image.ts';
import { LabMachine } from './machine.ts';
import { macroDocument, officeDocuments } from './office-documents.ts';
import { KEY, macro, RESULT, SHELL_MARK } from './office-macro.ts';

const PRESETS = join(import.meta.dirname, '..', '..', 'presets', 'apparmor');
const SECRET = 'the key of the test';
const OFFICE_LIMIT_MS = 600_000;
const AUDIT_LOG = '/var/log/audit/audit.log';
const DEBIANS = ['oosplash', 'senddoc', 'soffice.bin', 'xpdfimport'];

/** The lowest macro security there is: whatever a document says is done. What a profile refuses then, it refuses always. */
const TRUSTS_ALL = `<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>0</value></prop></item>
</oor:items>`;

suite('the hardened LibreOffice', { skip: whyNoLab() }, () => {
  test('does its work, and nothing that a hostile document wants of it', async (context) => {
    await using machine = await LabMachine.fresh();
    machine.sh('auditctl -D -b 8192 -r 0');

    const before = opened(machine, 'clerk', []);
    context.diagnostic(`under Debian's profile: ${before.said.join(', ')}`);
    assert.deepEqual(before.said, [`key ${SECRET}`, 'shell called', 'network refused', 'macro kept', 'end']);
    assert.equal(before.hasShellRun, true);
    assert.deepEqual(before.denied, []);

    install(machine);
    const kinds = [...officeDocuments().keys()];
    const after = opened(machine, 'admin', kinds);
    context.diagnostic(`under ours: ${after.said.join(', ')}`);
    for (const line of after.denied) context.diagnostic(line);
    assert.deepEqual(after.said, [
      ...kinds.map((kind) => `${kind} done`),
      'key refused',
      'shell refused',
      'network refused',
      'macro refused',
      'end',
    ]);
    assert.equal(after.hasShellRun, false);
  });
});

interface Opened {
  /** What the macro wrote down, line by line. */
  readonly said: readonly string[];
  readonly hasShellRun: boolean;
  /** Records of what was denied. */
  readonly denied: readonly string[];
}

/** A user who has never used LibreOffice opens the document. */
function opened(machine: LabMachine, user: string, kinds: readonly string[]): Opened {
  const home = `/home/${user}`;
  const folder = `${home}/Documents`;
  const documents = officeDocuments();
  const files = new Map<string, Buffer>([
    [`${home}/${KEY}`, Buffer.from(`${SECRET}\n`)],
    [`${home}/.config/libreoffice/4/user/registrymodifications.xcu`, Buffer.from(TRUSTS_ALL)],
    [`${folder}/work.odt`, macroDocument(macro({ home, folder, kinds }))],
  ]);
  for (const kind of kinds) files.set(`${folder}/document.${kind}`, documents.get(kind) ?? Buffer.of());
  for (const [path, bytes] of files) {
    machine.sh(`mkdir -p "$(dirname ${path})"; base64 -d >${path} <<'END'\n${bytes.toString('base64')}\nEND`);
  }
  machine.sh(`chown -R ${user}:${user} ${home}`);
  const offset = Number(machine.sh(`stat -c %s ${AUDIT_LOG}`));
  const command = `soffice --headless ${folder}/work.odt`;
  const ended = machine.trySh(`timeout 500 runuser -l ${user} -c ${quote(command)}`, { timeoutMs: OFFICE_LIMIT_MS });
  const said = machine
    .trySh(`cat ${folder}/${RESULT}`)
    .stdout.split('\n')
    .filter((line) => line !== '');
  assert.equal(ended.code, 0, `${ended.stdout}${ended.stderr}${said.join('\n')}`);
  machine.sh(`until auditctl -s | grep -qx 'backlog 0'; do sleep 0.2; done; sync`);
  const records = machine.sh(`tail -c +${String(offset + 1)} ${AUDIT_LOG} | grep -a 'apparmor="DENIED"' || true`);
  return {
    said,
    hasShellRun: machine.trySh(`test -e ${folder}/${SHELL_MARK}`).code === 0,
    denied: records.split('\n').filter((line) => line !== ''),
  };
}

/** As docs/confinement/libreoffice.md says. */
function install(machine: LabMachine): void {
  for (const path of globSync('**', { cwd: PRESETS, withFileTypes: true }).filter((entry) => entry.isFile())) {
    const from = join(path.parentPath, path.name);
    const target = join('/etc/apparmor.d', from.slice(PRESETS.length));
    machine.sh(`mkdir -p "$(dirname ${target})"; cat >${target} <<'END'\n${readFileSync(from, 'utf8')}END`);
  }
  for (const name of DEBIANS) machine.sh(`ln -s ../usr.lib.libreoffice.program.${name} /etc/apparmor.d/disable/`);
  machine.sh('apparmor_parser -r /etc/apparmor.d/freehold-libreoffice');
}
