import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { FleetReport } from '../../src/core/fleet.ts';
import { renderFleetHtml, renderFleetJson, renderFleetTerminal } from '../../src/report/index.ts';
import { fleetReportSchema } from '../../src/report/json-schema.ts';
import { summarize } from '../../src/report/fleet/summary.ts';
import { displayWidth } from '../../src/report/text/width.ts';
import { fleetOf } from './fleet-fixture.ts';
import { cycle, hostileTexts, reportWith } from './hostile.ts';

const plain = { width: 80, color: false, verbosity: 'default' } as const;

function hostileFleet(next: () => string): FleetReport {
  const problem = { code: 'x/y', level: 'error', message: next(), hint: next() } as const;
  const identity = () => ({ name: next(), address: next(), groups: [next()], attempts: 1 });
  return {
    ...fleetOf(0),
    hosts: [
      { ...identity(), kind: 'audited', report: reportWith(next) },
      { ...identity(), kind: 'failed', problems: [problem] },
    ],
  };
}

/** Texts that differ from each other, so that hosts, groups and findings stay as many as they are. */
function numbered(next: () => string): () => string {
  let count = 0;
  return () => `${(count += 1)} ${next()}`;
}

test('the answer counts every host once', () => {
  const { worst, audited, failed } = summarize(fleetOf(21));
  assert.deepEqual([worst.critical, worst.none, audited.length, failed.length], [6, 12, 18, 3]);
});

test('a failure is counted among the hosts that were asked, and nothing else', () => {
  const failures = new Map(summarize(fleetOf(21)).findings.map((each) => [each.id, each]));
  const forwarding = failures.get('kernel/sysctl/net.ipv4.ip_forward');
  assert.deepEqual([forwarding?.failing.length, forwarding?.askedCount], [6, 18]);
  const sysrq = failures.get('kernel/sysctl/kernel.sysrq');
  assert.deepEqual([sysrq?.failing.length, sysrq?.askedCount], [6, 6]);
});

test('nothing says pass or clean of hosts that were not reached', () => {
  const hosts = fleetOf(21).hosts.filter(({ kind }) => kind === 'failed');
  const text = renderFleetTerminal({ ...fleetOf(0), hosts }, plain);
  assert.match(text, /^None of 3 machines could be looked at$/m);
  assert.doesNotMatch(text, /pass|clean/);
});

test('200 hosts stay short on 80 columns, and --verbose shows all', () => {
  const text = renderFleetTerminal(fleetOf(200), plain);
  assert.ok(text.split('\n').length < 120);
  for (const line of text.split('\n')) assert.ok(displayWidth(line) <= 80, line);
  assert.match(text, /and 161 machines more; --verbose shows all/);
  const all = renderFleetTerminal(fleetOf(200), { ...plain, verbosity: 'verbose' });
  for (const { name } of fleetOf(200).hosts) assert.ok(all.includes(name), name);
});

test('JSON follows its schema and loses nothing', () => {
  assert.deepEqual(fleetReportSchema.parse(JSON.parse(renderFleetJson(fleetOf(21)))), fleetOf(21));
});

test('no text steers the terminal or changes the structure of the page', () => {
  const tags = (page: string) => page.match(/<[^>]*>/g)?.map((tag) => tag.replace(/="[^"]*"/g, ''));
  const withoutStyle = (page: string) => page.replace(/<style>[^]*?<\/style>/, '');
  const benign = tags(withoutStyle(renderFleetHtml(hostileFleet(numbered(() => 'x')))));
  fc.assert(
    fc.property(hostileTexts, (texts) => {
      const fleet = hostileFleet(numbered(cycle(texts)));
      assert.deepEqual(tags(withoutStyle(renderFleetHtml(fleet))), benign);
      const shown = renderFleetTerminal(fleet, { ...plain, verbosity: 'verbose' });
      assert.doesNotMatch(shown, /(?!\n)[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/u);
    }),
    { numRuns: 40 },
  );
});
