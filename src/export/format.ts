/** What the list can be written as; `text` and `json` are for people and programs, the others for a firewall each. */
export const FORMATS = [
  'text',
  'json',
  'route53',
  'network-firewall',
  'network-firewall-suricata',
  'security-group',
  'terraform-route53',
  'terraform-network-firewall',
  'suricata',
  'cilium',
  'k8s-cluster-network-policy',
  'istio',
  'squid',
  'envoy',
  'haproxy',
  'dnsmasq',
  'unbound',
  'rpz',
  'nftables',
  'github-egress-firewall',
  'harden-runner',
  'copilot-firewall',
] as const;
export type Format = (typeof FORMATS)[number];
/** The formats that a firewall reads. */
export type TargetFormat = Exclude<Format, 'text' | 'json'>;
