/** Key of a flow for the comparison of the two witnesses. */
export function flowKey(sourcePort: number, address: string, port: number): string {
  return `${sourcePort} ${address} ${port}`;
}
