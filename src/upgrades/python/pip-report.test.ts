import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePipReport } from './pip-report.ts';

function report(name: string, version: string): string {
  return JSON.stringify({ version: '1', install: [{ metadata: { name, version } }] });
}

test('names and versions are what they are called, or the report is none', () => {
  assert.deepEqual(parsePipReport(report('Acme.Http', '1.0+cu118')), [{ name: 'Acme.Http', version: '1.0+cu118' }]);
  assert.equal(parsePipReport(report('--index-url', '1.0')), undefined);
  assert.equal(parsePipReport(report('acme @ https://example.org/x.whl#', '1.0')), undefined);
  assert.equal(parsePipReport(report('acme', '1.0 --pre')), undefined);
  assert.equal(parsePipReport('{'), undefined);
});
