import { quote } from '../../sandbox/scripts.js';
import type { ToolPaths } from '../../sandbox/tools.js';
import type { JoinOrder } from './messages.js';

/** Name of the gateway's end of the veth pair, and of the sandbox's. */
export const GATEWAY_INTERFACE = 'guard0';
const SANDBOX_INTERFACE = 'egress0';
/** Large frames make the relay cheap; both ends must agree (facts: sandbox wiring). */
const MTU = 65_520;
const NONLOCAL_BIND = '/proc/sys/net/ipv6/ip_nonlocal_bind';

/** Where the script runs, and how it gets to the other end. */
export type End =
  /** In the gateway's namespace. */
  | { readonly in: 'gateway' }
  /** In the sandbox's; `gateway` is the path of the other. */
  | { readonly in: 'sandbox'; readonly gateway: string };

/**
 * A script of sh(1) that joins the gateway's network namespace to the sandbox's, and makes every address local there, so
 * that whatever the sandbox calls is accepted in the gateway's and forwarded by nobody.
 */
export function networkScript({ link, offer, tools, holderPid }: Omit<JoinOrder, 'type'>, end: End): string {
  const gateway = [
    `link add ${GATEWAY_INTERFACE} mtu ${MTU} type veth peer name ${SANDBOX_INTERFACE} mtu ${MTU} netns ${holderPid}`,
    'link set lo up',
    `addr add ${link.ipv4.gateway}/31 dev ${GATEWAY_INTERFACE}`,
    ...(offer.ipv6 ? [`addr add ${link.ipv6.gateway}/127 dev ${GATEWAY_INTERFACE} nodad`] : []),
    `link set ${GATEWAY_INTERFACE} up`,
    // In the main table: in the local one replies would match the route first (facts: AnyIP).
    'route add local 0.0.0.0/0 dev lo table main',
    ...(offer.ipv6 ? ['route add local ::/0 dev lo table main'] : []),
  ];
  const sandbox = [
    `addr add ${link.ipv4.sandbox}/31 dev ${SANDBOX_INTERFACE}`,
    ...(offer.ipv6 ? [`addr add ${link.ipv6.sandbox}/127 dev ${SANDBOX_INTERFACE} nodad`] : []),
    `link set ${SANDBOX_INTERFACE} up`,
    ...(offer.ipv4 ? [`route add 0.0.0.0/0 via ${link.ipv4.gateway}`] : []),
    ...(offer.ipv6 ? [`route add ::/0 via ${link.ipv6.gateway}`] : []),
  ];
  const enter = (path: string): string => `${quote(tools.nsenter)} --net=${quote(path)} -- `;
  const toGateway = end.in === 'gateway' ? '' : enter(end.gateway);
  const toSandbox = end.in === 'sandbox' ? '' : enter(`/proc/${holderPid}/ns/net`);
  const batch = (to: string, lines: readonly string[]): string =>
    `printf '%s\\n' ${quote(lines.join('\n'))} | ${to}${quote(tools.ip)} -batch -`;
  return [
    'set -e',
    batch(toGateway, gateway),
    batch(toSandbox, sandbox),
    ...(offer.ipv6
      ? [`${toGateway}${quote(tools.sh)} -c ${quote(allowForeignAddresses(tools))} < /dev/null`]
      : []),
  ].join('\n');
}

/**
 * Lets sockets of this network namespace have any IPv6 address, which IPv4's local route does by itself. Containers have
 * /proc/sys read-only: there a /proc of its own is mounted for as long as it takes, which nobody else sees.
 */
function allowForeignAddresses({ unshare, sh }: ToolPaths): string {
  const elsewhere = `mount -t proc proc /proc && echo 1 > ${NONLOCAL_BIND}`;
  const own = `${quote(unshare)} --mount --propagation private -- ${quote(sh)} -c ${quote(elsewhere)}`;
  return `{ echo 1 > ${NONLOCAL_BIND}; } 2>/dev/null || ${own}`;
}
