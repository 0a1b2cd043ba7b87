import type { Command } from 'commander';
import type { ConfineParts } from './confine-parts.ts';
import { addConfineCan, addConfineDiff } from './program-confine-compiled.ts';

/** The commands about AppArmor. */
export function addConfineCommands(program: Command, parts: ConfineParts): void {
  const confine = program
    .command('confine')
    .description('AppArmor: what profiles permit, what programs do, and how to bring the two together');
  addConfineCan(confine, parts);
  addConfineDiff(confine, parts);
}
