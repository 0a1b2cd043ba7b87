/** What is written about a machine as a bill of materials, as a process and through an image. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { z } from 'zod';
import { freehold } from '../cli/freehold.ts';
import { installPython } from './environments.ts';

const ADVISORY = {
  schema_version: '1.6.0',
  id: 'GHSA-aaaa-bbbb-cccc',
  aliases: ['CVE-2024-0001'],
  modified: '2024-01-01T00:00:00Z',
  summary: 'Bad.',
  affected: [
    {
      package: { ecosystem: 'PyPI', name: 'werkzeug' },
      ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '2.0' }] }],
    },
  ],
};
const BLUEPRINT = `version: 1
extends: dependencies
waivers:
  - finding: dependencies/vulnerability/CVE-2024-0001/**
    reason: Behind a proxy.
    owner: A. Admin
    expires: 2999-12-31
`;

const bom = z.object({
  metadata: z.object({ properties: z.array(z.object({ name: z.string(), value: z.string() })) }),
  components: z.array(z.object({ name: z.string(), components: z.array(z.object({ purl: z.string() })) })),
  vulnerabilities: z.array(z.object({ id: z.string(), analysis: z.object({ detail: z.string() }).optional() })),
});

const audit = z.object({
  findings: z.array(z.object({ id: z.string(), title: z.string(), outcome: z.string(), severity: z.string() })),
});

suite('freehold deps sbom', () => {
  const folder = mkdtempSync(join(tmpdir(), 'freehold-sbom-'));
  const root = join(folder, 'machine');
  const index = join(folder, 'advisories.sqlite');
  const site = join(root, 'srv/app/venv/lib/python3.11/site-packages');

  before(() => {
    installPython(site, [
      { name: 'flask', version: '1.0', requires: ['werkzeug'], isRequested: true },
      { name: 'werkzeug', version: '1.0.1' },
    ]);
    mkdirSync(join(root, 'etc'), { recursive: true });
    writeFileSync(join(root, 'etc/os-release'), 'ID=debian\nVERSION_ID="12"\n');
    mkdirSync(join(root, 'var/lib/dpkg'), { recursive: true });
    writeFileSync(
      join(root, 'var/lib/dpkg/status'),
      'Package: libssl3\nStatus: install ok installed\nArchitecture: amd64\nSource: openssl (3.0.1-1)\nVersion: 3.0.1-1+b1\n',
    );
    writeFileSync(join(folder, 'advisories.jsonl'), `${JSON.stringify(ADVISORY)}\n`);
    writeFileSync(join(folder, 'blueprint.yaml'), BLUEPRINT);
    const synced = freehold(['deps', 'sync', '--from', 'advisories.jsonl', '--advisories', index], { cwd: folder });
    assert.equal(synced.code, 0, synced.stderr);
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  function sbom(...argv: readonly string[]): z.infer<typeof bom> {
    const { code, stdout, stderr } = freehold(['deps', 'sbom', '--advisories', index, ...argv], { cwd: folder });
    assert.deepEqual([code, stderr], [0, '']);
    return bom.parse(JSON.parse(stdout));
  }

  /** What is known against what, without where. */
  function audited(...argv: readonly string[]): readonly string[] {
    const { stdout, stderr } = freehold(['deps', 'audit', '-f', 'json', '--advisories', index, ...argv], {
      cwd: folder,
    });
    assert.equal(stderr, '');
    return audit
      .parse(JSON.parse(stdout))
      .findings.filter(({ id }) => id.startsWith('dependencies/vulnerability/'))
      .map(({ title, outcome, severity }) => `${title} ${outcome} ${severity}`);
  }

  test('an image’s packages are in it, with what is known and what is accepted', () => {
    const written = sbom(`image:${root}`, '-b', 'blueprint.yaml');
    assert.deepEqual(
      written.components.map(({ name, components }) => [name, ...components.map(({ purl }) => purl)]),
      [
        ['/srv/app/venv/lib/python3.11/site-packages', 'pkg:pypi/flask@1.0', 'pkg:pypi/werkzeug@1.0.1'],
        ['debian', 'pkg:deb/debian/libssl3@3.0.1-1+b1?arch=amd64&distro=debian-12&upstream=openssl%403.0.1-1'],
      ],
    );
    assert.deepEqual(
      written.vulnerabilities.map(({ id, analysis }) => [id, analysis?.detail]),
      [['CVE-2024-0001', 'Accepted by A. Admin until 2999-12-31: Behind a proxy.']],
    );
  });

  test('--in takes a folder or one file, and refuses what isn’t there', () => {
    writeFileSync(join(folder, 'requirements.txt'), 'werkzeug==1.0\n');
    for (const path of [site, 'requirements.txt']) assert.equal(sbom('--in', path).vulnerabilities.length, 1, path);
    const { code, stderr } = freehold(['deps', 'sbom', '--in', 'nowhere', '--advisories', index], { cwd: folder });
    assert.equal(code, 2);
    assert.match(stderr, /There is no folder or file .*nowhere/);
  });

  test('what is written is read again with the same verdicts, whatever the file is called', () => {
    for (const format of ['cyclonedx', 'spdx', 'spdx-3']) {
      const output = join(folder, `bill of ${format}`);
      const written = freehold(['deps', 'sbom', `image:${root}`, '-f', format, '-o', output, '--advisories', index], {
        cwd: folder,
      });
      assert.equal(written.code, 0, written.stderr);
      const machine = audited(`image:${root}`);
      assert.deepEqual(machine.length, 1);
      assert.deepEqual(audited('--in', output), machine, format);
    }
  });

  test('a bill below the folders of projects is found by its name, and what it can’t say is unknown', () => {
    mkdirSync(join(folder, 'project'));
    const components = [
      { type: 'library', name: 'werkzeug', purl: 'pkg:pypi/werkzeug@1.0' },
      { type: 'library', name: 'text', purl: 'pkg:golang/golang.org/x/text@v0.3.0' },
    ];
    const bill = { bomFormat: 'CycloneDX', specVersion: '1.6', components };
    writeFileSync(join(folder, 'project', 'image.cdx.json'), JSON.stringify(bill));
    const argv = ['deps', 'audit', '--in', 'project', '--advisories', index, '--verbose'];
    const { code, stdout } = freehold(argv, { cwd: folder });
    assert.equal(code, 1);
    assert.match(stdout, /CVE-2024-0001/);
    assert.match(stdout, /of\s+pkg:golang\s+can’t\s+be\s+judged/);
  });

  test('without advisories it is written all the same, and says so twice', () => {
    const output = join(folder, 'bill.json');
    const { code, stdout, stderr } = freehold(['deps', 'sbom', '--in', site, '-o', output], {
      cwd: folder,
      prefix: ['env', `XDG_STATE_HOME=${folder}`],
    });
    assert.deepEqual([code, stdout], [0, '']);
    assert.match(stderr, /names\s+no\s+vulnerabilities/);
    const { metadata, vulnerabilities } = bom.parse(JSON.parse(readFileSync(output, 'utf8')));
    assert.ok(metadata.properties.some(({ value }) => value.startsWith('Nothing was judged')));
    assert.deepEqual(vulnerabilities, []);
  });
});
