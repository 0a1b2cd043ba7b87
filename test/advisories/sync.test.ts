/** Advisories are read from what they are published in, once; what is damaged is named, and the rest counts. */
import assert from 'node:assert/strict';
import { mkdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { suite, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { AdvisoryStore, openAdvisoryIndex } from '../../src/advisories/index.ts';
import type { AdvisoryHit } from '../../src/core/advisory.ts';
import { zip } from './archive.ts';
import { IndexFolder } from './index-folder.ts';

function record(
  id: string,
  options: { readonly name?: string; readonly fixed?: string; readonly more?: object } = {},
): string {
  const { name = 'Flask_Thing', fixed = '2', more = {} } = options;
  return JSON.stringify({
    id,
    modified: '2026-01-02T03:04:05Z',
    summary: `About ${id}.`,
    affected: [
      {
        package: { ecosystem: 'PyPI', name },
        ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed }] }],
      },
    ],
    ...more,
  });
}

suite('advisories', () => {
  const box = new IndexFolder();

  function about(name: string): readonly AdvisoryHit[] {
    return box.ask((index) => index.about('PyPI', [name]).get(name) ?? []);
  }

  test('an archive, a box.path, lines and gzip say the same, and names are found in their normal spelling', async () => {
    const texts = [record('PYSEC-1'), record('PYSEC-2', { name: 'other' })];
    mkdirSync(join(box.path, 'records', 'deep'), { recursive: true });
    box.write('records/deep/a.json', texts[0] ?? '');
    box.write('records/b.json', texts[1] ?? '');
    const lines = `${texts.join('\n')}\n`;
    const shapes = [
      box.write('all.zip', zip(texts.map((text, number) => ({ name: `${String(number)}.json`, text })))),
      join(box.path, 'records'),
      box.write('all.jsonl', lines),
      box.write('all.jsonl.gz', gzipSync(lines)),
    ];
    for (const shape of shapes) {
      rmSync(box.index, { force: true });
      const { source, changed, refusals } = await box.sync(shape);
      assert.deepEqual([source.records, changed, refusals.length, source.isComplete], [2, 2, 0, true], shape);
      const [hit] = about('flask-thing');
      assert.equal(hit?.id, 'PYSEC-1', shape);
      assert.deepEqual(hit.affected.ranges[0]?.events[1], { kind: 'fixed', version: '2' });
    }
  });

  test('only what has changed is read again, and what a source no longer has goes', async () => {
    const archive = (texts: readonly string[]): string =>
      box.write('all.zip', zip(texts.map((text) => ({ name: `${/"id":"(\w+)"/.exec(text)?.[1] ?? ''}.json`, text }))));
    await box.sync(archive([record('A'), record('B'), record('C')]));
    const again = await box.sync(archive([record('A'), record('B', { fixed: '3' })]));
    assert.deepEqual([again.changed, again.removed, again.source.records], [1, 1, 2]);
    assert.deepEqual(
      about('flask-thing').map(({ id }) => id),
      ['A', 'B'],
    );
    assert.equal(about('flask-thing')[1]?.affected.ranges[0]?.events[1]?.version, '3');
    const unchanged = await box.sync(join(box.path, 'all.zip'));
    assert.deepEqual([unchanged.changed, unchanged.removed], [0, 0]);
    await box.sync(archive([record('A', { more: { withdrawn: '2026-02-02T00:00:00Z' } }), record('B')]));
    assert.deepEqual(
      about('flask-thing').map(({ id }) => id),
      ['B'],
    );
  });

  test('of one record in two sources the newest counts; a source that is forgotten takes its own along', async () => {
    const old = box.write('old.jsonl', record('A', { fixed: '2' }));
    const young = box.write('young.jsonl', record('A', { fixed: '5', more: { modified: '2026-03-01T00:00:00Z' } }));
    await box.sync(old);
    await box.sync(young);
    assert.deepEqual(
      about('flask-thing').map(({ source }) => source),
      [young],
    );
    const store = new AdvisoryStore(box.index);
    assert.equal(await store.forget(young), true);
    assert.equal(await store.forget(young), false);
    store.close();
    assert.deepEqual(
      about('flask-thing').map(({ source }) => source),
      [old],
    );
    assert.deepEqual(
      box.sources().map(({ origin }) => origin),
      [old],
    );
  });

  test('records that break the format are named, and the others count', async () => {
    const lines = [record('A'), '{"id": 7}', 'not json', record('B', { more: { affected: 'x' } }), '', record('C')];
    const { source, refusals } = await box.sync(box.write('all.jsonl', lines.join('\n')));
    assert.deepEqual([source.records, source.refused, refusals.length], [5, 3, 3]);
    assert.ok(refusals.some(({ problem }) => problem.includes('not JSON')));
    assert.ok(refusals.some(({ problem }) => problem.startsWith('affected: ')));
    assert.deepEqual(
      about('flask-thing').map(({ id }) => id),
      ['A', 'C'],
    );
  });

  test('an archive that lies about sizes, or is cut off, is used as far as it goes and loses nothing', async () => {
    const good = ['A', 'B'].map((id) => ({ name: `${id}.json`, text: record(id) }));
    await box.sync(box.write('mirror.zip', zip(good)));
    const bomb = { name: 'bomb.json', text: Buffer.alloc(40_000_000, 0x20), claimedBytes: 100 };
    const { refusals, source } = await box.sync(box.write('mirror.zip', zip([...good, bomb])));
    assert.equal(source.refused, 1);
    assert.deepEqual(
      refusals.map(({ entry }) => entry),
      ['bomb.json'],
    );
    const large = { name: 'large.json', text: Buffer.alloc(20_000_000, 0x20) };
    assert.match(
      (await box.sync(box.write('mirror.zip', zip([...good, large])))).refusals[0]?.problem ?? '',
      /larger than/,
    );
    const whole = zip(good);
    // The end with the central directory is missing: nothing can be told of what is in it.
    const headless = await box.sync(box.write('mirror.zip', whole.subarray(0, whole.length - 30)));
    assert.match(headless.problem ?? '', /central directory/i);
    assert.deepEqual([headless.removed, headless.source.isComplete], [0, false]);
    assert.deepEqual(
      about('flask-thing').map(({ id }) => id),
      ['A', 'B'],
    );
    const packed = gzipSync(`${record('A')}\n${record('C')}\n${'x'.repeat(100_000)}`, { level: 0 });
    const cut = await box.sync(box.write('lines.jsonl.gz', packed.subarray(0, packed.length - 50_000)));
    assert.match(cut.problem ?? '', /unexpected end/);
    assert.equal(box.sources().find(({ origin }) => origin.endsWith('lines.jsonl.gz'))?.isComplete, false);
    assert.deepEqual(
      about('flask-thing')
        .map(({ id }) => id)
        .sort(),
      ['A', 'B', 'C'],
    );
  });

  test('what is no source says so, and leaves the index as it was', async () => {
    await assert.rejects(box.sync(box.write('README', '# Text')), /neither a zip archive/);
    await assert.rejects(box.sync(box.write('empty', '')), /neither a zip archive/);
    await assert.rejects(box.sync(join(box.path, 'missing')), /no such file/);
    assert.deepEqual(box.sources(), []);
    assert.throws(() => openAdvisoryIndex(box.write('text.sqlite', 'no database')), /can't be used/);
    assert.throws(() => openAdvisoryIndex(join(box.path, 'none.sqlite')), /no index of advisories yet/);
  });

  test('an index that somebody else changed is not believed', async () => {
    const damages = [
      ["UPDATE affected SET ranges = '[{'", /can't be used: it holds a row that is not JSON/],
      [`UPDATE affected SET ranges = '[{"events":[]}]'`, /it holds the ranges of an advisory, and not as/],
      [`UPDATE affected SET scores = '[1]'`, /the scores of an advisory/],
      [`UPDATE record SET advisory = '{"id":"A","aliases":[],"scores":[]}'`, /it holds an advisory, and not as/],
      ['UPDATE record SET advisory = NULL', /it holds an advisory, and not as/],
      ["UPDATE source SET kind = 'x'", /a source of no kind/],
      ['PRAGMA user_version = 1', /it has the format 1/],
    ] as const;
    const source = box.write('all.jsonl', record('A'));
    for (const [damage, message] of damages) {
      rmSync(box.index, { force: true });
      await box.sync(source);
      const database = new DatabaseSync(box.index);
      database.exec(damage);
      database.close();
      assert.throws(() => about('flask-thing'), message, damage);
    }
  });

  test('what is exploited, and how likely, is known by every name of a record', async () => {
    await box.sync(box.write('all.jsonl', record('GHSA-1', { more: { aliases: ['CVE-2024-0001'] } })));
    const kev = {
      catalogVersion: '1',
      dateReleased: '2026-11-01',
      vulnerabilities: [
        { cveID: 'CVE-2024-0001', dateAdded: '2024-05-06', knownRansomwareCampaignUse: 'Known' },
        { cveID: 'nonsense' },
      ],
    };
    const listed = await box.sync(box.write('kev.json', JSON.stringify(kev, undefined, 2)));
    assert.deepEqual([listed.source.kind, listed.source.records, listed.source.refused], ['kev', 1, 1]);
    const scores =
      '#model_version:v2025.03.14,score_date:2026-11-25T00:00:00+0000\ncve,epss,percentile\nCVE-2024-0001,0.5,0.97\nCVE-2024-0002,2,0\n';
    const scored = await box.sync(box.write('epss.csv.gz', gzipSync(scores)));
    assert.deepEqual([scored.source.kind, scored.source.records, scored.source.refused], ['epss', 1, 1]);
    const [hit] = about('flask-thing');
    assert.deepEqual(hit?.exploited, { since: '2024-05-06', isByRansomware: true });
    assert.deepEqual(hit.exploitation, { probability: 0.5, percentile: 0.97 });
  });

  test('a mirror is asked whether anything has changed, and one that fails says why', async () => {
    const body = Buffer.from(record('A'));
    const server = createServer((request, response) => {
      if (request.url === '/missing') response.writeHead(404).end();
      else if (request.headers['if-none-match'] === '"1"') response.writeHead(304).end();
      else response.writeHead(200, { etag: '"1"' }).end(body);
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as AddressInfo;
    const at = (path: string): string => `http://127.0.0.1:${String(port)}${path}`;
    assert.equal((await box.read(at('/all'))).kind, 'read');
    assert.deepEqual(await box.read(at('/all')), { kind: 'unchanged', origin: at('/all') });
    assert.deepEqual(
      box.sources().map(({ origin }) => origin),
      [at('/all')],
    );
    assert.deepEqual(await box.read('https://me:secret@example.org/all.zip'), {
      kind: 'failed',
      origin: 'example.org',
      reason: 'an address with a user or a password in it is not read',
    });
    assert.equal((await box.read('https://')).kind, 'failed');
    const failed = await box.read(at('/missing'));
    assert.ok(failed.kind === 'failed' && failed.reason.includes('404'));
    server.closeAllConnections();
    server.close();
    assert.equal((await box.read(at('/all'))).kind, 'failed');
    assert.equal(about('flask-thing').length, 1);
  });
});
