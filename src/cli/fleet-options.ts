import { InvalidArgumentError, Option, type Command } from 'commander';
import type { WaveSize } from '../fleet/waves.ts';
import type { TargetOptions } from './targets.ts';

/** How a command works on many machines. */
export interface FleetOptions extends TargetOptions {
  readonly concurrency: number;
  /** Seconds. */
  readonly hostTimeout: number;
  readonly retries: number;
}

const CONCURRENCY = 16;
const HOST_TIMEOUT_SECONDS = 180;
const RETRIES = 2;
const HIGHEST_CONCURRENCY = 500;

export function withFleet(command: Command): Command {
  return command
    .option('-i, --inventory <file...>', 'an Ansible inventory (INI, YAML, a folder), besides the blueprint’s own')
    .addOption(
      new Option('--concurrency <number>', 'how many machines at the same time')
        .argParser((text) => wholeNumber(text, { from: 1, to: HIGHEST_CONCURRENCY }))
        .default(CONCURRENCY),
    )
    .addOption(
      new Option('--host-timeout <seconds>', 'how long one machine of many may take')
        .argParser((text) => wholeNumber(text, { from: 1, to: Number.MAX_SAFE_INTEGER }))
        .default(HOST_TIMEOUT_SECONDS),
    )
    .addOption(
      new Option('--retries <number>', 'how often a failed connection to one of many is tried again')
        .argParser((text) => wholeNumber(text, { from: 0, to: 10 }))
        .default(RETRIES),
    );
}

/** `5` machines, or `10%` of them. */
export function waveSize(text: string): WaveSize {
  const match = /^(\d{1,3})%$/.exec(text);
  if (match === null) return { kind: 'count', count: wholeNumber(text, { from: 1, to: Number.MAX_SAFE_INTEGER }) };
  return { kind: 'share', percent: wholeNumber(match[1] ?? '', { from: 1, to: 100 }) };
}

export function wholeNumber(text: string, { from, to }: { readonly from: number; readonly to: number }): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= from && value <= to) return value;
  throw new InvalidArgumentError(`It must be a whole number from ${String(from)} to ${String(to)}.`);
}
