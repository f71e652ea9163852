/** Flows that the witness has seen, up to a maximum. */
export interface FlowBook {
  /** `full` for a flow that is not in the book, and finds no room in it. */
  note(flow: string): 'new' | 'known' | 'full';
}

/** @param maximum Flows that are told apart */
export function createFlowBook(maximum: number): FlowBook {
  const flows = new Set<string>();
  return {
    note: (flow) => {
      if (flows.has(flow)) return 'known';
      if (flows.size >= maximum) return 'full';
      flows.add(flow);
      return 'new';
    },
  };
}
