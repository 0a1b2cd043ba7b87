/**
 * The hardened LibreOffice: one hostile document, opened under Debian's profile as it is shipped and under ours. It does an
 * office's work with a document of every kind, and then reads a key, runs a shell, connects and leaves a macro behind.
 */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { quote } from '../../src/host/shell/quote.ts';
import { whyNoLab } from './image.ts';
import { LabMachine } from './machine.ts';
import { macroDocument, officeDocuments } from './office-documents.ts';
import { installLibreOffice } from './questions/policy.ts';
import { KEY, macro, RESULT, SHELL_MARK } from './office-macro.ts';

const SECRET = 'the key of the test';
const OFFICE_LIMIT_MS = 600_000;
const AUDIT_LOG = '/var/log/audit/audit.log';

/** The lowest macro security there is: whatever a document says is done. What a profile refuses then, it refuses always. */
const TRUSTS_ALL = `<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>0</value></prop></item>
</oor:items>`;

/** What a record may be of: the four things that the document tries, each named in the profile by a `deny`. */
const EXPECTED = [
  { about: 'the key', pattern: /operation="open" .*name="\/home\/admin\/\.ssh\/id" .*denied_mask="r"/ },
  // The macro's, and one of LibreOffice's own: `sh -c paperconf`.
  { about: 'the shell', pattern: /operation="exec" .*name="\/usr\/bin\/dash" .*denied_mask="x"/ },
  { about: 'the network', pattern: /operation="create" .*family="inet" / },
  { about: 'the macro', pattern: /name="\/home\/admin\/\.config\/libreoffice\/4\/user\/basic\/Standard\/kept\.xba" / },
];

suite('the hardened LibreOffice', { skip: whyNoLab() }, () => {
  test('does its work, and nothing that a hostile document wants of it', async (context) => {
    await using machine = await LabMachine.fresh();
    machine.sh('auditctl -D; auditctl -b 8192 -r 0');

    const before = opened(machine, { user: 'clerk', kinds: [] });
    context.diagnostic(`under Debian's profile: ${before.said.join(', ')}`);
    assert.deepEqual(before.said, [`key ${SECRET}`, 'shell called', 'network refused', 'macro kept', 'end']);
    assert.equal(before.hasShellRun, true);
    assert.deepEqual(before.denied, []);

    installLibreOffice(machine);
    const kinds = [...officeDocuments().keys()];
    const after = opened(machine, { user: 'admin', kinds });
    context.diagnostic(`under ours: ${after.said.join(', ')}`);
    for (const line of after.denied) context.diagnostic(line.replaceAll('\x1d', ' '));
    assert.deepEqual(after.said, [
      ...kinds.map((kind) => `${kind} done`),
      'key refused',
      'shell refused',
      'network refused',
      'macro refused',
      'end',
    ]);
    assert.equal(after.hasShellRun, false);
    for (const kind of kinds)
      assert.match(machine.sh(`head -c 5 /home/admin/Documents/document.${kind}.pdf`), /^%PDF-/);
    for (const { about, pattern } of EXPECTED)
      assert.ok(
        after.denied.some((line) => pattern.test(line)),
        about,
      );
    const others = after.denied.filter((line) => !EXPECTED.some(({ pattern }) => pattern.test(line)));
    assert.deepEqual(others, [], 'denied, and needed by nothing that the document tried');
  });
});

interface Opened {
  /** What the macro wrote down, line by line. */
  readonly said: readonly string[];
  readonly hasShellRun: boolean;
  /** Records of what was denied. */
  readonly denied: readonly string[];
}

/** A user who has never used LibreOffice, but has a macro already, opens the document. */
function opened(
  machine: LabMachine,
  { user, kinds }: { readonly user: string; readonly kinds: readonly string[] },
): Opened {
  const home = `/home/${user}`;
  const folder = `${home}/Documents`;
  const settings = `${home}/.config/libreoffice/4/user`;
  const documents = officeDocuments();
  const files = new Map<string, Buffer>([
    [`${home}/${KEY}`, Buffer.from(`${SECRET}\n`)],
    [`${settings}/registrymodifications.xcu`, Buffer.from(TRUSTS_ALL)],
    [`${settings}/basic/Standard/own.xba`, Buffer.from('')],
    [`${folder}/work.odt`, macroDocument(macro({ home, folder, kinds }))],
  ]);
  for (const kind of kinds) files.set(`${folder}/document.${kind}`, documents.get(kind) ?? Buffer.of());
  for (const [path, bytes] of files) {
    machine.sh(`mkdir -p "$(dirname ${path})"; base64 -d >${path} <<'END'\n${bytes.toString('base64')}\nEND`);
  }
  machine.sh(`chown -R ${user}:${user} ${home}`);
  const offset = Number(machine.sh(`stat -c %s ${AUDIT_LOG}`));
  const command = `soffice --headless ${folder}/work.odt`;
  // How it ends says nothing: a macro that ends the office while its document is being opened makes it end with 1.
  const ended = machine.trySh(`timeout 500 runuser -l ${user} -c ${quote(command)}`, { timeoutMs: OFFICE_LIMIT_MS });
  const said = machine
    .trySh(`cat ${folder}/${RESULT}`)
    .stdout.split('\n')
    .filter((line) => line !== '');
  assert.equal(said.at(-1), 'end', `${ended.stdout}${ended.stderr}${said.join('\n')}`);
  machine.sh(`until auditctl -s | grep -qx 'backlog 0'; do sleep 0.2; done; sync`);
  const records = machine.sh(`tail -c +${String(offset + 1)} ${AUDIT_LOG} | grep -a 'apparmor="DENIED"' || true`);
  return {
    said,
    hasShellRun: machine.trySh(`test -e ${folder}/${SHELL_MARK}`).code === 0,
    denied: records.split('\n').filter((line) => line !== ''),
  };
}
