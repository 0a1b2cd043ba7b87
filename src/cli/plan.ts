import process from 'node:process';
import { EXIT, type ExitCode } from '../core/error.ts';
import { makePlan } from '../engine/plan.ts';
import { PLAN_FORMATS, type PlanFormat } from '../report/index.ts';
import type { AdvisoryOptions } from './advisories.ts';
import { requireBlueprint } from './blueprint.ts';
import type { ConnectionOptions } from './connection.ts';
import { writeOutput } from './output.ts';
import { auditNow, targetOf, withHost } from './session.ts';
import { terminalOptions } from './terminal.ts';

export interface PlanCommandOptions extends ConnectionOptions, AdvisoryOptions {
  readonly blueprint?: string;
  readonly format: PlanFormat;
  readonly output?: string;
}

/** `freehold plan` */
export async function planCommand(address: string | undefined, options: PlanCommandOptions): Promise<ExitCode> {
  const blueprint = await requireBlueprint(options.blueprint);
  const plan = await withHost(targetOf(address, options), async (host) =>
    makePlan(await auditNow(host, blueprint, options), host),
  );
  const terminal = terminalOptions(process.stdout);
  const color = terminal.color && options.output === undefined;
  writeOutput(PLAN_FORMATS[options.format].render(plan, { ...terminal, color }), options.output);
  return plan.steps.length + plan.leftOut.length > 0 ? EXIT.findings : EXIT.clean;
}
