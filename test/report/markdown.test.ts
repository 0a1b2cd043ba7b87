import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { renderMarkdown, renderPlanMarkdown } from '../../src/report/index.ts';
import { escapeMarkdown } from '../../src/report/markdown-text.ts';
import { finding, kernelReport, reportOf } from './fixture.ts';
import { kernelPlan } from './plan-fixture.ts';
import { cycle, hostileTexts, planWith, reportWith } from './hostile.ts';

const OWN_TAGS = /<(?:br|\/?code|\/?details|\/?summary|!-- --)>/g;
/** What stands in the place of a tag of ours, so that its neighbours don't join. */
const GAP = '\u00b7';

/** Lines with everything but the structure taken out: cells of tables, headings, tags. */
function shape(markdown: string): readonly string[] {
  return markdown
    .split('\n')
    .map((line) =>
      line.startsWith('|') ? `row of ${line.split('|').length - 2}` : (/^(?:#+ |<\w+>|\s*$)/.exec(line)?.[0] ?? 'text'),
    );
}

test('failing and unknown findings are rows, worst first, the waived are folded', () => {
  const output = renderMarkdown(kernelReport);
  const rows = output.split('\n').filter((line) => /^\| (?:\*\*|unknown)/.test(line));
  assert.deepEqual(
    rows.map((line) => line.split(' | ')[0]),
    ['critical', 'high', 'high', 'medium', 'medium', 'low', 'info']
      .map((word) => `| **${word}**`)
      .concat('| unknown', '| unknown'),
  );
  assert.match(output, /<code>\/etc\/sysctl\.d\/99-sysctl\.conf:12<\/code>/);
  assert.match(output, /<details><summary>1 waived<\/summary>[^]*Platform team \| 2027-03-31/);
  assert.match(output, /\| Linux kernel \| 6 \| 1 \| 1 \| 1 \| 9 \|/);
  assert.doesNotMatch(output, /tcp\\?_syncookies/);
});

test('a comment stays short enough for a forge, and says what it leaves out', () => {
  const many = Array.from({ length: 140 }, (_, index) => finding({ id: `kernel/${index}`, outcome: 'fail' }));
  const output = renderMarkdown(reportOf(many));
  assert.equal(output.match(/^\| \*\*/gm)?.length, 100);
  assert.match(output, /^40 more findings fail or are unknown/m);
});

test('markup, mentions and links in data are text', () => {
  assert.equal(escapeMarkdown('a|b <i> `c` *d*'), 'a&#124;b &lt;i&gt; &#96;c&#96; \\*d\\*');
  assert.equal(escapeMarkdown('@team #12'), '@<!-- -->team #<!-- -->12');
  assert.equal(escapeMarkdown('https://x.example www.x.example'), 'https:<!-- -->//x.example www<!-- -->.x.example');
  assert.equal(escapeMarkdown('[a](b) ![c](d)'), '\\[a\\](b) !\\[c\\](d)');
  assert.equal(escapeMarkdown('a\n| b |'), 'a &#124; b &#124;');
});

test('any text keeps the tables as they are', () => {
  const benign = shape(renderMarkdown(reportWith(() => 'x')));
  fc.assert(
    fc.property(hostileTexts, (texts) => {
      const output = renderMarkdown(reportWith(cycle(texts)));
      assert.deepEqual(shape(output), benign);
      assert.doesNotMatch(output.replace(OWN_TAGS, GAP), /[<>]|@(?=\w)|(?<!&)#(?=\w)|:\/\/|(?<!\\)[[\]]/);
      assert.doesNotMatch(output, /(?!\n)[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/u);
    }),
    { numRuns: 60 },
  );
});

test('a plan shows each step with its diff in a block', () => {
  const output = renderPlanMarkdown(kernelPlan);
  assert.match(output, /^8 steps for 7 findings, 1 not reversible before reboot, 1 finding left out\./m);
  assert.match(
    output,
    /### 1\. change \/etc[^]*```diff\n--- \/etc[^]*\n-net\.ipv4\.ip_forward = 1\n\+net\.ipv4\.ip_forward = 0\n/,
  );
  assert.match(output, /\*\*Not reversible before reboot:\*\* the kernel keeps/);
  assert.match(output, /### Left out[^]*kptr\\_restrict/);
});

test('a fence in an unchanged line does not end the block, though it may be indented (GFM 4.5)', () => {
  const [step] = kernelPlan.steps;
  assert.ok(step?.change.kind === 'file');
  const change = { ...step.change, content: '```\nnew\n' };
  const output = renderPlanMarkdown({ ...kernelPlan, steps: [{ ...step, change, before: '```\nold\n' }] });
  assert.match(output, /^````diff\n[^`]* ```\n-old\n\+new\n````$/m);
});

test('no line of a file ends the block that shows it', () => {
  fc.assert(
    fc.property(hostileTexts, (texts) => {
      let fence: string | undefined;
      let blocks = 0;
      for (const line of renderPlanMarkdown(planWith(cycle(texts))).split('\n')) {
        const [run] = /^`{3,}/.exec(line) ?? [];
        if (fence === undefined && run !== undefined) {
          fence = run;
          blocks += 1;
        } else if (fence !== undefined && run !== undefined && line === run && run.length >= fence.length) {
          fence = undefined;
        } else if (fence !== undefined) {
          assert.match(line, /^(?:[ +\\-]|@@ )/);
        }
      }
      assert.equal(fence, undefined);
      assert.equal(blocks, 1);
    }),
    { numRuns: 60 },
  );
});
