import type { CorpusCase } from './case.js';

export declare const CASES: readonly CorpusCase[];
