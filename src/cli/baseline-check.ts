import process from 'node:process';
import { integrity } from '../controls/integrity/index.ts';
import { integrityPolicy } from '../controls/integrity/policy.ts';
import type { ExitCode } from '../core/error.ts';
import { noAdvisories } from '../core/surroundings.ts';
import { audit } from '../engine/audit.ts';
import { exitCodeOf, type FailOn } from '../engine/threshold.ts';
import { AUDIT_FORMATS, type AuditFormat } from '../report/index.ts';
import { type BaselineOptions, loadBaselineWish } from './baseline-wish.ts';
import { writeOutput } from './output.ts';
import { targetOf, withHost } from './session.ts';
import { terminalOptions } from './terminal.ts';
import { freeholdVersion } from './version.ts';

export interface BaselineCheckCommandOptions extends BaselineOptions {
  readonly format: AuditFormat;
  readonly output?: string;
  readonly failOn: FailOn;
  readonly paranoid?: boolean;
}

/** `freehold baseline check`: the audit of this part alone. */
export async function baselineCheckCommand(
  address: string | undefined,
  options: BaselineCheckCommandOptions,
): Promise<ExitCode> {
  const { blueprint: whole, policy, trust } = await loadBaselineWish(options);
  const section = integrityPolicy.parse({
    trust,
    baseline: options.paranoid === true ? { ...policy, paranoid: true } : policy,
  });
  const blueprint = {
    ...whole,
    policies: new Map([[integrity.id, section]]),
    // A waiver for something else isn't idle because that isn't looked at.
    waivers: whole.waivers.filter(({ finding }) => /^(?:integrity\/baseline|\*)/.test(finding)),
  };
  return withHost(targetOf(address, options), async (host) => {
    const report = await audit({
      host,
      blueprint,
      controls: [integrity],
      version: freeholdVersion(),
      startedAt: new Date(),
      advisories: noAdvisories,
    });
    const terminal = terminalOptions(process.stdout);
    const color = terminal.color && options.output === undefined;
    const verbosity = 'default';
    writeOutput(AUDIT_FORMATS[options.format].render(report, { ...terminal, color, verbosity }), options.output);
    return exitCodeOf(report, options.failOn);
  });
}
