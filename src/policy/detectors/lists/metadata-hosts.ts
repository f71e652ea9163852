/**
 * Where clouds answer questions about the machine and give out its credentials: canonical address or name → whose.
 * Source: each provider's documentation of its instance metadata service. Reviewed 2026-11-24.
 */
export const METADATA_HOSTS: ReadonlyMap<string, string> = new Map([
  ['169.254.169.254', 'the instance metadata of most clouds'],
  ['169.254.170.2', 'credentials of an Amazon ECS task'],
  ['169.254.170.23', 'credentials of an Amazon EKS pod'],
  ['fd00:ec2::254', 'instance metadata of Amazon EC2'],
  ['fd00:ec2::23', 'credentials of an Amazon EKS pod'],
  ['fd20:ce::254', 'instance metadata of Google Cloud'],
  ['168.63.129.16', 'the wire server of Azure'],
  ['100.100.100.200', 'instance metadata of Alibaba Cloud'],
  ['192.0.0.192', 'instance metadata of Oracle Cloud'],
  ['metadata.google.internal', 'instance metadata of Google Cloud'],
  ['metadata.goog', 'instance metadata of Google Cloud'],
  ['instance-data.ec2.internal', 'instance metadata of Amazon EC2'],
  ['instance-data', 'instance metadata of Amazon EC2'],
]);
