import type { Command, Option } from 'commander';
import type { ExitCode } from '../core/error.ts';
import { addConfineCan, addConfineDiff } from './program-confine-compiled.ts';

export interface ConfineParts {
  readonly end: (code: ExitCode) => void;
  /** Adds what every command on one machine and with a blueprint has. */
  readonly common: (command: Command) => Command;
  /** What the machine can be. */
  readonly host: string;
  readonly failOn: () => Option;
  readonly formats: readonly string[];
}

/** The commands about AppArmor. */
export function addConfineCommands(program: Command, parts: ConfineParts): void {
  const confine = program
    .command('confine')
    .description('AppArmor: what profiles permit, what programs do, and how to bring the two together');
  addConfineCan(confine, parts);
  addConfineDiff(confine, parts);
}
