import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { renderHtml } from '../../src/report/index.ts';
import { escapeHtml, html, trusted } from '../../src/report/html/template.ts';
import { finding, kernelReport, reportOf } from './fixture.ts';
import { cycle, hostileTexts, reportWith } from './hostile.ts';

/** A tag, a comment or a declaration; our values never hold an angle bracket, so one regular expression will do. */
const TAG = /<[^>]*>/g;

/** Every tag with the names of its attributes: what a browser would build, without the data. */
function structure(page: string): readonly string[] {
  const tags = (page.match(TAG) ?? []).map((tag) => tag.replace(/="[^"]*"/g, '=""'));
  // A file's content has as many lines as it has.
  return tags.filter((tag, index) => !(/^<\/?ins>$/.test(tag) && tag === tags[index - 2]));
}

function withoutAssets(page: string): string {
  return page.replace(/<(style|script)>[^]*?<\/\1>/g, '<$1></$1>');
}

function chosenOutcomes(page: string): readonly (string | undefined)[] {
  return [...page.matchAll(/name="outcome" value="([^"]*)" checked/g)].map(([, value]) => value);
}

test('values are escaped, trusted markup and templates are not', () => {
  const list = [trusted('<u>'), html`a`, trusted('</u>')];
  assert.equal(
    html`<p title="${'"&\''}">${'<b>'} ${7} ${null}${trusted('<i>')}${list}</p>`.text,
    '<p title="&quot;&amp;&#39;">&lt;b&gt; 7 <i><u>a</u></p>',
  );
  assert.equal(escapeHtml('a\u202eb\x1b\n\tc'), 'a\\u{202e}b\\x1b\n\tc');
});

test('the policy allows this style and this script, and nothing else', () => {
  const page = renderHtml(kernelReport);
  const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1] ?? '';
  for (const name of ['style', 'script']) {
    const [, content] = new RegExp(`<${name}>([^]*?)</${name}>`).exec(page) ?? [];
    const digest = createHash('sha256')
      .update(content ?? '')
      .digest('base64');
    assert.ok(policy.includes(`${name}-src &#39;sha256-${digest}&#39;`), name);
    assert.equal(page.split(`<${name}`).length, 2);
  }
  assert.match(policy, /^default-src &#39;none&#39;/);
  assert.doesNotMatch(withoutAssets(page), / style=| on[a-z]+=/);
});

test('the page loads nothing', () => {
  const page = renderHtml(kernelReport);
  assert.doesNotMatch(page, /<(?:img|iframe|object|embed|audio|video|source|base)\b|@import|url\(|\bsrc=/);
  assert.deepEqual(page.match(/<link [^>]*>/g), ['<link rel="icon" href="data:," />']);
});

test('every finding shows what decides, what is wanted, why, sources and the remedy', () => {
  const page = renderHtml(kernelReport).replace(/>\n</g, '><');
  const start = page.indexOf('id="finding/kernel/sysctl/net.ipv4.ip_forward"');
  const part = page.slice(start, page.indexOf('</details>', start));
  for (const expected of [
    '<code class="place">/etc/sysctl.d/99-sysctl.conf:12</code>',
    '<dt>Wanted</dt><dd><code>0</code></dd>',
    '<dt>Now</dt><dd><code>1</code></dd>',
    '<dt>Next boot source</dt><dd><code>/etc/sysctl.d/99-sysctl.conf:12</code></dd>',
    'A machine that is not a router',
    'Containers, virtual machines',
    '<del>- net.ipv4.ip_forward = 1\n</del><ins>+ net.ipv4.ip_forward = 0\n</ins>',
    'CIS Debian Linux 12 Benchmark v1.1.0, 3.3.1',
    '<a href="https://cyber.gouv.fr/publications/linux" rel="noopener noreferrer">',
    '<code>kernel/sysctl/net.ipv4.ip_forward</code>',
  ]) {
    assert.ok(part.includes(expected), expected);
  }
  assert.ok(page.includes('Not reversible before reboot: the kernel keeps the value 1 until it reboots'));
  assert.ok(
    page.includes('Rootless Podman runs the build jobs; reviewed in CHG-4711. Platform team, until 2027-03-31.'),
  );
});

test('findings stand in the order of their gravity, under their domain', () => {
  const outcomes = [...renderHtml(kernelReport).matchAll(/data-outcome="([^"]*)" data-severity="([^"]*)"/g)];
  assert.deepEqual(
    outcomes.slice(1, 11).map(([, outcome, severity]) => `${outcome} ${severity}`),
    [
      'fail critical',
      'fail high',
      'fail high',
      'fail medium',
      'fail low',
      'fail info',
      'unknown high',
      'waived high',
      'not-applicable medium',
      'pass medium',
    ],
  );
});

test('what needs a person is chosen at first; all when nothing does', () => {
  assert.deepEqual(chosenOutcomes(renderHtml(kernelReport)), ['fail', 'unknown']);
  assert.equal(chosenOutcomes(renderHtml(reportOf([finding({ id: 'kernel/a' })]))).length, 5);
});

test('a page of nothing is a page', () => {
  assert.match(renderHtml(reportOf([])), /The blueprint asks for nothing\./);
});

test('an address that is not of the web is text, not a link', () => {
  const references = [{ source: 's', item: 'i', url: 'javascript:alert(1)' }];
  const page = renderHtml(reportOf([finding({ id: 'kernel/a', references })]));
  assert.doesNotMatch(page, /href="javascript/);
  assert.match(page, /\(javascript:alert\(1\)\)/);
});

test('no text changes the structure of the page', () => {
  const benign = structure(withoutAssets(renderHtml(reportWith(() => 'x'))));
  fc.assert(
    fc.property(hostileTexts, (texts) => {
      assert.deepEqual(structure(withoutAssets(renderHtml(reportWith(cycle(texts))))), benign);
    }),
    { numRuns: 60 },
  );
});
