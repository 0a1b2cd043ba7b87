/** A process that records runs, and says of each when it is acknowledged: `writer.ts FOLDER AT-ONCE NAME…` */
import process from 'node:process';
import { evidenceFiles } from '../../src/evidence/folder.ts';
import { Recorder } from '../../src/evidence/record.ts';
import { runOf } from './evidence.ts';

const [folder = '', atOnce = '1', ...names] = process.argv.slice(2);
const recorder = new Recorder(evidenceFiles(folder));
const waiting = [...names];

async function work(): Promise<void> {
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    const result = await recorder.record(runOf(name));
    process.stdout.write(result.kind === 'recorded' ? `recorded ${name}\n` : `failed ${name} ${result.reason}\n`);
  }
}

await Promise.all(Array.from({ length: Number(atOnce) }, work));
