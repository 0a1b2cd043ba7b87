/** Records the answers that lie beside it, in the lab: `node test/confinement/kernel-answers/record.ts`. See README.md. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { gzipSync } from 'node:zlib';
import { ensureImage } from '../../lab/build-image.ts';
import { LabMachine } from '../../lab/machine.ts';
import { ask } from '../../lab/questions/ask.ts';
import { pathsFor } from '../../lab/questions/paths.ts';
import { compiledIn, installQuestions, LABELS, policyTexts } from '../../lab/questions/policy.ts';

const BEST_COMPRESSION = 9;

await ensureImage((line) => process.stderr.write(`${line}\n`));
await using machine = await LabMachine.fresh();
installQuestions(machine);
const answers = ask(machine, LABELS, pathsFor(policyTexts()));
const { policy, source } = compiledIn(machine);
const versions = machine.sh('uname -r; apparmor_parser --version | head -n 1').trim().split('\n');
keep('answers.json', JSON.stringify({ versions, ...answers }));
keep('policy.bin', policy);
keep('profiles.txt', source);

function keep(name: string, content: string | Buffer): void {
  const packed = gzipSync(content, { level: BEST_COMPRESSION });
  writeFileSync(join(import.meta.dirname, `${name}.gz`), packed);
  process.stderr.write(`${name}.gz: ${String(packed.length)} bytes of ${String(content.length)}\n`);
}
