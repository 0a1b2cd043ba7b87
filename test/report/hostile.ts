import fc from 'fast-check';
import type { AuditedFinding, AuditReport } from '../../src/core/audit.ts';
import type { Change } from '../../src/core/change.ts';
import { OUTCOMES } from '../../src/core/finding.ts';
import type { Plan } from '../../src/core/plan.ts';
import { finding, reportOf } from './fixture.ts';

const PAYLOADS = [
  '</script><script>globalThis.broken = true</script>',
  '"><img src=x onerror="globalThis.broken = true">',
  "' autofocus onfocus='globalThis.broken = true' x='",
  '<!-- --!> <![CDATA[ ]]> &lt;b&gt; &#x3c;',
  '\x1b]0;title\x07\x1b[2J\x1b[31mred\x9b1m',
  '\u202egnp.exe\u2066 \u200b\u{e0041}',
  '| cell | cell |\n| --- |\n# heading\n- [ ] item',
  '@everyone #123 https://evil.example/ www.evil.example [click](javascript:alert(1)) ![x](https://evil.example/x.png)',
  '```\n~~~\n````js\n`code`',
  '\0\x01\x0b\ufffe\uffff\ud800 lone',
  '${x} {{x}} {0} %s $(id) `id`',
  '日本語 👩‍🚀 e\u0301',
  '__proto__',
  '',
];

/** Text as a broken or hostile machine could send it. */
const hostileText = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...PAYLOADS) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
);

type NextText = () => string;

/** Gives the texts of a list in turn, for ever. */
export function cycle(texts: readonly string[]): NextText {
  let index = 0;
  return () => texts[index++ % texts.length] ?? '';
}

/** Enough texts to fill a report. */
export const hostileTexts = fc.array(hostileText, { minLength: 7, maxLength: 31 });

/** A report with a finding of every outcome, every text in it given by `text`; its shape is always the same. */
export function reportWith(text: NextText): AuditReport {
  const findings = [...OUTCOMES, 'waived' as const].map((outcome, index): AuditedFinding =>
    finding({
      id: `kernel/${index}/${text()}`,
      outcome,
      severity: 'high',
      title: text(),
      summary: text(),
      why: text(),
      mayBreak: text(),
      expected: { [`key ${text()}`]: text() },
      observed: [text(), { [text()]: text() }, null, 1, true],
      reason: text(),
      where: { path: `/${text()}`, line: 3 },
      references: [{ source: text(), item: text(), version: text(), url: `javascript:${text()}` }],
      remedy:
        index === 0
          ? { kind: 'manual', instruction: text() }
          : { kind: 'changes', changes: [...plannedChanges(text), linesChange(text)] },
      waiver: { finding: text(), reason: text(), owner: text(), expires: text(), where: { path: text(), line: 2 } },
    }),
  );
  const base = reportOf(findings);
  return {
    ...base,
    host: {
      address: `ssh://${text()}`,
      hostname: text(),
      os: text(),
      osVersion: text(),
      osName: text(),
      kernelRelease: text(),
      architecture: text(),
      isRoot: false,
      container: text(),
      isRunning: true,
      recordedAt: text(),
    },
    blueprint: { name: text(), path: text(), extends: [text(), text()], digest: text() },
    domains: base.domains.map((domain) => ({ ...domain, title: text(), error: text() })),
  };
}

/** A plan with every kind of change, every text in it given by `text`. */
export function planWith(text: NextText): Plan {
  return {
    format: 'freehold.plan/1',
    host: text(),
    blueprint: text(),
    steps: plannedChanges(text).map((change) => ({ change, findings: [text(), text()], before: text() })),
    leftOut: [{ finding: text(), reason: text() }],
  };
}

function plannedChanges(text: NextText): readonly Exclude<Change, { kind: 'lines' }>[] {
  const created = { mode: 0o600, owner: text(), group: text() };
  return [
    { kind: 'file', path: text(), content: `a${text()}\n${text()}\nb`, created, irreversible: text() },
    { kind: 'sysctl', key: text(), path: text(), value: text(), alsoChanges: [text()] },
    { kind: 'unit', name: text(), action: 'mask' },
    { kind: 'package', name: text(), action: 'install', version: text() },
    {
      kind: 'command',
      title: text(),
      run: [text(), text()],
      undo: [text()],
      unless: [text()],
      touches: [text()],
    },
  ];
}

function linesChange(text: NextText): Change {
  const created = { mode: 0o600, owner: text(), group: text() };
  return { kind: 'lines', path: text(), remove: [text()], add: [text(), text()], header: [text()], created };
}
