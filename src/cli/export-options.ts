import type { BlockResponse, ExportOptions } from '../export/exporter.js';
import { formatHost, parseHost } from '../policy/host.js';
import { UsageError } from './usage-error.js';

/** What the command line says of an export, as it was typed. */
export interface ExportFlags {
  readonly redirection?: 'inspect' | 'trust';
  readonly blockResponse: string;
  readonly resolver?: string;
}

/** @throws UsageError */
export function exportOptions(flags: ExportFlags): ExportOptions {
  return {
    redirection: flags.redirection ?? null,
    blockResponse: blockResponse(flags.blockResponse),
    resolver: flags.resolver === undefined ? null : address(flags.resolver),
  };
}

function blockResponse(value: string): BlockResponse {
  if (value === 'nxdomain' || value === 'nodata') return { kind: value };
  const host = value.startsWith('override=') ? parseHost(value.slice('override='.length)) : null;
  if (host?.kind === 'name') return { kind: 'override', name: host.name };
  throw new UsageError(
    `expected nxdomain, nodata, or override= and a name as --block-response, got ${value}`,
  );
}

function address(value: string): string {
  const host = parseHost(value);
  if (host?.kind === 'address' && host.zone === null) return formatHost(host);
  throw new UsageError(`expected an IPv4 or IPv6 address as --resolver, got ${value}`);
}
