/** Sources as apt reads them: which repositories there are, what each is called in its lists, which keys and switches count. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { parseDeb822Sources } from '../../src/controls/integrity/repositories/deb822-sources.ts';
import { listName, releaseBase } from '../../src/controls/integrity/repositories/list-name.ts';
import { parseOneLineSources } from '../../src/controls/integrity/repositories/one-line-sources.ts';
import type { ParsedSources, SourceEntry } from '../../src/controls/integrity/repositories/source-entry.ts';
import { redact } from '../../src/host/recorded/withhold.ts';
import { AptRoot, whyNoApt } from './apt.ts';

const ARCHITECTURE = 'amd64';
const FINGERPRINT = 'B8B80B5B623EAB6AD8775C45B7C5D7D6350947F8';

const ONE_LINE = [
  'deb http://deb.example.org/debian stable main contrib',
  'deb [arch=amd64 signed-by=/k/a.gpg] https://user:pa%20ss@deb.example.org:8443/a~b/c%20d/ some/suite main # comment',
  'deb [ signed-by=/k/a.gpg,/k/b.asc trusted=yes ] http://x.example/$(ARCH)/deb ./',
  'deb [arch+=i386 arch=amd64 allow-insecure=yes allow-weak=true] http://y.example/ /',
  'deb http://z.example/flat sub/$(ARCH)/',
  'deb "http://quoted.example/" stable main',
  'deb file:/srv/repo stable main',
  'deb file:///srv/repo/with=sign stable main',
  'deb cdrom:[Debian GNU/Linux 12 #1 (x)]/ stable main',
  'deb http://plus.example/a+b stable+x main',
  'deb http://flat.example/x a+b~c/',
  'deb copy:/srv/other ./',
  `deb [signed-by=${FINGERPRINT}] http://print.example/ stable main`,
  `deb [trusted=no signed-by=${FINGERPRINT}!] http://bang.example/ stable main`,
  'deb-src http://deb.example.org/debian stable main',
  '   deb   http://blank.example/   stable   main   ',
  '# deb http://comment.example/ stable main',
  'deb http://UPPER.example/Mixed stable main',
  'deb http://[::1]:3142/debian stable main',
  'deb http://u.example/^caret|pipe stable main',
];

const BAD_LINES = [
  'deb http://deb.example.org/debian stable',
  'deb http://deb.example.org/debian ./ main',
  'deb nothing stable main',
  'rpm http://deb.example.org/debian stable main',
  'deb [arch=amd64 http://deb.example.org/debian stable main',
  'deb http://deb.example.org/debian',
];

const STANZAS = `# a comment
Types: deb deb-src
URIs: http://deb.example.org/debian https://mirror.example/debian/
# between
Suites: stable
 stable-updates
Components: main
Signed-By:
 /k/a.gpg
 /k/b.asc

Types: deb
URIs: http://inline.example/
Suites: ./
trusted: yes
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 mDMEAAAA
 =abcd
 -----END PGP PUBLIC KEY BLOCK-----
Allow-Weak: yes

Enabled: no
Types: deb
URIs: http://disabled.example/
Suites: stable
Components: main
 \t

Types: deb
URIs: http://last.example/$(ARCH)
Suites: odd~suite
Components: main`;

describe('sources as apt reads them', { skip: whyNoApt() }, () => {
  let root: AptRoot;
  before(() => {
    root = new AptRoot();
  });
  after(() => {
    root.remove();
  });

  /** What `apt-get update` would fetch first, each by its name in the lists. */
  function releases(): readonly string[] {
    const ran = root.run('apt-get', '-o', `APT::Architecture=${ARCHITECTURE}`, 'update', '--print-uris');
    assert.equal(ran.code, 0, ran.stderr);
    return ran.stdout.split('\n').flatMap((line) => /^'.*' (\S+_InRelease)/.exec(line)?.[1] ?? []);
  }

  function compare(entries: readonly SourceEntry[]): void {
    const ours = new Set(entries.map((entry) => listName(`${releaseBase(entry)}InRelease`)));
    assert.deepEqual([...ours].sort(), releases().toSorted());
  }

  test('one-line entries: the names of their lists', () => {
    const text = ONE_LINE.join('\n');
    root.write('/etc/apt/sources.list', text);
    const { entries, problems } = parseOneLineSources(text, '/etc/apt/sources.list', ARCHITECTURE);
    assert.deepEqual(problems, []);
    compare(entries);
  });

  test('stanzas: the names of their lists', () => {
    root.write('/etc/apt/sources.list', '');
    root.write(
      '/etc/apt/sources.list.d/all.sources',
      STANZAS.replace(/Signed-By:\n -----[^-]*-----[^-]*-----END[^\n]*\n/s, ''),
    );
    const { entries, problems } = parseDeb822Sources(STANZAS, '/x.sources', ARCHITECTURE);
    assert.deepEqual(problems, []);
    compare(entries);
    root.write('/etc/apt/sources.list.d/all.sources', '');
  });

  for (const line of BAD_LINES) {
    test(`refused: ${line}`, () => {
      root.write('/etc/apt/sources.list', line);
      const ran = root.run('apt-get', 'indextargets');
      assert.notEqual(ran.code, 0, ran.stdout);
      assert.equal(parseOneLineSources(line, '/x', ARCHITECTURE).problems.length, 1);
    });
  }
});

