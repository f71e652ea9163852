import { INCIDENTS } from './catalogue.js';
import { describeIncidents } from './suite.js';

describeIncidents(
  'incidents at install',
  INCIDENTS.filter(({ phase }) => phase === 'install'),
);
