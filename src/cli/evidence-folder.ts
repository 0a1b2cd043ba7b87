import { join } from 'node:path';
import process from 'node:process';
import { stateFolder } from './state-folder.ts';

const ROOT = 0;
/** Where the runs of this machine are kept as well. */
const MACHINE_STATE_FOLDER = '/var/lib/freehold';

/** Where keys, ledger and reports lie: root's are those of the machine, everybody else has their own. `FREEHOLD_EVIDENCE` names another. */
export function evidenceFolder(): string {
  const named = process.env['FREEHOLD_EVIDENCE'] ?? '';
  if (named !== '') return named;
  return join(process.getuid?.() === ROOT ? MACHINE_STATE_FOLDER : stateFolder(), 'evidence');
}
