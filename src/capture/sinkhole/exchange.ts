import type { Readable } from 'node:stream';
import type { RecordedHeader, RequestEvent } from '../../model/event.js';
import type { EventSink } from '../events.js';
import type { Field } from '../recognize/http-head.js';
import type { HttpAnswer, HttpAnswers } from './recorded-answers.js';
import { redactTarget } from './redact-target.js';

/** One request of either version of HTTP, with the means to answer it. */
export interface Exchange {
  readonly method: string;
  /** With its query, as it was sent. */
  readonly path: string;
  readonly fields: readonly Field[];
  readonly body: Readable;
  respond(answer: HttpAnswer): void;
}

/** What is known of the connection that carries a request. */
export type Carrier = Pick<RequestEvent, 'actorId' | 'connectionId' | 'host' | 'port' | 'protocol'>;

export interface ExchangeOptions {
  readonly sink: EventSink;
  /** Milliseconds since the run's start. */
  readonly now: () => number;
  readonly answers: HttpAnswers;
  /** Whether values of queries and headers and the beginnings of bodies are kept: they may be the user's secrets. */
  readonly reveal: boolean;
  /** Told once when no more requests are recorded; they are answered all the same. */
  readonly onLimit: () => void;
}

/** Bytes kept of a body: enough for what a request is about. */
const MAXIMUM_BODY = 4096;
/** Characters kept of a path: more than servers take in by default. */
const MAXIMUM_PATH = 8192;
/** Header fields kept of one request. */
const MAXIMUM_FIELDS = 128;
/** Requests recorded in one run, and characters of text in all of them, since all of it is held in memory. */
const MAXIMUM_REQUESTS = 50_000;
const MAXIMUM_TEXT = 64 * 1024 * 1024;

/** Answers exchanges and records them. */
export function createExchanges(options: ExchangeOptions): (exchange: Exchange, carrier: Carrier) => void {
  const { sink, now, answers, reveal } = options;
  let requests = 0;
  let text = 0;
  let isFull = false;
  const admit = (length: number): boolean => {
    requests += 1;
    text += length;
    if (requests <= MAXIMUM_REQUESTS && text <= MAXIMUM_TEXT) return true;
    if (!isFull) options.onLimit();
    isFull = true;
    return false;
  };
  return (exchange, carrier) => {
    const { method, body } = exchange;
    const path = (reveal ? exchange.path : redactTarget(exchange.path)).slice(0, MAXIMUM_PATH);
    const headers = exchange.fields.slice(0, MAXIMUM_FIELDS).map((field) => recorded(field, reveal));
    const base = { kind: 'request', ...carrier, at: now(), method, path, headers } as const;
    const isRecorded = admit(path.length + lengthOf(headers) + (reveal ? MAXIMUM_BODY : 0));
    const id = isRecorded ? sink.nextId() : 0;
    const kept: Buffer[] = [];
    let keptBytes = 0;
    let bodyBytes = 0;
    let isDone = false;
    const emit = (status: number): void => {
      if (!isRecorded) return;
      sink.emit({ ...base, id, bodyBytes, body: reveal ? Buffer.concat(kept).toString() : null, status });
    };
    // What the journal knows of a run that is killed in the middle of a body.
    emit(0);
    body.on('data', (chunk: Buffer) => {
      bodyBytes += chunk.length;
      if (!reveal || keptBytes >= MAXIMUM_BODY) return;
      const part = chunk.subarray(0, MAXIMUM_BODY - keptBytes);
      // A copy: the chunk is a part of a larger buffer, which would be held as well.
      kept.push(Buffer.from(part));
      keptBytes += part.length;
    });
    const conclude = (status: number): void => {
      if (isDone) return;
      isDone = true;
      emit(status);
    };
    body.on('end', () => {
      if (isDone) return;
      const answer = answers({ host: carrier.host, method, path: exchange.path });
      exchange.respond(answer);
      conclude(answer.status);
    });
    body.on('error', () => {});
    body.on('close', () => conclude(0));
  };
}

function recorded({ name, value }: Field, reveal: boolean): RecordedHeader {
  return { name, bytes: value.length, value: reveal ? value : null };
}

function lengthOf(headers: readonly RecordedHeader[]): number {
  return headers.reduce((sum, { name, value }) => sum + name.length + (value?.length ?? 0), 0);
}
