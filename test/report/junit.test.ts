import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { renderJunit } from '../../src/report/index.ts';
import { kernelReport } from './fixture.ts';
import { cycle, hostileTexts, reportWith } from './hostile.ts';

const ENTITY = '&(?:amp|lt|gt|quot|#9|#10|#13);';
const TEXT = `(?:[^<>&]|${ENTITY})*`;
const ATTRIBUTE = ` [a-z]+="(?:[^<>&"\\t\\n\\r]|${ENTITY})*"`;
const TOKEN = new RegExp(`<(/?)([a-z]+)((?:${ATTRIBUTE})*)(/?)>(${TEXT})`, 'gy');
const ILLEGAL = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/** The element names in order; throws where XML 1.0 wouldn't call it well-formed (for what this renderer may use of it). */
function elements(xml: string): readonly string[] {
  assert.doesNotMatch(xml, ILLEGAL);
  const prologue = '<?xml version="1.0" encoding="UTF-8"?>\n';
  assert.ok(xml.startsWith(prologue));
  const body = xml.slice(prologue.length);
  const names: string[] = [];
  const open: string[] = [];
  let end = 0;
  for (const [whole, closes, name = '', attributes = '', empties] of body.matchAll(TOKEN)) {
    const keys = [...attributes.matchAll(/ ([a-z]+)="/g)].map(([, key]) => key);
    assert.equal(new Set(keys).size, keys.length, `attribute twice: ${whole}`);
    if (closes === '/') assert.equal(open.pop(), name);
    else if (empties !== '/') open.push(name);
    if (closes !== '/') names.push(name);
    end += whole.length;
  }
  assert.equal(body.slice(end), '', 'not well-formed from here');
  assert.deepEqual(open, []);
  return names;
}

test('a suite for each domain, with counts that add up', () => {
  const xml = renderJunit(kernelReport);
  const names = elements(xml);
  assert.equal(names.filter((name) => name === 'testsuite').length, 4);
  for (const [name, attribute] of [
    ['testcase', 'tests'],
    ['failure', 'failures'],
    ['error', 'errors'],
    ['skipped', 'skipped'],
  ] as const) {
    const counted = names.filter((each) => each === name).length;
    assert.match(xml, new RegExp(`<testsuites [^>]*${attribute}="${counted}"`), name);
    const perSuite = [...xml.matchAll(new RegExp(`<testsuite [^>]*${attribute}="(\\d+)"`, 'g'))];
    assert.equal(
      perSuite.reduce((sum, [, count]) => sum + Number(count), 0),
      counted,
      name,
    );
  }
});

test('failing, unknown, waived and not applicable are told apart, and unknown is not green', () => {
  const xml = renderJunit(kernelReport);
  const caseOf = (id: string) => new RegExp(`<testcase [^>]*name="${id}"[^>]*>\\s*(<\\w+ [^>]*>)`).exec(xml)?.[1] ?? '';
  assert.match(
    caseOf('kernel/sysctl/net.ipv4.ip_forward'),
    /^<failure type="medium" message="IPv4 forwarding .* is 1 now/,
  );
  assert.match(caseOf('kernel/sysctl/fs.protected_hardlinks'), /^<error type="unknown" message=".*permission denied/);
  assert.match(
    caseOf('kernel/sysctl/kernel.unprivileged_userns_clone'),
    /^<skipped message="waived by Platform team until 2027-03-31/,
  );
  assert.match(
    caseOf('kernel/sysctl/kernel.yama.ptrace_scope'),
    /^<skipped message="not applicable: .*CONFIG_SECURITY_YAMA/,
  );
  assert.match(xml, /<testcase classname="files01\.kernel" name="kernel\/sysctl\/net\.ipv4\.tcp_syncookies"[^>]*\/>/);
  assert.match(xml, /file="\/etc\/sysctl\.d\/99-sysctl\.conf" line="12"/);
});

test('a domain that broke is an error of its own', () => {
  assert.match(
    renderJunit(kernelReport),
    /<testcase classname="files01\.ssh" name="domain can be audited">\s*<error type="domain"/,
  );
});

test('any text gives well-formed XML of the same shape', () => {
  const benign = elements(renderJunit(reportWith(() => 'x')));
  fc.assert(
    fc.property(hostileTexts, (texts) => {
      assert.deepEqual(elements(renderJunit(reportWith(cycle(texts)))), benign);
    }),
    { numRuns: 60 },
  );
});
