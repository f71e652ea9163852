import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { SandboxError } from '../../sandbox/sandbox-error.js';
import type { AgentOrder } from './messages.js';

/** Name of the gateway's end of the veth pair, and of the sandbox's. */
export const GATEWAY_INTERFACE = 'guard0';
const SANDBOX_INTERFACE = 'egress0';
/** Large frames make the relay cheap; both ends must agree (facts: sandbox wiring). */
const MTU = 65_520;

/**
 * Joins the current network namespace (the gateway's) to the sandbox's, and makes every address local here, so
 * that whatever the sandbox calls is accepted here and forwarded by nobody. Returns the interface's index.
 * @throws SandboxError `setup-failed`
 */
export function configureNetwork(order: AgentOrder): number {
  const { link, offer, tools, holderPid } = order;
  const here = [
    `link add ${GATEWAY_INTERFACE} mtu ${MTU} type veth peer name ${SANDBOX_INTERFACE} mtu ${MTU} netns ${holderPid}`,
    'link set lo up',
    `addr add ${link.ipv4.gateway}/31 dev ${GATEWAY_INTERFACE}`,
    ...(offer.ipv6 ? [`addr add ${link.ipv6.gateway}/127 dev ${GATEWAY_INTERFACE} nodad`] : []),
    `link set ${GATEWAY_INTERFACE} up`,
    // In the main table: in the local one replies would match the route first (facts: AnyIP).
    'route add local 0.0.0.0/0 dev lo table main',
    ...(offer.ipv6 ? ['-6 route add local ::/0 dev lo table main'] : []),
  ];
  const there = [
    `addr add ${link.ipv4.sandbox}/31 dev ${SANDBOX_INTERFACE}`,
    ...(offer.ipv6 ? [`addr add ${link.ipv6.sandbox}/127 dev ${SANDBOX_INTERFACE} nodad`] : []),
    `link set ${SANDBOX_INTERFACE} up`,
    ...(offer.ipv4 ? [`route add default via ${link.ipv4.gateway}`] : []),
    ...(offer.ipv6 ? [`-6 route add default via ${link.ipv6.gateway}`] : []),
  ];
  batch(order, [], here);
  batch(order, [order.tools.nsenter, `--net=/proc/${holderPid}/ns/net`, '--'], there);
  if (offer.ipv6) writeFileSync('/proc/sys/net/ipv6/ip_nonlocal_bind', '1');
  return interfaceIndex(tools.ip);
}

function batch(order: AgentOrder, prefix: readonly string[], lines: readonly string[]): void {
  const [file, ...args] = [...prefix, order.tools.ip];
  // One process for lines of the same family: `ip -6` can't be switched within a batch.
  for (const family of ['', '-6']) {
    const own = lines.filter((line) => line.startsWith('-6 ') === (family === '-6'));
    if (own.length === 0 || file === undefined) continue;
    const input = own.map((line) => line.replace(/^-6 /, '')).join('\n');
    try {
      execFileSync(file, [...args, ...(family === '' ? [] : [family]), '-batch', '-'], {
        input,
        stdio: ['pipe', 'ignore', 'pipe'],
      });
    } catch (cause) {
      const reason =
        cause instanceof Error && 'stderr' in cause ? String(cause.stderr).trim() : String(cause);
      throw new SandboxError(
        'setup-failed',
        `the link between sandbox and gateway could not be made: ${reason}`,
        { cause },
      );
    }
  }
}

/** The index from /proc/net/dev_mcast or the sysfs may be another namespace's: the tool asks the kernel itself. */
function interfaceIndex(ip: string): number {
  const text = execFileSync(ip, ['-o', 'link', 'show', 'dev', GATEWAY_INTERFACE]).toString();
  return Number.parseInt(text, 10);
}
