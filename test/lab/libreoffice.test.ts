/**
 * The hardened LibreOffice: one hostile document, opened under Debian's profile as it is shipped and under ours. It does an
 * office's work with a document of every kind, and then reads a key, runs a shell, connects and leaves a macro behind.
 * After that the same machine converts, as a server would.
 */
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { quote } from '../../src/host/shell/quote.ts';
import { whyNoLab } from './image.ts';
import { type Ended, LabMachine } from './machine.ts';
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

interface Attempt {
  readonly about: string;
  readonly pattern: RegExp;
}

/** LibreOffice's own, in each session: `sh -c paperconf`. */
const PAPER_SIZE = /operation="exec" .*name="\/usr\/bin\/dash" .*denied_mask="x"/;

/** What a record may be of: the five things that the document tries, each named in the profile by a `deny`. */
const EXPECTED: readonly Attempt[] = [
  { about: 'the key', pattern: /operation="open" .*name="\/home\/admin\/\.ssh\/id" .*denied_mask="r"/ },
  // The macro's, and LibreOffice's own.
  { about: 'the shell', pattern: PAPER_SIZE },
  { about: 'the network', pattern: /operation="create" .*family="inet" / },
  { about: 'the macro', pattern: /name="\/home\/admin\/\.config\/libreoffice\/4\/user\/basic\/Standard\/kept\.xba" / },
  {
    about: 'the settings',
    pattern: /operation="rename_src" .*name="\/home\/admin\/\.config\/libreoffice\/4\/user\/" /,
  },
];

suite('the hardened LibreOffice', { skip: whyNoLab() }, () => {
  const kinds = [...officeDocuments().keys()];
  let machine: LabMachine;

  before(async () => {
    machine = await LabMachine.fresh();
    machine.sh('auditctl -D; auditctl -b 8192 -r 0');
  });
  after(() => machine.close());

  test("is needed: under Debian's profile a document gets all that it wants", (context) => {
    const { said, hasShellRun, denied } = opened(machine, { user: 'clerk', kinds: [] });
    context.diagnostic(said.join(', '));
    assert.deepEqual(said, [
      `key ${SECRET}`,
      'shell called',
      'network refused',
      'macro kept',
      'moved macro kept',
      'end',
    ]);
    assert.equal(hasShellRun, true);
    assert.deepEqual(denied, []);
  });

  test('does its work, and nothing that a hostile document wants of it', (context) => {
    installLibreOffice(machine);
    const { said, hasShellRun, denied } = opened(machine, { user: 'admin', kinds });
    context.diagnostic(said.join(', '));
    for (const line of denied) context.diagnostic(line.replaceAll('\x1d', ' '));
    assert.deepEqual(said, [
      ...kinds.map((kind) => `${kind} done`),
      'key refused',
      'shell refused',
      'network refused',
      'macro refused',
      'moved macro refused',
      'end',
    ]);
    assert.equal(hasShellRun, false);
    for (const kind of kinds) assertIsPdf(machine, `/home/admin/Documents/document.${kind}.pdf`);
    for (const { about, pattern } of EXPECTED)
      assert.ok(
        denied.some((line) => pattern.test(line)),
        about,
      );
    const others = denied.filter((line) => !EXPECTED.some(({ pattern }) => pattern.test(line)));
    assert.deepEqual(others, [], 'denied, and needed by nothing that the document tried');
  });

  test('converts every kind to PDF, for a user who has never had settings of anything', () => {
    // One call, for each of them starts an office, and what comes out is named by what comes before the last dot.
    const copies = kinds.map((kind) => `cp -p document.${kind} ${kind}.${kind}`);
    machine.sh(['rm -r /home/admin/.config', 'cd /home/admin/Documents', ...copies].join('\n'));
    const names = kinds.map((kind) => `Documents/${kind}.${kind}`).join(' ');
    const { ended, denied } = asUser(
      machine,
      'admin',
      `soffice --headless --convert-to pdf --outdir Documents/made ${names}`,
    );
    assert.equal(ended.code, 0, ended.stderr);
    for (const kind of kinds) assertIsPdf(machine, `/home/admin/Documents/made/${kind}.pdf`);
    assertOnlyPaperSize(denied);
  });

  test('reads a PDF, by a helper with a profile of its own', () => {
    const argv = 'soffice --headless --infilter=draw_pdf_import --convert-to fodg --outdir Documents/made';
    const { ended, denied } = asUser(machine, 'admin', `${argv} Documents/made/odt.pdf`);
    assert.match(machine.sh('cat /home/admin/Documents/made/odt.fodg'), /Edited/, ended.stdout + ended.stderr);
    assertOnlyPaperSize(denied);
  });
});

function assertIsPdf(machine: LabMachine, path: string): void {
  assert.match(machine.sh(`head -c 5 ${path}`), /^%PDF-/);
}

function assertOnlyPaperSize(denied: readonly string[]): void {
  assert.deepEqual(
    denied.filter((line) => !PAPER_SIZE.test(line)),
    [],
  );
}

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
  // How it ends says nothing: a macro that ends the office while its document is being opened makes it end with 1.
  const { ended, denied } = asUser(machine, user, `soffice --headless ${folder}/work.odt`);
  const said = machine
    .trySh(`cat ${folder}/${RESULT}`)
    .stdout.split('\n')
    .filter((line) => line !== '');
  assert.equal(said.at(-1), 'end', `${ended.stdout}${ended.stderr}${said.join('\n')}`);
  return { said, hasShellRun: machine.trySh(`test -e ${folder}/${SHELL_MARK}`).code === 0, denied };
}

/** Runs a command to its end, and gives the records of what was denied meanwhile. */
function asUser(
  machine: LabMachine,
  user: string,
  command: string,
): { readonly ended: Ended; readonly denied: readonly string[] } {
  const offset = Number(machine.sh(`stat -c %s ${AUDIT_LOG}`));
  const ended = machine.trySh(`timeout 500 runuser -l ${user} -c ${quote(command)}`, { timeoutMs: OFFICE_LIMIT_MS });
  machine.sh(`until auditctl -s | grep -qx 'backlog 0'; do sleep 0.2; done; sync`);
  const records = machine.sh(`tail -c +${String(offset + 1)} ${AUDIT_LOG} | grep -a 'apparmor="DENIED"' || true`);
  return { ended, denied: records.split('\n').filter((line) => line !== '') };
}
