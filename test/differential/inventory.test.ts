import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { loadInventory, selectHosts } from '../../src/blueprint/inventory/index.ts';
import { type InventoryTree, inventoryTree } from './inventory-trees.ts';

/** FREEHOLD_DIFFERENTIAL_TREES=1000 is what .ci/run asks for; the default keeps `npm test` short. */
const treeCount = Number(process.env['FREEHOLD_DIFFERENTIAL_TREES'] ?? '60');
const seed = Number(process.env['FREEHOLD_DIFFERENTIAL_SEED'] ?? String(Date.now() % 1_000_000_000));
const OUTPUT_LIMIT_BYTES = 256 * 1024 * 1024;
/** A comparison of next to nothing would prove nothing; measured: about 8 hosts and 12 variables a tree. */
const LEAST_HOSTS_PER_TREE = 4;
const LEAST_VARIABLES_PER_TREE = 6;
const ORACLE = fileURLToPath(new URL('inventory-oracle.py', import.meta.url));

const python = ['/usr/bin/python3', 'python3'].find(
  (program) => spawnSync(program, ['-c', 'import ansible.cli.inventory']).status === 0,
);
const folder = mkdtempSync(join(tmpdir(), 'freehold-inventories-'));
after(() => {
  rmSync(folder, { recursive: true });
});

interface Answer {
  readonly hosts: Readonly<Record<string, { readonly variables: unknown; readonly groups: readonly string[] }>>;
  readonly groups: Readonly<Record<string, readonly string[]>>;
  readonly unparsed: readonly string[];
  /** Names, or why none could be selected. */
  readonly selected: readonly (readonly string[] | string)[];
  readonly error?: string;
}

test(
  `Ansible and Freehold agree on ${String(treeCount)} inventories (seed ${String(seed)})`,
  { skip: python === undefined && 'needs Python with ansible-core' },
  async () => {
    const trees = fc.sample(inventoryTree, { numRuns: treeCount, seed });
    const homes = trees.map((tree, index) => write(tree, String(index)));
    const totals = { hosts: 0, variables: 0, selected: 0 };
    for (const [index, answer] of ask(trees, homes).entries()) {
      const tree = trees[index];
      assert(tree !== undefined);
      const shown = JSON.stringify(tree.files, null, 1);
      assert.equal(answer.error, undefined, shown);
      if (answer.unparsed.length > 0) {
        const result = await loadInventory({ paths: sourcesIn(tree, homes[index] ?? '') });
        assert.equal(result.kind, 'invalid', `${answer.unparsed.join('\n')}\n${shown}`);
        continue;
      }
      const counts = await compare(tree, { home: homes[index] ?? '', answer, shown });
      for (const key of ['hosts', 'variables', 'selected'] as const) totals[key] += counts[key];
    }
    assert(totals.hosts >= treeCount * LEAST_HOSTS_PER_TREE, JSON.stringify(totals));
    assert(totals.variables >= treeCount * LEAST_VARIABLES_PER_TREE, JSON.stringify(totals));
    assert(totals.selected >= treeCount, JSON.stringify(totals));
  },
);

interface Compared {
  readonly home: string;
  readonly answer: Answer;
  readonly shown: string;
}

async function compare(
  tree: InventoryTree,
  { home, answer, shown }: Compared,
): Promise<{ hosts: number; variables: number; selected: number }> {
  const result = await loadInventory({ paths: sourcesIn(tree, home) });
  assert(result.kind === 'loaded', `${JSON.stringify(result, null, 1)}\n${shown}`);
  const { inventory } = result;
  const own = Object.fromEntries(
    inventory.hosts.map(({ name, variables, groups }) => [name, { variables, groups: withBuiltIn(groups) }]),
  );
  assert.deepEqual(own, answer.hosts, shown);
  const groups = Object.keys(answer.groups);
  assert.deepEqual(new Set(['all', 'ungrouped', ...inventory.groups.map(({ name }) => name)]), new Set(groups), shown);
  for (const name of groups) {
    const members = inventory.hostsOf([name]).map((host) => host.name);
    assert.deepEqual(members.toSorted(), answer.groups[name]?.toSorted(), `${name}\n${shown}`);
  }
  const isFlat = inventory.groups.every(({ children }) => children.length === 0);
  let selected = 0;
  for (const [index, pattern] of tree.patterns.entries()) {
    const theirs = answer.selected[index] ?? [];
    const { hosts, diagnostics } = selectHosts(inventory, [pattern]);
    const names = hosts.map(({ name }) => name);
    const about = `${pattern}\n${JSON.stringify({ names, theirs, diagnostics })}\n${shown}`;
    if (typeof theirs === 'string') assert(diagnostics.length > 0, about);
    // Ansible has no order for groups of one level inside others, so what is counted there is a matter of luck.
    else if (isFlat) assert.deepEqual(names, theirs, about);
    else if (!pattern.includes('[')) assert.deepEqual(names.toSorted(), theirs.toSorted(), about);
    else assert.equal(names.length, theirs.length, about);
    if (names.length === 0) assert(diagnostics.length > 0, `nothing selected in silence: ${about}`);
    selected += names.length;
  }
  const variables = inventory.hosts.reduce((sum, host) => sum + Object.keys(host.variables).length, 0);
  return { hosts: inventory.hosts.length, variables, selected };
}

function sourcesIn({ sources }: InventoryTree, home: string): readonly string[] {
  return sources.map((source) => join(home, source));
}

function withBuiltIn(groups: readonly string[]): readonly string[] {
  return ['all', ...(groups.length === 0 ? ['ungrouped'] : groups)].sort();
}

function ask(trees: readonly InventoryTree[], homes: readonly string[]): readonly Answer[] {
  const requests = trees.map((tree, index) =>
    JSON.stringify({ sources: sourcesIn(tree, homes[index] ?? ''), patterns: tree.patterns }),
  );
  // Nothing of a user's configuration may change the answers.
  const configuration = join(folder, 'ansible.cfg');
  writeFileSync(configuration, '');
  const { status, stdout, stderr } = spawnSync(python ?? '', [ORACLE], {
    input: `${requests.join('\n')}\n`,
    encoding: 'utf8',
    maxBuffer: OUTPUT_LIMIT_BYTES,
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: folder, LANG: 'C.UTF-8', ANSIBLE_CONFIG: configuration },
  });
  assert.equal(status, 0, stderr);
  const answers = stdout.trimEnd().split('\n');
  assert.equal(answers.length, trees.length);
  return answers.map((line) => JSON.parse(line) as Answer);
}

function write({ files }: InventoryTree, name: string): string {
  const home = join(folder, name);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(home, path)), { recursive: true });
    writeFileSync(join(home, path), text);
  }
  return home;
}
