import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { z } from 'zod';
import { renderSarif } from '../../src/report/index.ts';
import { finding, kernelReport, reportOf } from './fixture.ts';
import { cycle, hostileTexts, reportWith } from './hostile.ts';

/** RFC 3986 relative reference whose first segment can't be taken for a scheme. */
const RELATIVE_URI = /^(?:[\w.~!'()*-]|%[0-9A-F]{2})*(?:\/(?:[\w.~!'()*-]|%[0-9A-F]{2})+)*$/;
const message = z.object({ text: z.string() });
const physical = z.object({
  artifactLocation: z.object({ uri: z.string().regex(RELATIVE_URI), uriBaseId: z.literal('MACHINE') }),
  region: z.object({ startLine: z.int().min(1) }).optional(),
});
/** The parts of SARIF 2.1.0 that matter to code scanning. */
const sarif = z.object({
  version: z.literal('2.1.0'),
  runs: z.tuple([
    z.object({
      automationDetails: z.object({ id: z.string() }),
      invocations: z.tuple([
        z.object({ executionSuccessful: z.boolean(), toolExecutionNotifications: z.array(z.object({ message })) }),
      ]),
      tool: z.object({
        driver: z.object({
          rules: z.array(
            z.object({
              id: z.string(),
              defaultConfiguration: z.object({ level: z.enum(['error', 'warning', 'note']) }),
              properties: z.object({ 'security-severity': z.string().optional() }),
              helpUri: z.url({ protocol: /^https?$/ }).optional(),
            }),
          ),
        }),
      }),
      results: z.array(
        z.object({
          ruleId: z.string(),
          ruleIndex: z.int(),
          kind: z.enum(['pass', 'fail', 'open', 'notApplicable']),
          level: z.enum(['error', 'warning', 'note', 'none']),
          message,
          locations: z.tuple([z.object({ physicalLocation: physical.optional() })]),
          partialFingerprints: z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/)),
          suppressions: z
            .array(z.object({ kind: z.literal('external'), status: z.literal('accepted'), justification: z.string() }))
            .optional(),
        }),
      ),
    }),
  ]),
});

function runOf(text: string) {
  return sarif.parse(JSON.parse(text)).runs[0];
}

function resultOf(id: string) {
  const found = runOf(renderSarif(kernelReport)).results.find((result) => result.ruleId === id);
  assert.ok(found);
  return found;
}

function fingerprintsAt(line: number, hostname: string) {
  const base = reportOf([finding({ id: 'kernel/a', outcome: 'fail', where: { path: '/etc/sysctl.conf', line } })]);
  return runOf(renderSarif({ ...base, host: { ...base.host, hostname } })).results[0]?.partialFingerprints;
}

test('every finding is a rule and a result that point at each other', () => {
  const run = runOf(renderSarif(kernelReport));
  assert.equal(run.results.length, kernelReport.findings.length);
  for (const result of run.results) assert.equal(run.tool.driver.rules[result.ruleIndex]?.id, result.ruleId);
});

test('a failing finding has its level, its score and the deciding line', () => {
  const result = resultOf('kernel/sysctl/net.ipv4.ip_forward');
  assert.deepEqual([result.kind, result.level], ['fail', 'warning']);
  assert.deepEqual(result.locations[0].physicalLocation, {
    artifactLocation: { uri: 'etc/sysctl.d/99-sysctl.conf', uriBaseId: 'MACHINE' },
    region: { startLine: 12 },
  });
  const scores = runOf(renderSarif(kernelReport)).tool.driver.rules.map((rule) => [
    rule.defaultConfiguration.level,
    rule.properties['security-severity'],
  ]);
  assert.deepEqual([...new Set(scores.map(String))].toSorted(), [
    'error,8.0',
    'error,9.5',
    'note,',
    'note,2.0',
    'warning,5.5',
  ]);
});

test('unknown is open, never a pass; a waived finding is a suppressed failure', () => {
  const unknown = resultOf('kernel/sysctl/fs.protected_hardlinks');
  assert.deepEqual([unknown.kind, unknown.level], ['open', 'none']);
  const waived = resultOf('kernel/sysctl/kernel.unprivileged_userns_clone');
  assert.deepEqual([waived.kind, waived.level], ['fail', 'error']);
  assert.match(waived.suppressions?.[0]?.justification ?? '', /Rootless Podman.*Platform team, until 2027-03-31/);
  assert.equal(resultOf('kernel/sysctl/kernel.yama.ptrace_scope').kind, 'notApplicable');
  assert.equal(resultOf('modules/blocked/dccp').kind, 'pass');
});

test('a domain that broke makes the run unsuccessful', () => {
  const [invocation] = runOf(renderSarif(kernelReport)).invocations;
  assert.equal(invocation.executionSuccessful, false);
  assert.match(invocation.toolExecutionNotifications[0]?.message.text ?? '', /OpenSSH server could not be audited/);
});

test('a fingerprint stays when the deciding line moves, and differs between machines', () => {
  assert.deepEqual(fingerprintsAt(1, 'a'), fingerprintsAt(2, 'a'));
  assert.notDeepEqual(fingerprintsAt(1, 'a'), fingerprintsAt(1, 'b'));
});

test('any text gives a valid file without links of its own', () => {
  fc.assert(
    fc.property(hostileTexts, (texts) => {
      for (const result of runOf(renderSarif(reportWith(cycle(texts)))).results) {
        assert.doesNotMatch(result.message.text, /\]\(/);
      }
    }),
    { numRuns: 60 },
  );
});
