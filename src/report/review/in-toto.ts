import { createHash } from 'node:crypto';
import type { Actor } from '../../model/actor.js';
import type { Destination } from '../../model/destination.js';
import type { RunRecord } from '../../model/record.js';
import type { Review } from '../../model/review.js';
import { jsonLine } from '../json-text.js';
import { encoded, personReader } from './people.js';

const PREDICATE = 'https://in-toto.io/attestation/runtime-trace/v0.1';

/**
 * in-toto statements with a runtime trace as predicate (in-toto attestation framework, predicates/runtime-trace.md), one
 * a line and a run; unsigned. Entries of the network have the field names that the next version of the predicate asks
 * for. The subject is what the run was made of: its package lock and its lock, else its command.
 */
export function inToto(review: Review): string {
  return review.runs.map(({ record }) => `${jsonLine(statementOf(review, record))}\n`).join('');
}

function statementOf(review: Review, record: RunRecord) {
  const { run, capture } = record;
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: subjectsOf(review, record),
    predicateType: PREDICATE,
    predicate: {
      monitor: {
        type: `urn:egresslock:monitor:${review.version}`,
        tracePolicy: {
          mode: run.mode,
          backend: capture.backend,
          verdict: capture.verdict,
          counts: capture.counts,
        },
      },
      monitoredProcess: {
        // The project's name for its machine would differ from run to run, and tell where it stands.
        hostID: 'urn:egresslock:host:local',
        type: `urn:egresslock:phase:${encoded(run.phase)}`,
        event: run.id,
      },
      monitorLog: { process: processesOf(record), network: networkOf(record) },
      metadata: {
        buildStartedOn: run.startedAt,
        ...(run.durationMs === null
          ? {}
          : { buildFinishedOn: new Date(Date.parse(run.startedAt) + run.durationMs).toISOString() }),
      },
    },
  };
}

function subjectsOf({ files }: Review, { run }: RunRecord) {
  const found = [files.packageLock, files.egressLock].filter((file) => file !== null);
  if (found.length > 0) return found.map(({ path, sha256 }) => ({ name: path, digest: { sha256 } }));
  const sha256 = createHash('sha256').update(JSON.stringify(run.command)).digest('hex');
  return [{ name: 'command', digest: { sha256 } }];
}

/** The processes that have events of their own, and those above them. */
function processesOf({ actors, events }: RunRecord) {
  const byId = new Map(actors.map((actor) => [actor.id, actor]));
  const kept = new Set<number>();
  for (let { actorId } of events) {
    for (; actorId !== null && !kept.has(actorId); actorId = byId.get(actorId)?.parentId ?? null)
      kept.add(actorId);
  }
  return actors.filter(({ id }) => kept.has(id)).map(processOf);
}

function processOf({ id, parentId, pid, executable, argv }: Actor) {
  return { eventType: 'exec', id, parentId, pid, processBinary: executable, arguments: argv };
}

function networkOf(record: RunRecord) {
  const personOf = personReader(record);
  return record.destinations.flatMap((to) =>
    placesOf(to).map((place) => ({
      ...place,
      applicationProtocol: to.protocol,
      verdict: to.verdict,
      connections: to.connections,
      bytesSent: to.bytesSent,
      bytesReceived: to.bytesReceived,
      failures: to.failures,
      invokingProcess: to.attributions.map((one) => {
        const { kind, name, version, purl } = personOf(one);
        return { kind, name, version, purl, evidence: one.evidence, actor: one.actorId };
      }),
    })),
  );
}

/** One entry an address; one with the host alone where none is known. */
function placesOf({ host, port, transport, addresses }: Destination) {
  // The predicate has no port 0, and no transport but those.
  const where = {
    ...(port === null || port === 0 ? {} : { port }),
    ...(transport === 'other' ? {} : { protocol: transport }),
  };
  if (addresses.length === 0) return [{ hostname: host, ...where }];
  return addresses.map((ip) => (ip === host ? { ip, ...where } : { ip, hostname: host, ...where }));
}
