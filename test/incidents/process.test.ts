import { PROCESS_INCIDENTS } from './process-incidents.js';
import { describeIncidents } from './suite.js';

describeIncidents("incidents inside of a test's process", PROCESS_INCIDENTS);