test('keys and switches of one-line entries', () => {
  const { entries } = parseOneLineSources(ONE_LINE.join('\n'), '/x', ARCHITECTURE);
  const of = (part: string): SourceEntry | undefined => entries.find(({ uri }) => uri.includes(part));
  assert.deepEqual(of('x.example')?.signedBy, [
    { kind: 'keyring', path: '/k/a.gpg' },
    { kind: 'keyring', path: '/k/b.asc' },
  ]);
  assert.equal(of('x.example')?.trusted, 'yes');
  assert.equal(of('y.example')?.allowInsecure, 'yes');
  assert.equal(of('y.example')?.allowWeak, 'true');
  assert.equal(of('bang')?.trusted, 'no');
  for (const name of ['print', 'bang'])
    assert.deepEqual(of(name)?.signedBy, [{ kind: 'fingerprint', fingerprint: FINGERPRINT }]);
  assert.deepEqual(of('print')?.where, { path: '/x', line: 13 });
  const unclear = parseOneLineSources('deb [signed-by=350947F8] http://a.example/ b c', '/x', ARCHITECTURE);
  assert.deepEqual(unclear.entries[0]?.signedBy, [{ kind: 'unclear', text: '350947F8' }]);
});

test('keys and switches of stanzas', () => {
  const { entries }: ParsedSources = parseDeb822Sources(STANZAS, '/x', ARCHITECTURE);
  assert.deepEqual(
    entries.map(({ uri, suite, where }) => [uri, suite, where.line]),
    [
      ['http://deb.example.org/debian/', 'stable', 2],
      ['http://deb.example.org/debian/', 'stable-updates', 2],
      ['https://mirror.example/debian/', 'stable', 2],
      ['https://mirror.example/debian/', 'stable-updates', 2],
      ['http://inline.example/', './', 12],
      ['http://last.example/amd64/', 'odd~suite', 31],
    ],
  );
  assert.deepEqual(entries[0]?.signedBy, [
    { kind: 'keyring', path: '/k/a.gpg' },
    { kind: 'keyring', path: '/k/b.asc' },
  ]);
  const inline = entries[4];
  assert.ok(inline !== undefined);
  assert.equal(inline.trusted, 'yes');
  assert.equal(inline.allowWeak, 'yes');
  const [key] = inline.signedBy;
  assert.ok(key?.kind === 'inline');
  assert.equal(
    key.key,
    '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmDMEAAAA\n=abcd\n-----END PGP PUBLIC KEY BLOCK-----\n',
  );
});

test('a recording has sources without their passwords, and they are judged alike', () => {
  const path = '/etc/apt/sources.list.d/private.list';
  const text = [
    'deb [signed-by=/k/a.gpg] https://user:secret%20word@deb.example.org/a stable main',
    'deb https://tokensecret@deb.example.org/b ./',
    'deb http://deb.example.org/c@d stable main',
  ].join('\n');
  const recorded = Buffer.from(redact([path], Buffer.from(text)).bytes).toString();
  assert.ok(!recorded.includes('secret'), recorded);
  const names = (one: string): readonly string[] =>
    parseOneLineSources(one, path, ARCHITECTURE).entries.map((entry) => listName(releaseBase(entry)));
  assert.deepEqual(names(recorded), names(text));
  assert.deepEqual(names(text), [
    'deb.example.org_a_dists_stable_',
    'deb.example.org_b_._',
    'deb.example.org_c%40d_dists_stable_',
  ]);
});
