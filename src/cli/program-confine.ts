import type { Command } from 'commander';
import type { ConfineParts } from './confine-parts.ts';
import { addConfineCan, addConfineDiff, addConfineReplay } from './program-confine-compiled.ts';
import { addConfineLearn } from './program-confine-learn.ts';
import { addConfineLint } from './program-confine-lint.ts';
import { addConfineLog } from './program-confine-log.ts';
import { addConfineMode } from './program-confine-mode.ts';
import { addConfineProbe } from './program-confine-probe.ts';
import { addConfineStatus } from './program-confine-status.ts';

/** The commands about AppArmor. */
export function addConfineCommands(program: Command, parts: ConfineParts): void {
  const confine = program
    .command('confine')
    .description('AppArmor: what profiles permit, what programs do, and how to bring the two together');
  addConfineStatus(confine, parts);
  addConfineLog(confine, parts);
  addConfineLearn(confine, parts);
  addConfineLint(confine, parts);
  addConfineCan(confine, parts);
  addConfineDiff(confine, parts);
  addConfineReplay(confine, parts);
  addConfineMode(confine, parts);
  addConfineProbe(confine, parts);
}
