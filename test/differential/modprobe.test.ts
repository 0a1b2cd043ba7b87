import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import process from 'node:process';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseCommandLine } from '../../src/controls/kernel/boot-parameters.ts';
import type { ConfFileState } from '../../src/controls/kernel/conf-directory/state.ts';
import { type LoadRule, loadRule } from '../../src/controls/kernel/modules/load-rule.ts';
import { parseModprobeFile } from '../../src/controls/kernel/modules/modprobe-file.ts';
import { observeModules } from '../../src/controls/kernel/modules/observe.ts';
import { kernelPolicy } from '../../src/controls/kernel/policy.ts';
import { dryRun, hostIn, makeRoot, writeTree } from './modprobe-root.ts';
import { MODULES, modprobeTree } from './modprobe-trees.ts';

/** FREEHOLD_DIFFERENTIAL_TREES=1000 is what .ci/run asks for; the default keeps `npm test` short. */
const treeCount = Number(process.env['FREEHOLD_DIFFERENTIAL_TREES'] ?? '60');
const seed = Number(process.env['FREEHOLD_DIFFERENTIAL_SEED'] ?? String(Date.now() % 1_000_000_000));
const SHOWN_DIFFERENCES = 3;
/** A comparison in which each answer is the same would prove nothing: the least share of each kind of answer. */
const LEAST_SHARE = 0.03;

test(
  `modprobe and Freehold agree on ${String(treeCount)} trees (seed ${String(seed)})`,
  { skip: whyNot() },
  async (context) => {
    const root = makeRoot();
    context.after(() => rmSync(root, { recursive: true, force: true }));
    const host = hostIn(root);
    const policy = kernelPolicy.parse({ modules: {} });
    const differences: unknown[] = [];
    const seen = { install: 0, blacklisted: 0, loadable: 0 };
    for (const tree of fc.sample(modprobeTree, { numRuns: treeCount, seed })) {
      writeTree(root, tree);
      const { files } = await observeModules(host, policy);
      const commandLine = { parameters: parseCommandLine(tree.commandLine), file: '/proc/cmdline' };
      for (const module of MODULES) {
        const theirs = answer(root, module);
        const rule = loadRule({ module, files, commandLine });
        const ours = describe(rule, files);
        seen[theirs.kind] += 1;
        if (JSON.stringify(ours) !== JSON.stringify(theirs)) differences.push({ module, ours, theirs, rule, tree });
      }
    }
    assert.equal(differences.length, 0, JSON.stringify(differences.slice(0, SHOWN_DIFFERENCES), null, 2));
    for (const [kind, count] of Object.entries(seen)) {
      assert.ok(count >= treeCount * MODULES.length * LEAST_SHARE, `only ${String(count)} answers were ${kind}`);
    }
    context.diagnostic(JSON.stringify(seen));
  },
);

type Answer =
  | { readonly kind: 'install'; readonly command: string }
  | { readonly kind: 'blacklisted' }
  | { readonly kind: 'loadable' };

/** `-b` applies blacklists to names as well: then modprobe says nothing of a blacklisted module (modprobe(8)). */
function answer(root: string, module: string): Answer {
  const said = dryRun(root, module);
  if (said.startsWith('install')) return { kind: 'install', command: said.slice('install'.length).trim() };
  assert.match(said, /^insmod \S+\.ko\s*$/, `${module}: ${said}`);
  return { kind: dryRun(root, module, '-b') === '' ? 'blacklisted' : 'loadable' };
}

/** An `install` line as modprobe names it: by its whole command. Each has a number that tells it from the others. */
function describe(rule: LoadRule, files: readonly ConfFileState[]): Answer {
  if (rule.kind === 'blacklisted' || rule.kind === 'loadable') return { kind: rule.kind };
  const content = files.find(({ path }) => path === rule.where.path)?.content;
  const commands = content?.kind === 'text' ? parseModprobeFile(content.text) : [];
  const decisive = commands.find(({ line }) => line === rule.where.line);
  return { kind: 'install', command: decisive?.kind === 'install' ? decisive.command.trim() : '' };
}

function whyNot(): string | false {
  if (spawnSync('modprobe', ['--version']).status !== 0) return 'LEFT OUT: no modprobe(8); install kmod';
  if (process.getuid?.() !== 0) return 'LEFT OUT: needs root for chroot(8)';
  if (process.arch !== 'x64') return 'LEFT OUT: the test’s empty kernel modules are for x86-64';
  return spawnSync('ldd', ['--version']).status === 0 ? false : 'LEFT OUT: no ldd(1)';
}
