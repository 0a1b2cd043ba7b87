/** Nobody can lock themselves out: a change that ends sshd is taken back by the machine itself. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { after, afterEach, before, beforeEach, suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { apply } from '../../src/engine/apply.ts';
import { comeBack } from '../../src/engine/come-back.ts';
import { confirm } from '../../src/engine/confirm.ts';
import { rollback } from '../../src/engine/rollback.ts';
import { listRuns } from '../../src/engine/runs.ts';
import type { PlannedChange } from '../../src/core/plan.ts';
import { parseAddress } from '../../src/host/address.ts';
import type { Host } from '../../src/host/host.ts';
import { openLocalHost } from '../../src/host/local.ts';
import { openHost } from '../../src/host/open.ts';
import { planOf } from '../transaction/machine.ts';
import { Sshd, whyNoSshd } from './sshd.ts';

const skip = whyNoSshd();
const SECONDS = 2;
/** Long enough for a busy machine to be reached anew, and waited for in full. */
const REACHED_WITHIN_SECONDS = 10;
/** Where nothing has to end in time: a busy machine takes its own. */
const PATIENCE_SECONDS = 60;
const BACK_LIMIT_MS = 60_000;
const ROUNDS = Number(process.env['FREEHOLD_CONFIRM_ROUNDS'] ?? '3');
const created = { mode: 0o644, owner: 'root', group: 'root' } as const;

