import type { Command, Option } from 'commander';
import type { ExitCode } from '../core/error.ts';

/** What all subcommands of `freehold confine` are made with. */
export interface ConfineParts {
  readonly end: (code: ExitCode) => void;
  /** Adds what every command on one machine and with a blueprint has. */
  readonly common: (command: Command) => Command;
  /** What the machine can be. */
  readonly host: string;
  readonly failOn: () => Option;
  readonly formats: readonly string[];
}
