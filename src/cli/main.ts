#!/usr/bin/env node
import process from 'node:process';
import { setFlagsFromString } from 'node:v8';
import { run } from './run.ts';

/** The engines that are known to have the settings, and to ask for them each time that they count. */
const THRIFTY = /^1[34]\./;

// Ten thousand packages or a log of 200,000 lines pass through in a moment, and V8 would let its heap grow as for a server: nothing
// of it for a nursery of 60 MiB, and at most as much again as is in use for all else.
if (THRIFTY.test(process.versions.v8)) {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--heap-growing-percent=100');
}

process.exitCode = await run(process.argv.slice(2));
