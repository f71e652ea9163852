import { networkFirewall, networkFirewallSuricata } from './aws/network-firewall.js';
import { route53 } from './aws/route53.js';
import { securityGroup } from './aws/security-group.js';
import { terraformNetworkFirewall } from './aws/terraform-network-firewall.js';
import { terraformRoute53 } from './aws/terraform-route53.js';
import { dnsmasq } from './dns/dnsmasq.js';
import { rpz } from './dns/rpz.js';
import { unbound } from './dns/unbound.js';
import type { Exporter } from './exporter.js';
import type { TargetFormat } from './format.js';
import { cilium } from './kubernetes/cilium.js';
import { clusterNetworkPolicy } from './kubernetes/cluster-network-policy.js';
import { istio } from './kubernetes/istio.js';
import { nftables } from './packets/nftables.js';
import { suricata } from './packets/suricata.js';
import { envoy } from './proxy/envoy.js';
import { haproxy } from './proxy/haproxy.js';
import { squid } from './proxy/squid.js';
import { copilotFirewall } from './runners/copilot-firewall.js';
import { githubEgressFirewall } from './runners/github-egress-firewall.js';
import { hardenRunner } from './runners/harden-runner.js';

/** One pure function for each target. */
export const EXPORTERS: Readonly<Record<TargetFormat, Exporter>> = {
  route53,
  'network-firewall': networkFirewall,
  'network-firewall-suricata': networkFirewallSuricata,
  'security-group': securityGroup,
  'terraform-route53': terraformRoute53,
  'terraform-network-firewall': terraformNetworkFirewall,
  suricata,
  cilium,
  'k8s-cluster-network-policy': clusterNetworkPolicy,
  istio,
  squid,
  envoy,
  haproxy,
  dnsmasq,
  unbound,
  rpz,
  nftables,
  'github-egress-firewall': githubEgressFirewall,
  'harden-runner': hardenRunner,
  'copilot-firewall': copilotFirewall,
};
