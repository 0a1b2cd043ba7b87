import type { DependenciesState } from '../controls/dependencies/state.ts';
import { plural } from '../core/describe.ts';
import type { Diagnostic } from '../core/diagnostic.ts';
import { EXIT, type ExitCode } from '../core/error.ts';
import { SBOM_FORMATS, type SbomFormat } from '../report/sbom/index.ts';
import { type AdvisoryOptions, advisoriesOf } from './advisories.ts';
import type { ConnectionOptions } from './connection.ts';
import { takeBill } from './deps-bill.ts';
import { loadDependenciesWish, narrowed, type ScopeOptions, scopeOf } from './deps-scope.ts';
import { printDiagnostics } from './diagnostics.ts';
import { writeOutput } from './output.ts';
import { targetOf, withHost } from './session.ts';

export interface DepsSbomCommandOptions extends AdvisoryOptions, ConnectionOptions, ScopeOptions {
  readonly format: SbomFormat;
  readonly output?: string;
}

/** `freehold deps sbom` */
export async function depsSbomCommand(address: string | undefined, options: DepsSbomCommandOptions): Promise<ExitCode> {
  const target = targetOf(address, options);
  const scope = scopeOf(target.address, options);
  const wish = await loadDependenciesWish(options);
  const surroundings = { now: new Date(), advisories: advisoriesOf(options) };
  return withHost(target, async (host) => {
    const { bill, state } = await takeBill(host, await narrowed(wish, scope, host), surroundings);
    printDiagnostics(whatIsMissing(state));
    writeOutput(SBOM_FORMATS[options.format].render(bill), options.output);
    return EXIT.clean;
  });
}

/** The bill says so as well; what each thing is that could not be read is told there. */
function whatIsMissing({ knowledge, problems, places }: DependenciesState): readonly Diagnostic[] {
  const count = problems.length + places.flatMap((place) => place.problems).length;
  const unread = `${plural(count, 'thing')} could not be read, and the bill is incomplete; it says which.`;
  return [
    ...(count === 0 ? [] : [{ code: 'deps/unread', level: 'warning', message: unread } as const]),
    ...(knowledge.kind === 'advisories'
      ? []
      : [
          {
            code: 'advisories/none',
            level: 'warning',
            message: `${knowledge.reason} The bill names no vulnerabilities.`,
            hint: knowledge.hint,
          } as const,
        ]),
  ];
}
