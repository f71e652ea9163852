import { INCIDENTS } from './catalogue.js';
import { describeIncidents } from './suite.js';

describeIncidents(
  "incidents inside of a test's process",
  INCIDENTS.filter(({ phase }) => phase === 'test'),
);
