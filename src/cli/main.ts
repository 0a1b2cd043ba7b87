#!/usr/bin/env node
import process from 'node:process';
import { setUpEngine } from './engine.ts';
import { run } from './run.ts';

setUpEngine();
process.exitCode = await run(process.argv.slice(2));
