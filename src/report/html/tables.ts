import { deniedTable } from './denied-table.js';
import { destinationTable } from './destination-table.js';
import { findingTable } from './finding-table.js';
import type { PageData } from './page-data.js';
import { queryTable } from './query-table.js';
import { requestTable } from './request-table.js';
import type { PageTable } from './table.js';

/** All tables of the page; those about nothing that was seen are not there, except for the destinations. */
export function tablesOf(data: PageData): PageTable[] {
  return [
    destinationTable(data),
    ...(data.findings.length === 0 ? [] : [findingTable(data)]),
    ...(data.queries.length === 0 ? [] : [queryTable(data)]),
    ...(data.denied.length === 0 ? [] : [deniedTable(data)]),
    ...(data.requests.length === 0 ? [] : [requestTable(data)]),
  ];
}
