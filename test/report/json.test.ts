import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { renderJson, renderPlanJson } from '../../src/report/index.ts';
import { auditReportSchema, fleetReportSchema, planSchema, publishedSchema } from '../../src/report/json-schema.ts';
import { confinementStatusSchema } from '../../src/report/confinement/schema.ts';
import { accessLogSchema } from '../../src/report/confinement/access-log-schema.ts';
import { canSchema } from '../../src/report/confinement/can-schema.ts';
import { diffSchema } from '../../src/report/confinement/diff-schema.ts';
import { learnSchema } from '../../src/report/confinement/learn-schema.ts';
import { probeSchema } from '../../src/report/confinement/probe-schema.ts';
import { replaySchema } from '../../src/report/confinement/replay-schema.ts';
import type { LintReport } from '../../src/core/lint-report.ts';
import { LINT_FORMATS } from '../../src/report/lint/index.ts';
import { lintSchema } from '../../src/report/lint/schema.ts';
import { verifyReportSchema } from '../../src/report/verify/schema.ts';
import { stringifySorted } from '../../src/report/json.ts';
import { finding, kernelReport } from './fixture.ts';
import { kernelPlan } from './plan-fixture.ts';
import { cycle, hostileTexts, planWith, reportWith } from './hostile.ts';

const SCHEMAS = [
  { file: 'access-log.schema.json', schema: accessLogSchema },
  { file: 'confine-can.schema.json', schema: canSchema },
  { file: 'confine-diff.schema.json', schema: diffSchema },
  { file: 'confine-learn.schema.json', schema: learnSchema },
  { file: 'confine-probe.schema.json', schema: probeSchema },
  { file: 'confine-replay.schema.json', schema: replaySchema },
  { file: 'lint.schema.json', schema: lintSchema },
  { file: 'audit-report.schema.json', schema: auditReportSchema },
  { file: 'fleet-report.schema.json', schema: fleetReportSchema },
  { file: 'plan.schema.json', schema: planSchema },
  { file: 'verify-report.schema.json', schema: verifyReportSchema },
  { file: 'confinement-status.schema.json', schema: confinementStatusSchema },
];

for (const { file, schema } of SCHEMAS) {
  test(`schema/${file} is what the code says (UPDATE_SCHEMAS=1 writes it)`, () => {
    const url = new URL(`../../schema/${file}`, import.meta.url);
    const current = publishedSchema(schema);
    if (process.env['UPDATE_SCHEMAS'] === '1') writeFileSync(url, `${JSON.stringify(current, null, 2)}\n`);
    assert.deepEqual(JSON.parse(readFileSync(url, 'utf8')), JSON.parse(JSON.stringify(current)));
  });
}

test('reports and plans follow their schema and lose nothing', () => {
  assert.deepEqual(auditReportSchema.parse(JSON.parse(renderJson(kernelReport))), kernelReport);
  assert.deepEqual(planSchema.parse(JSON.parse(renderPlanJson(kernelPlan))), kernelPlan);
});

test('what lint finds follows its schema and loses nothing', () => {
  const report: LintReport = {
    format: 'freehold.lint/1',
    tool: { name: 'freehold', version: '1.0.0' },
    files: ['/etc/apparmor.d/t'],
    profiles: 1,
    findings: [
      {
        id: 'confinement/lint/write-and-execute',
        severity: 'high',
        profile: 't',
        where: { path: '/etc/apparmor.d/abstractions/a', line: 2 },
        includedFrom: [{ path: '/etc/apparmor.d/t', line: 3 }],
        subject: '/a rwix,',
        what: 'what',
        why: 'why',
        safer: 'safer',
        references: [{ source: 'apparmor.d(5)', item: 'Access Modes' }],
      },
    ],
  };
  assert.deepEqual(lintSchema.parse(JSON.parse(LINT_FORMATS.json.render(report, { color: false, width: 80 }))), report);
});

test('the schema refuses what is not a report', () => {
  const { summary, ...incomplete } = kernelReport;
  assert.ok(!auditReportSchema.safeParse(incomplete).success);
  assert.ok(!auditReportSchema.safeParse({ ...kernelReport, summary, surprise: 1 }).success);
  const odd = { ...finding({ id: 'a/b' }), outcome: 'skipped' };
  assert.ok(!auditReportSchema.safeParse({ ...kernelReport, findings: [odd] }).success);
});

test('keys are sorted at every depth and one line end closes the file', () => {
  assert.equal(
    stringifySorted({ b: [{ z: 1, a: null }], a: { y: true, B: 'x' } }),
    `{
  "a": {
    "B": "x",
    "y": true
  },
  "b": [
    {
      "a": null,
      "z": 1
    }
  ]
}
`,
  );
});

test('equal reports give equal bytes, whatever the order of their keys', () => {
  const turned: unknown = JSON.parse(
    JSON.stringify(kernelReport, (_key, value: unknown) =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).toReversed())
        : value,
    ),
  );
  assert.equal(stringifySorted(turned), renderJson(kernelReport));
});

test('any text survives, and none of it steers a terminal that shows the file', () => {
  fc.assert(
    fc.property(hostileTexts, (texts) => {
      for (const value of [reportWith(cycle(texts)), planWith(cycle(texts))]) {
        const output = stringifySorted(value);
        assert.deepEqual(JSON.parse(output), value);
        assert.doesNotMatch(output, /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      }
    }),
    { numRuns: 60 },
  );
});

test('a key called __proto__ is data like any other', () => {
  const value: unknown = JSON.parse('{"a": 1, "__proto__": {"polluted": true}}');
  assert.equal(stringifySorted(value), '{\n  "__proto__": {\n    "polluted": true\n  },\n  "a": 1\n}\n');
});
