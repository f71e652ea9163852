import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { release } from 'node:os';
import { mayTakeDescriptors } from '../sandbox/descriptor-access.js';
import { hasSeccompAction } from '../sandbox/libc.js';
import { hasIpv6Default } from '../sandbox/link.js';
import { CONSTANTS as C } from '../sandbox/syscalls.js';
import { findTool, TOOLS, type Tool } from '../sandbox/tools.js';
import { chooseIdentity, type IdentityFacts } from './detect-identity.js';

/** One ingredient of the sandbox. */
export interface Check {
  readonly name: string;
  readonly state: 'ok' | 'missing' | 'unknown';
  readonly detail: string;
  /** The one command, or the one thing, that repairs it; null where nothing needs repair. */
  readonly repair: string | null;
}

export interface Diagnosis {
  readonly schemaVersion: 1;
  readonly checks: readonly Check[];
  /** The backend that would run; null where none can. */
  readonly backend: 'namespaces' | null;
  /** How it would run, for a person. */
  readonly how: string;
  /** What a run here could not see. */
  readonly blind: readonly string[];
}

/** Oldest kernel with all that the supervisor needs: pidfd_getfd(2). */
const OLDEST_KERNEL = [5, 6] as const;

/** How a container is started in which a sandbox can be made, by root or by a user (README: containers). */
const CONTAINER =
  'docker run --security-opt seccomp=SECCOMP.JSON --security-opt systempaths=unconfined --security-opt apparmor=unconfined, with sandbox/docker/seccomp.json of this package; as root also --cap-add SYS_ADMIN --cap-add NET_ADMIN';

/** Looks at each ingredient of the sandbox; starts and changes nothing that stays. */
export function diagnose(): Diagnosis {
  const facts = probeIdentity();
  const identity = chooseIdentity(facts);
  const checks = [
    kernelCheck(),
    seccompCheck(),
    descriptorCheck(),
    ...toolChecks(),
    namespaceCheck(facts),
    resolverCheck(),
  ];
  const fatal = checks.some((check) => check.state === 'missing');
  const how: Record<'root' | 'user' | 'sudo' | 'none', string> = {
    root: 'namespaces made by root; the command keeps its uid and file powers, without network powers',
    user: 'namespaces made by an ordinary user, in a user namespace',
    sudo: 'sudo makes the namespaces, the command runs as the caller without capabilities',
    none: 'no sandbox can be made here',
  };
  return {
    schemaVersion: 1,
    checks,
    backend: fatal || identity === null ? null : 'namespaces',
    how: how[fatal ? 'none' : (identity?.kind ?? 'none')],
    blind: [
      'the content of encrypted connections: host, port, protocol and byte counts are seen',
      'which package inside one process opened a connection, where the process loads many',
      ...(hasIpv6Default(readText('/proc/net/ipv6_route'))
        ? []
        : ['IPv6: the host has no route for it, so it is not offered inside']),
    ],
  };
}

/** Tries what can only be known by trying: each probe runs `true` and ends. */
export function probeIdentity(): IdentityFacts {
  const uid = process.getuid?.() ?? 0;
  const gid = process.getgid?.() ?? 0;
  const unshare = findTool('unshare');
  const probe = findTool('true');
  const succeeds = (file: string | null, args: readonly string[]): boolean =>
    file !== null && spawnSync(file, args, { stdio: 'ignore', timeout: 10_000 }).status === 0;
  const namespaces = ['--net', '--mount', '--ipc', '--pid', '--fork', '--mount-proc', probe ?? 'true'];
  return {
    uid,
    gid,
    asRoot: uid === 0 && succeeds(unshare, namespaces),
    asUser: uid !== 0 && succeeds(unshare, ['--user', '--map-root-user', ...namespaces]),
    bySudo: uid !== 0 && succeeds(findTool('sudo'), ['-n', probe ?? 'true']),
  };
}

function kernelCheck(): Check {
  const version = release();
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const enough = major > OLDEST_KERNEL[0] || (major === OLDEST_KERNEL[0] && minor >= OLDEST_KERNEL[1]);
  const supported = process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch);
  return {
    name: 'kernel',
    state: enough && supported ? 'ok' : 'missing',
    detail: `${process.platform} ${version} on ${process.arch}`,
    repair: enough && supported ? null : `Linux ${OLDEST_KERNEL.join('.')} or newer on x64 or arm64`,
  };
}

function seccompCheck(): Check {
  const available = hasSeccompAction(C.SECCOMP_RET_USER_NOTIF);
  return {
    name: 'seccomp user notification',
    state: available ? 'ok' : 'missing',
    detail: available ? 'the kernel has it' : 'the kernel has it not, or an outer filter hides it',
    repair: available
      ? null
      : 'a kernel with CONFIG_SECCOMP_FILTER, and no outer filter that denies seccomp(2)',
  };
}

function descriptorCheck(): Check {
  const isAllowed = mayTakeDescriptors();
  return {
    name: 'sockets of other processes',
    state: isAllowed ? 'ok' : 'missing',
    detail: isAllowed ? 'pidfd_getfd(2) is allowed' : 'an outer filter denies pidfd_getfd(2)',
    repair: isAllowed ? null : isContainer() ? CONTAINER : 'no outer filter that denies pidfd_getfd(2)',
  };
}

function isContainer(): boolean {
  return existsSync('/.dockerenv') || existsSync('/run/.containerenv');
}

function toolChecks(): Check[] {
  return (Object.keys(TOOLS) as Tool[]).map((name) => {
    const path = findTool(name);
    return {
      name,
      state: path === null ? 'missing' : 'ok',
      detail: path ?? 'not in the system folders',
      repair: path === null ? `apt-get install ${TOOLS[name]}` : null,
    };
  });
}

function namespaceCheck(facts: IdentityFacts): Check {
  const name = 'namespaces';
  if (facts.asRoot || facts.asUser) {
    return { name, state: 'ok', detail: facts.asRoot ? 'as root' : 'as an ordinary user', repair: null };
  }
  if (facts.bySudo) return { name, state: 'ok', detail: 'by sudo, without a password', repair: null };
  return {
    name,
    state: 'missing',
    detail: 'neither as this user nor by sudo',
    repair: namespaceRepair(facts.uid),
  };
}

function namespaceRepair(uid: number): string {
  if (isContainer()) return CONTAINER;
  if (uid === 0) return 'run on a host, or in a container with SYS_ADMIN and NET_ADMIN';
  if (readText('/proc/sys/user/max_user_namespaces').trim() === '0') {
    return 'sudo sysctl user.max_user_namespaces=10000';
  }
  if (readText('/proc/sys/kernel/apparmor_restrict_unprivileged_userns').trim() === '1') {
    return 'sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0';
  }
  if (readText('/proc/sys/kernel/unprivileged_userns_clone').trim() === '0') {
    return 'sudo sysctl kernel.unprivileged_userns_clone=1';
  }
  return 'a policy of this host denies user namespaces: allow them, or let sudo run without a password';
}

function resolverCheck(): Check {
  let servers = 0;
  try {
    servers = readFileSync('/etc/resolv.conf', 'utf8').match(/^\s*nameserver\s/gm)?.length ?? 0;
  } catch {
    // Counted as none.
  }
  return {
    name: 'resolver',
    state: servers > 0 ? 'ok' : 'unknown',
    detail:
      servers > 0
        ? `${servers} name ${servers === 1 ? 'server' : 'servers'} in /etc/resolv.conf`
        : 'no name server in /etc/resolv.conf',
    repair: servers > 0 ? null : 'names will not resolve in the sandbox either',
  };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
