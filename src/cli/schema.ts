import process from 'node:process';
import { blueprintJsonSchema } from '../blueprint/index.ts';
import { controls, knownKeys } from '../controls/index.ts';
import { EXIT, type ExitCode } from '../core/error.ts';
import { confinementStatusSchema } from '../report/confinement/schema.ts';
import { verifyReportSchema } from '../report/verify/schema.ts';
import { auditReportSchema, fleetReportSchema, planSchema, publishedSchema } from '../report/json-schema.ts';

export type SchemaName = 'blueprint' | 'audit' | 'fleet' | 'plan' | 'verify' | 'confinement';

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
  }
}
