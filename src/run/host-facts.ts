import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { chooseLink, hasIpv6Default, ipv4Number, type Link, parseRoutes } from '../sandbox/link.js';

/** What a run must know of the host before it makes a sandbox. */
export interface HostFacts {
  readonly link: Link;
  /** Address families that the host has a way out for. */
  readonly offer: { readonly ipv4: boolean; readonly ipv6: boolean };
  /** Whether a network namespace of this host can have IPv6 at all. */
  readonly hasIpv6: boolean;
  readonly resolvConf: { readonly path: string; readonly text: string };
  readonly hosts: string;
  readonly unixSockets: string;
  readonly devices: readonly string[];
}

/** Reads the host's network, resolver and device facts. Missing files count as empty. */
export function readHostFacts(isRoot: boolean, nameservers: (text: string) => readonly string[]): HostFacts {
  const path = realPath('/etc/resolv.conf');
  const text = readText(path);
  const routes = parseRoutes(readText('/proc/net/route'));
  const servers = nameservers(text)
    .filter((address) => /^\d+(\.\d+){3}$/.test(address))
    .map((address) => ({ base: ipv4Number(address), prefix: 32 }));
  return {
    link: chooseLink([...routes, ...servers]),
    offer: {
      ipv4: routes.some((route) => route.prefix === 0),
      ipv6: hasIpv6Default(readText('/proc/net/ipv6_route')),
    },
    // Missing where the kernel was started without it.
    hasIpv6: readText('/proc/sys/net/ipv6/conf/all/disable_ipv6').trim() === '0',
    resolvConf: { path, text },
    hosts: readText('/etc/hosts'),
    unixSockets: readText('/proc/net/unix'),
    // Only a real root can open them, and write around every namespace with them.
    devices: isRoot ? dangerousDevices('/dev') : [],
  };
}

/** Block devices and raw memory below a folder; links are not followed. */
function dangerousDevices(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory() && entry.name !== 'pts' && entry.name !== 'shm') return dangerousDevices(path);
      return entry.isBlockDevice() || ['mem', 'kmem', 'port'].includes(entry.name) ? [path] : [];
    })
    .sort();
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** Whether a path is a folder. */
export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
