import { INSTALL_INCIDENTS } from './install-incidents.js';
import { describeIncidents } from './suite.js';

describeIncidents('incidents at install', INSTALL_INCIDENTS);
