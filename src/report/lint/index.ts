import type { LintReport } from '../../core/lint-report.ts';
import type { Format } from '../index.ts';
import { stringifySorted } from '../json.ts';
import type { TerminalOptions } from '../text/terminal-page.ts';
import { renderLintSarif } from './sarif.ts';
import { renderLint } from './terminal.ts';

export type LintFormat = 'terminal' | 'json' | 'sarif';

/** Every format of `freehold confine lint --format`. */
export const LINT_FORMATS: Readonly<Record<LintFormat, Format<LintReport, TerminalOptions>>> = {
  terminal: { description: 'text for a person at a terminal', extension: '.txt', render: renderLint },
  json: { description: 'data', extension: '.json', render: stringifySorted },
  sarif: { description: 'SARIF 2.1.0, for code scanning', extension: '.sarif', render: renderLintSarif },
};
