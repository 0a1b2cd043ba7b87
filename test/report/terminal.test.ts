import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { renderExplanation, renderPlan, renderTerminal } from '../../src/report/index.ts';
import { displayWidth } from '../../src/report/text/width.ts';
import { finding, kernelReport, reportOf } from './fixture.ts';
import { kernelPlan } from './plan-fixture.ts';
import { cycle, hostileTexts, planWith, reportWith } from './hostile.ts';

const PLAIN = { width: 100, color: false } as const;
const OWN_SGR = /\x1b\[(?:0|1|2|31|1;31|32|33|35|36)m/g;
const STEERING = /(?!\n)[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

function positions(text: string, parts: readonly string[]): readonly number[] {
  return parts.map((part) => {
    const position = text.indexOf(part);
    assert.notEqual(position, -1, part);
    return position;
  });
}

test('findings are grouped by domain, worst first, and the result comes last', () => {
  const output = renderTerminal(kernelReport, { ...PLAIN, verbosity: 'verbose' });
  const order = positions(output, [
    'Audit of files01\n',
    'Boot command line\n',
    'Linux kernel\n',
    '✗ critical',
    '✗ high     Kernel addresses',
    '✗ high     Reverse path',
    '✗ medium   IPv4 forwarding',
    '✗ low',
    '✗ info',
    '? unknown  Hard link',
    '~ waived',
    '– n/a',
    '✓ pass     Symbolic link',
    'Kernel modules\n',
    'Result   22 checks: 7 fail · 2 unknown · 1 waived · 1 not applicable · 11 pass',
    'Next     freehold plan',
  ]);
  assert.deepEqual(
    order,
    order.toSorted((a, b) => a - b),
  );
});

test('a failing finding shows title, summary, the deciding line, the remedy and its id', () => {
  const output = renderTerminal(kernelReport, { ...PLAIN, width: 140, verbosity: 'default' });
  assert.ok(
    output.includes(
      [
        '  ✗ medium   IPv4 forwarding (net.ipv4.ip_forward)',
        '             is 1 now and at the next boot; wanted 0',
        '             decided by: /etc/sysctl.d/99-sysctl.conf:12',
        '             remedy: replace 1 line of /etc/sysctl.d/zz-freehold.conf; set net.ipv4.ip_forward to',
        '               0 now',
        '             kernel/sysctl/net.ipv4.ip_forward',
        '',
      ].join('\n'),
    ),
    output,
  );
});

test('by default only what needs a person is listed, the rest is counted', () => {
  const output = renderTerminal(kernelReport, { ...PLAIN, verbosity: 'default' });
  for (const shown of ['? unknown', 'permission denied', '9 pass', '1 waived'])
    assert.ok(output.includes(shown), shown);
  for (const hidden of ['✓', '~ waived', 'ptrace_scope', 'Rootless', 'why:'])
    assert.ok(!output.includes(hidden), hidden);
  assert.match(output, /freehold audit --verbose\n\s+lists the other 13 checks too/);
});

test('verbose adds why, what may break, values, references and waivers', () => {
  const output = renderTerminal(kernelReport, { ...PLAIN, verbosity: 'verbose' });
  for (const part of [
    'why: Programs loaded by any user',
    'may break: Containers, virtual machines',
    'next boot source: /etc/sysctl.d/99-sysctl.conf:12',
    'interfaces: eth0: 0, eth0.100: 0, lo: 0',
    'see: CIS Debian Linux 12 Benchmark v1.1.0, 3.3.1',
    'waived: by Platform team until 2027-03-31: Rootless Podman',
    'CONFIG_SECURITY_YAMA',
  ]) {
    assert.ok(output.replace(/\s+/g, ' ').includes(part), part);
  }
});

test('quiet is the result and what broke', () => {
  assert.equal(
    renderTerminal(kernelReport, { ...PLAIN, width: 200, verbosity: 'quiet' }),
    `files01: 22 checks: 7 fail · 2 unknown · 1 waived · 1 not applicable · 11 pass (failing: 1 critical, 2 high, 2 medium, 1 low, 1 info)
OpenSSH server could not be audited: sshd -T ended with code 255: /etc/ssh/sshd_config line 14: Bad configuration
`,
  );
});

test('a report without findings and one where all pass end calmly', () => {
  assert.match(
    renderTerminal(reportOf([]), { ...PLAIN, verbosity: 'default' }),
    /Result {3}0 checks: nothing was asked for\n$/,
  );
  const calm = renderTerminal(reportOf([finding({ id: 'kernel/a' })]), { ...PLAIN, verbosity: 'verbose' });
  assert.match(calm, /Result {3}1 check: 1 pass\n$/);
});

test('only remedies that Freehold can make suggest a plan', () => {
  const manual = finding({
    id: 'kernel/a',
    outcome: 'fail',
    remedy: { kind: 'manual', instruction: 'Ask the vendor.' },
  });
  const output = renderTerminal(reportOf([manual]), { ...PLAIN, verbosity: 'default' });
  assert.doesNotMatch(output, /freehold plan/);
  assert.match(output, /by hand: Ask the vendor\./);
  assert.match(output, /Next {5}freehold explain kernel\/a/);
});

test('a finding of a domain that the report does not list is shown all the same', () => {
  const orphan = reportOf([finding({ id: 'waivers/expired', domain: 'waivers', outcome: 'fail' })], { domains: [] });
  assert.match(renderTerminal(orphan, { ...PLAIN, verbosity: 'default' }), /waivers\n1 fail\n[^]*waivers\/expired/);
});

test('colour says nothing that the text without it does not say', () => {
  for (const verbosity of ['quiet', 'default', 'verbose'] as const) {
    const plain = renderTerminal(kernelReport, { ...PLAIN, verbosity });
    const colored = renderTerminal(kernelReport, { ...PLAIN, color: true, verbosity });
    assert.equal(colored.replace(OWN_SGR, ''), plain);
    assert.ok(!plain.includes('\x1b'));
    assert.ok(colored.includes('\x1b['));
  }
});

test('lines fit the terminal, but for words that may not break', () => {
  for (const width of [40, 60, 80, 200]) {
    for (const line of renderTerminal(kernelReport, { ...PLAIN, width, verbosity: 'verbose' }).split('\n')) {
      const words = line.trim().split(' ');
      assert.ok(
        displayWidth(line) <= width || words.length <= 2 || /^(Next)? *freehold /.test(line),
        `${width}: ${line}`,
      );
    }
  }
});

test('ASCII output is ASCII', () => {
  const japanese = finding({ id: 'kernel/日本', outcome: 'fail', title: 'Größe → 日本' });
  const output = renderTerminal(reportOf([japanese]), { ...PLAIN, ascii: true, verbosity: 'verbose' });
  assert.match(output, /^[\n\x20-\x7e]*$/);
  assert.match(output, /Gr\\xf6\\xdfe -> \\u\{65e5\}\\u\{672c\}/);
  assert.match(renderPlan(kernelPlan, { ...PLAIN, ascii: true }), /^[\n\x20-\x7e]*$/);
});

test('data from the machine never steers the terminal', () => {
  fc.assert(
    fc.property(hostileTexts, fc.constantFrom('quiet', 'default', 'verbose'), (texts, verbosity) => {
      const output = renderTerminal(reportWith(cycle(texts)), { width: 80, color: true, verbosity });
      assert.doesNotMatch(output.replace(OWN_SGR, ''), STEERING);
      const benign = renderTerminal(
        reportWith(() => 'x'),
        { width: 80, color: true, verbosity },
      );
      assert.equal(output.match(/^\S*Result/gm)?.length, benign.match(/^\S*Result/gm)?.length);
    }),
    { numRuns: 60 },
  );
});

test('a plan shows diffs, values, what is for good, what each step is for and what is left out', () => {
  const output = renderPlan(kernelPlan, PLAIN);
  assert.match(output, /Next\s+freehold apply/);
  assert.doesNotMatch(renderPlan(kernelPlan, { ...PLAIN, isAboutToBeApplied: true }), /Next\s+freehold apply/);
  const order = positions(output, [
    '8 steps for 7 findings · 1 not reversible before reboot · 1 finding left out',
    '1  change /etc/sysctl.d/zz-freehold.conf\n   --- /etc/sysctl.d/zz-freehold.conf\n   +++ /etc',
    '   @@ -1,6 +1,7 @@\n    # Written by Freehold.\n    # Do not edit by hand.\n   +kernel.sysrq = 0\n',
    '   -net.ipv4.ip_forward = 1\n   +net.ipv4.ip_forward = 0\n',
    '   for kernel/sysctl/net.ipv4.ip_forward\n',
    '2  write /etc/modprobe.d/99-freehold.conf\n   a new file gets 0644 root:root\n   --- /dev/null\n',
    '3  remove /etc/sysctl.d/10-legacy.conf\n',
    '+++ /dev/null\n   @@ -1 +0,0 @@\n   -kernel.sysrq = 1\n',
    '4  set net.ipv4.ip_forward\n   1 → 0\n',
    '! not reversible before reboot: the kernel keeps the value 1 until it reboots',
    '6  mask rpcbind.socket',
    '7  remove the package telnetd',
    '   runs: grub-mkconfig -o /boot/grub/grub.cfg\n',
    'Left out\n\n  kernel/sysctl/kernel.kptr_restrict\n  only a person can',
    'Next  freehold apply files01\n',
    '--allow-irreversible',
  ]);
  assert.deepEqual(
    order,
    order.toSorted((a, b) => a - b),
  );
});

test('an empty plan says so and suggests nothing', () => {
  const output = renderPlan({ ...kernelPlan, steps: [], leftOut: [] }, PLAIN);
  assert.equal(output, 'Plan for files01\nBlueprint freehold.yaml\nNothing to change\n');
});

test('a plan never steers the terminal', () => {
  fc.assert(
    fc.property(hostileTexts, (texts) => {
      const output = renderPlan(planWith(cycle(texts)), { width: 80, color: true });
      assert.doesNotMatch(output.replace(OWN_SGR, '').replaceAll('\t', ' '), STEERING);
    }),
    { numRuns: 60 },
  );
});

test('an explanation teaches what, why, what may break, how to look and who says so', () => {
  const explanation = {
    topic: 'kernel.sysrq',
    title: 'Magic SysRq key',
    what: 'Commands to the kernel from the keyboard.',
    why: 'Anyone at the console can use it.',
    mayBreak: 'Rescue of a hung machine.',
    checkByHand: ['sysctl kernel.sysrq', "grep -r '\x1b[31m' /etc"],
    disagreement: 'Debian ships 438.',
    references: [
      { source: 'BSI IT-Grundschutz', version: '2023', item: 'SYS.1.3.A17', url: 'https://www.bsi.bund.de/' },
    ],
  };
  assert.equal(
    renderExplanation(explanation, PLAIN),
    `Magic SysRq key
kernel.sysrq

What it is
  Commands to the kernel from the keyboard.

Why it matters
  Anyone at the console can use it.

What it may break
  Rescue of a hung machine.

Where sources disagree
  Debian ships 438.

Check by hand
  sysctl kernel.sysrq
  grep -r '\\x1b[31m' /etc

Sources
  BSI IT-Grundschutz 2023, SYS.1.3.A17 <https://www.bsi.bund.de/>
`,
  );
});
