import process from 'node:process';
import type { DependenciesState } from '../controls/dependencies/state.ts';
import { identifierOf } from '../controls/dependencies/vex/identifier.ts';
import { plural } from '../core/describe.ts';
import type { Diagnostic } from '../core/diagnostic.ts';
import { EXIT, type ExitCode, FreeholdError } from '../core/error.ts';
import { renderOpenVex } from '../report/vex/openvex.ts';
import { type AdvisoryOptions, advisoriesOf, requireAdvisories } from './advisories.ts';
import type { ConnectionOptions } from './connection.ts';
import { takeBill } from './deps-bill.ts';
import { loadDependenciesWish, narrowed, type ScopeOptions, scopeOf } from './deps-scope.ts';
import { printDiagnostics } from './diagnostics.ts';
import { writeOutput } from './output.ts';
import { targetOf, withHost } from './session.ts';

export interface DepsVexCommandOptions extends AdvisoryOptions, ConnectionOptions, ScopeOptions {
  readonly author: string;
  /** What all that is found is a part of. */
  readonly product?: string;
  readonly output?: string;
}

/** `freehold deps vex` */
export async function depsVexCommand(address: string | undefined, options: DepsVexCommandOptions): Promise<ExitCode> {
  const product = productOf(options);
  const target = targetOf(address, options);
  const scope = scopeOf(target.address, options);
  const wish = await loadDependenciesWish(options);
  const advisories = advisoriesOf(options);
  await requireAdvisories(advisories);
  const now = new Date();
  return withHost(target, async (host) => {
    const { bill, state } = await takeBill(host, await narrowed(wish, scope, host), { now, advisories });
    const { text, unnamed } = renderOpenVex(bill, {
      author: options.author,
      ...(product !== undefined && { product }),
    });
    printDiagnostics(whatIsMissing(state, unnamed));
    if (text === undefined)
      process.stderr.write('Nothing is known against anything here: there is no document to write.\n');
    else writeOutput(text, options.output);
    return EXIT.clean;
  });
}

/** In its canonical form. */
function productOf({ product }: DepsVexCommandOptions): string | undefined {
  if (product === undefined) return undefined;
  const text = /^[a-z][a-z0-9+.-]*:[^\s\p{Cc}]+$/iu.test(product) ? identifierOf(product)?.text : undefined;
  if (text !== undefined) return text;
  const message = `${product} names no product.`;
  const hint = 'Write a package URL (pkg:generic/acme-server@1.2) or another address (https://…, urn:…).';
  throw new FreeholdError('usage', [{ code: 'deps/product', level: 'error', message, hint }]);
}

/** A document of VEX has no place for what could not be judged, and silence must not pass for health. */
function whatIsMissing({ knowledge, places, problems }: DependenciesState, unnamed: number): readonly Diagnostic[] {
  const unread = [...problems, ...places.flatMap((place) => place.problems)].length;
  const uncovered = knowledge.kind === 'advisories' ? [...knowledge.uncovered].sort() : [];
  const hint = '`freehold deps audit` says which.';
  const all = [
    ...(unread > 0
      ? [{ message: `${plural(unread, 'thing')} could not be read: the document says nothing of it.`, hint }]
      : []),
    ...(unnamed > 0
      ? [
          {
            message: `${plural(unnamed, 'weakness', 'weaknesses')} of packages without a package URL could not be told.`,
            hint,
          },
        ]
      : []),
    ...uncovered.map((ecosystem) => ({
      message: `There are no advisories about ${ecosystem}: the document says nothing of its packages.`,
      hint: 'Read them: freehold deps sync --from PATH-OR-ADDRESS.',
    })),
  ];
  return all.map((one) => ({ code: 'deps/unjudged', level: 'warning', ...one }));
}
