import type { ToolPaths } from './tools.js';

/** As whom the command runs, and by which means the namespaces are made. */
export type Identity =
  /** Real root: the namespaces are made directly; the command keeps root's file powers, not its network powers. */
  | { readonly kind: 'root' }
  /** An ordinary user with user namespaces. */
  | { readonly kind: 'user'; readonly uid: number; readonly gid: number }
  /** egresslock was started again through sudo for a user whose namespaces are restricted. */
  | { readonly kind: 'sudo'; readonly uid: number; readonly gid: number };

/**
 * Capabilities that root's command keeps: over files and its own processes, as in a default container.
 * Not NET_ADMIN, NET_RAW, SYS_ADMIN, SYS_PTRACE, SYS_MODULE, MKNOD, DAC_READ_SEARCH: each is a way around the guard.
 */
const ROOT_CAPABILITIES = [
  'chown',
  'dac_override',
  'fowner',
  'fsetid',
  'kill',
  'setgid',
  'setuid',
  'setpcap',
  'setfcap',
  'net_bind_service',
  'sys_chroot',
  'audit_write',
];

/** argv that turns a process of the sandbox's owner into the command's identity; the command follows. */
export function launcher(identity: Identity, tools: ToolPaths): string[] {
  switch (identity.kind) {
    case 'root':
      return [
        tools.setpriv,
        '--bounding-set',
        ['-all', ...ROOT_CAPABILITIES.map((name) => `+${name}`)].join(','),
        '--inh-caps',
        '-all',
        '--',
      ];
    case 'user':
      // A second user namespace: the command owns nothing of the first, so it can neither unmount nor reconfigure.
      return [tools.unshare, '--user', `--map-user=${identity.uid}`, `--map-group=${identity.gid}`, '--'];
    case 'sudo':
      return [
        tools.setpriv,
        '--reuid',
        String(identity.uid),
        '--regid',
        String(identity.gid),
        '--init-groups',
        '--bounding-set',
        '-all',
        '--inh-caps',
        '-all',
        '--',
      ];
  }
}
