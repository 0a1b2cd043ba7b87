#!/usr/bin/env node
import process from 'node:process';
import { setFlagsFromString } from 'node:v8';
import { run } from './run.ts';

/** The engines that are known to have the setting, and to ask for it each time that it counts. */
const STEADY_NURSERY = /^1[34]\./;

// Ten thousand packages pass through in a moment, and V8 would let its nursery grow as for a server: 60 MiB for nothing.
if (STEADY_NURSERY.test(process.versions.v8)) setFlagsFromString('--semi-space-growth-factor=1');

process.exitCode = await run(process.argv.slice(2));
