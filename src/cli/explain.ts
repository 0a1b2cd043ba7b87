import process from 'node:process';
import { nearestName } from '../core/nearest-name.ts';
import { controls } from '../controls/index.ts';
import type { Explanation } from '../core/control.ts';
import { EXIT, type ExitCode, FreeholdError } from '../core/error.ts';
import { renderExplanation } from '../report/explanation.ts';
import { terminalOptions } from './terminal.ts';

/** `freehold explain` */
export function explainCommand(topic: string | undefined): ExitCode {
  if (topic === undefined) {
    process.stdout.write(
      controls
        .flatMap((control) => control.topics())
        .map((one) => `${one}\n`)
        .join(''),
    );
    return EXIT.clean;
  }
  process.stdout.write(renderExplanation(requireExplanation(topic), terminalOptions(process.stdout)));
  return EXIT.clean;
}

function requireExplanation(topic: string): Explanation {
  for (const control of controls) {
    const explanation = control.explain(topic);
    if (explanation !== undefined) return explanation;
  }
  const topics = controls.flatMap((control) => control.topics());
  // People type the key alone as well as the whole id.
  const nearest = nearestName(
    topic,
    topics.flatMap((one) => [one, one.slice(one.lastIndexOf('/') + 1)]),
  );
  const hint =
    nearest === undefined
      ? '`freehold explain` lists every topic.'
      : `Did you mean ${nearest}? \`freehold explain\` lists every topic.`;
  throw new FreeholdError('usage', [
    { code: 'explain/unknown-topic', level: 'error', message: `Freehold knows nothing of ${topic}.`, hint },
  ]);
}
