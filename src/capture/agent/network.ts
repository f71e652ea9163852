import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { interfaceIndex } from '../../sandbox/libc.js';
import { SandboxError } from '../../sandbox/sandbox-error.js';
import type { ToolPaths } from '../../sandbox/tools.js';
import type { JoinOrder } from './messages.js';

/** Name of the gateway's end of the veth pair, and of the sandbox's. */
export const GATEWAY_INTERFACE = 'guard0';
const SANDBOX_INTERFACE = 'egress0';
/** Large frames make the relay cheap; both ends must agree (facts: sandbox wiring). */
const MTU = 65_520;
const NONLOCAL_BIND = '/proc/sys/net/ipv6/ip_nonlocal_bind';

/**
 * Joins the current network namespace (the gateway's) to the sandbox's, and makes every address local here, so
 * that whatever the sandbox calls is accepted here and forwarded by nobody. Returns the interface's index.
 * @throws SandboxError `setup-failed`
 */
export function configureNetwork(order: JoinOrder): number {
  const { link, offer, tools, holderPid } = order;
  const here = [
    `link add ${GATEWAY_INTERFACE} mtu ${MTU} type veth peer name ${SANDBOX_INTERFACE} mtu ${MTU} netns ${holderPid}`,
    'link set lo up',
    `addr add ${link.ipv4.gateway}/31 dev ${GATEWAY_INTERFACE}`,
    ...(offer.ipv6 ? [`addr add ${link.ipv6.gateway}/127 dev ${GATEWAY_INTERFACE} nodad`] : []),
    `link set ${GATEWAY_INTERFACE} up`,
    // In the main table: in the local one replies would match the route first (facts: AnyIP).
    'route add local 0.0.0.0/0 dev lo table main',
    ...(offer.ipv6 ? ['route add local ::/0 dev lo table main'] : []),
  ];
  const there = [
    `addr add ${link.ipv4.sandbox}/31 dev ${SANDBOX_INTERFACE}`,
    ...(offer.ipv6 ? [`addr add ${link.ipv6.sandbox}/127 dev ${SANDBOX_INTERFACE} nodad`] : []),
    `link set ${SANDBOX_INTERFACE} up`,
    ...(offer.ipv4 ? [`route add 0.0.0.0/0 via ${link.ipv4.gateway}`] : []),
    ...(offer.ipv6 ? [`route add ::/0 via ${link.ipv6.gateway}`] : []),
  ];
  batch([tools.ip], here);
  batch([tools.nsenter, `--net=/proc/${holderPid}/ns/net`, '--', tools.ip], there);
  if (offer.ipv6) allowForeignAddresses(tools);
  const index = interfaceIndex(GATEWAY_INTERFACE);
  if (index <= 0) throw new SandboxError('setup-failed', `the interface ${GATEWAY_INTERFACE} is not there`);
  return index;
}

/**
 * Lets sockets of this network namespace have any IPv6 address, which IPv4's local route does by itself. Containers have
 * /proc/sys read-only: there a /proc of its own is mounted for as long as it takes, which nobody else sees.
 */
function allowForeignAddresses({ unshare, sh }: ToolPaths): void {
  try {
    writeFileSync(NONLOCAL_BIND, '1');
  } catch {
    const script = `mount -t proc proc /proc && echo 1 > ${NONLOCAL_BIND}`;
    execute(unshare, ['--mount', '--propagation', 'private', '--', sh, '-c', script], '');
  }
}

function batch(command: readonly string[], lines: readonly string[]): void {
  const [file = '', ...args] = command;
  execute(file, [...args, '-batch', '-'], lines.join('\n'));
}

/** @throws SandboxError `setup-failed` */
function execute(file: string, args: readonly string[], input: string): void {
  try {
    execFileSync(file, args, { input, stdio: ['pipe', 'ignore', 'pipe'] });
  } catch (cause) {
    const reason = cause instanceof Error && 'stderr' in cause ? String(cause.stderr).trim() : String(cause);
    throw new SandboxError(
      'setup-failed',
      `the link between sandbox and gateway could not be made: ${reason}`,
      { cause },
    );
  }
}