suite('confirm or fall back', { skip }, () => {
  let sshd: Sshd;
  let folder = '';
  let place = { stateDirectory: '' };
  const local = openLocalHost();

  before(async () => {
    sshd = await Sshd.start();
  });
  after(() => {
    sshd.close();
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'freehold-fall-back-'));
    place = { stateDirectory: join(folder, 'state') };
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  function reach(): Promise<Host> {
    return openHost(parseAddress(sshd.address), { sshConfig: sshd.sshConfig, connectTimeoutMs: 5000, isFresh: true });
  }

  function file(content: string): PlannedChange {
    return { kind: 'file', path: join(folder, 'file'), content, created };
  }

  /** Ends sshd for everybody who comes after; the connection that is there stays. */
  function lockOut(): PlannedChange {
    const pid = sshd.isRestarted ? `$(cat ${sshd.folder}/pid)` : String(sshd.pid);
    const run = ['sh', '-c', `kill -9 ${pid}`] as const;
    return { kind: 'command', title: 'end sshd', run, undo: ['sh', '-c', sshd.restartScript], touches: [] };
  }

  async function untilUndone(): Promise<void> {
    const deadline = performance.now() + BACK_LIMIT_MS;
    while ((await listRuns(local, place))[0]?.state !== 'undone') {
      assert.ok(performance.now() < deadline, 'it did not go back');
      await sleep(100);
    }
  }

  async function untilThere(path: string): Promise<void> {
    const deadline = performance.now() + PATIENCE_SECONDS * 1000;
    while (!existsSync(path)) {
      assert.ok(performance.now() < deadline, `${path} never came`);
      await sleep(50);
    }
  }

  function watchers(): string {
    return spawnSync('pgrep', ['-f', `${folder}/state/runs/.*watch.sh`]).stdout.toString();
  }

  test('a run that is confirmed through a new connection stands', async () => {
    const host = await reach();
    const result = await apply(host, planOf([file('new\n')]), {
      ...place,
      now: new Date(),
      confirmWithinSeconds: REACHED_WITHIN_SECONDS,
    });
    assert.ok(result.kind === 'awaiting', result.kind);
    assert.equal((await listRuns(local, place))[0]?.state, 'unconfirmed');
    const { runId } = result;
    const back = await comeBack({ reopen: reach, runId, seconds: REACHED_WITHIN_SECONDS, place });
    assert.ok(back.kind === 'confirmed');
    await back.host.close();
    await sleep((REACHED_WITHIN_SECONDS + 2) * 1000);
    assert.equal(readFileSync(join(folder, 'file'), 'utf8'), 'new\n');
    assert.equal((await listRuns(local, place))[0]?.state, 'applied');
    assert.equal(watchers(), '');
    assert.equal((await rollback(host, runId, { ...place, force: false })).kind, 'undone');
    await host.close();
  });

  test('a change that lets nobody in any more is taken back, and the machine can be reached again', async () => {
    const host = await reach();
    const plan = planOf([file('new\n'), lockOut()]);
    const result = await apply(host, plan, { ...place, now: new Date(), confirmWithinSeconds: SECONDS });
    assert.ok(result.kind === 'awaiting', result.kind);
    await assert.rejects(reach(), /refused/);
    const startedMs = performance.now();
    const { runId } = result;
    const back = await comeBack({ reopen: reach, runId, seconds: SECONDS, place });
    sshd.isRestarted = true;
    assert.ok(back.kind === 'fell-back' || back.kind === 'undone', back.kind);
    assert.ok(performance.now() - startedMs < BACK_LIMIT_MS);
    assert.equal(existsSync(join(folder, 'file')), false);
    const anew = await reach();
    assert.equal((await confirm(anew, runId, place)).kind, 'undone');
    await anew.close();
    await host.close();
  });

  test('it goes back as well when nobody is there any more who could confirm', async () => {
    const script = join(folder, 'operator.ts');
    const source = (path: string): string => JSON.stringify(new URL(`../../src/${path}`, import.meta.url).href);
    writeFileSync(
      script,
      `import { apply } from ${source('engine/apply.ts')};
import { openHost } from ${source('host/open.ts')};
const host = await openHost(${JSON.stringify(parseAddress(sshd.address))}, { sshConfig: ${JSON.stringify(sshd.sshConfig)} });
const result = await apply(host, ${JSON.stringify(planOf([file('new\n'), lockOut()]))}, { stateDirectory: ${JSON.stringify(place.stateDirectory)}, now: new Date(), confirmWithinSeconds: ${String(SECONDS)} });
console.log(result.kind);
setInterval(() => undefined, 1000);
`,
    );
    const operator = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(operator.stdout, 'data');
    operator.kill('SIGKILL');
    await untilUndone();
    assert.equal(existsSync(join(folder, 'file')), false);
    await sshd.listening();
    const anew = await reach();
    await anew.close();
  });

  test('a connection that breaks in the middle of the run does not leave the machine in between', async () => {
    const host = await reach();
    const gate = join(folder, 'gate');
    const wait = ['sh', '-c', `until [ -e ${gate} ]; do sleep 0.1; done`] as const;
    const slow: PlannedChange = { kind: 'command', title: 'wait', run: wait, undo: ['true'], touches: [] };
    const applying = apply(host, planOf([file('new\n'), slow]), {
      ...place,
      now: new Date(),
      confirmWithinSeconds: PATIENCE_SECONDS,
    });
    await untilThere(join(folder, 'file'));
    await host.close();
    writeFileSync(gate, '');
    const result = await applying;
    assert.ok(result.kind === 'lost', result.kind);
    const { runId } = result;
    const back = await comeBack({ reopen: reach, runId, seconds: PATIENCE_SECONDS, place });
    assert.ok(back.kind === 'confirmed', back.kind);
    await back.host.close();
    assert.equal(readFileSync(join(folder, 'file'), 'utf8'), 'new\n');
  });

  test('another run waits until this one is confirmed', async () => {
    const first = await apply(local, planOf([file('one\n')]), { ...place, now: new Date(), confirmWithinSeconds: 30 });
    assert.equal(first.kind, 'awaiting');
    const second = await apply(local, planOf([file('two\n')]), { ...place, now: new Date() });
    assert.equal(second.kind, 'unconfirmed');
    assert.equal((await rollback(local, 'last', { ...place, force: false })).kind, 'undone');
    await sleep(1500);
    assert.equal(watchers(), '');
  });

  test('confirming in the last moment: what is said to stand stands', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const own = { stateDirectory: join(folder, `state${String(round)}`) };
      const content = `round ${String(round)}\n`;
      const result = await apply(local, planOf([file(content)]), { ...own, now: new Date(), confirmWithinSeconds: 1 });
      const runId = result.kind === 'awaiting' ? result.runId : '';
      await sleep(850 + round * 60);
      const said = await confirm(local, runId, own);
      await sleep(1500);
      const [run] = await listRuns(local, own);
      if (said.kind === 'confirmed') {
        assert.equal(run?.state, 'applied', String(round));
        assert.equal(readFileSync(join(folder, 'file'), 'utf8'), content);
        await rollback(local, runId, { ...own, force: false });
      } else {
        assert.equal(run?.state, 'undone', `${said.kind} ${String(round)}`);
      }
    }
  });
});
