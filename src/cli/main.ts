#!/usr/bin/env node
import { directCaller } from '../run/caller.js';
import { start } from './start.js';

start(process.argv.slice(2), directCaller());
