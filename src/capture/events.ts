import type { EgressEvent } from '../model/event.js';

/** Where captured events go. An event of the same id replaces the earlier state of a flow that was still open. */
export interface EventSink {
  nextId(): number;
  emit(event: EgressEvent): void;
}
