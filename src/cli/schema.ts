import process from 'node:process';
import { blueprintJsonSchema } from '../blueprint/index.ts';
import { controls, knownKeys } from '../controls/index.ts';
import { EXIT, type ExitCode } from '../core/error.ts';
import { accessLogSchema } from '../report/confinement/access-log-schema.ts';
import { canSchema } from '../report/confinement/can-schema.ts';
import { diffSchema } from '../report/confinement/diff-schema.ts';
import { learnSchema } from '../report/confinement/learn-schema.ts';
import { probeSchema } from '../report/confinement/probe-schema.ts';
import { replaySchema } from '../report/confinement/replay-schema.ts';
import { lintSchema } from '../report/lint/schema.ts';
import { confinementStatusSchema } from '../report/confinement/schema.ts';
import { verifyReportSchema } from '../report/verify/schema.ts';
import { auditReportSchema, fleetReportSchema, planSchema, publishedSchema } from '../report/json-schema.ts';

export type SchemaName =
  | 'blueprint'
  | 'audit'
  | 'fleet'
  | 'plan'
  | 'verify'
  | 'confinement'
  | 'access-log'
  | 'confine-can'
  | 'confine-diff'
  | 'confine-replay'
  | 'confine-learn'
  | 'confine-probe'
  | 'lint';

/** `freehold schema` */
export function schemaCommand(name: SchemaName): ExitCode {
  process.stdout.write(`${JSON.stringify(schemaOf(name), null, 2)}\n`);
  return EXIT.clean;
}

function schemaOf(name: SchemaName): unknown {
  switch (name) {
    case 'blueprint':
      return blueprintJsonSchema({ controls, knownKeys: knownKeys() });
    case 'audit':
      return publishedSchema(auditReportSchema);
    case 'fleet':
      return publishedSchema(fleetReportSchema);
    case 'plan':
      return publishedSchema(planSchema);
    case 'verify':
      return publishedSchema(verifyReportSchema);
    case 'confinement':
      return publishedSchema(confinementStatusSchema);
    case 'access-log':
      return publishedSchema(accessLogSchema);
    case 'confine-can':
      return publishedSchema(canSchema);
    case 'confine-diff':
      return publishedSchema(diffSchema);
    case 'confine-replay':
      return publishedSchema(replaySchema);
    case 'confine-learn':
      return publishedSchema(learnSchema);
    case 'confine-probe':
      return publishedSchema(probeSchema);
    case 'lint':
      return publishedSchema(lintSchema);
  }
}
