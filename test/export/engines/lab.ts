import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inFolder, run } from '../support.js';
import { SERVER } from './scenario.js';

/** The resolver of the lab. */
export const RESOLVER = '192.0.2.53';

/**
 * Two networks with one cable: the one in which the engine and its clients are, and one in which all addresses of
 * 198.51.100.0/24 and 2001:db8:1::/48 are the lab's servers.
 */
const NETWORKS = `
set -e
cd "$1"
ip link set lo up
unshare --net sleep 120 & world=$!
until [ "$(readlink /proc/$world/ns/net)" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.02; done
in_world() { nsenter --target $world --net "$@"; }
ip link add lab0 type veth peer name lab1 netns $world
ip addr add 192.0.2.2/24 dev lab0
ip -6 addr add 2001:db8::2/64 dev lab0 nodad
ip link set lab0 up
in_world ip link set lo up
in_world ip addr add 192.0.2.1/24 dev lab1
in_world ip addr add ${RESOLVER}/24 dev lab1
in_world ip -6 addr add 2001:db8::1/64 dev lab1 nodad
in_world ip link set lab1 up
in_world ip route add local 198.51.100.0/24 dev lo
in_world ip -6 route add local 2001:db8:1::/48 dev lo
ip route add default via 192.0.2.1
ip -6 route add default via 2001:db8::1
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout key.pem -out cert.pem -subj /CN=lab -days 2 2>/dev/null
in_world "$NODE" "$SERVERS" . ${SERVER} "$TLS_PORTS" "$HTTP_PORTS" "$UDP_PORTS" & 
until [ -e ready ]; do sleep 0.05; kill -0 $! ; done
await() { for _ in $(seq 100); do if "$@" >/dev/null 2>&1; then return 0; fi; sleep 0.1; done; echo "not in time: $*" >&2; return 1; }
`;

/** With processes of its own, too, so that none is left when the script ends. */
const NAMESPACES = ['--net', '--pid', '--fork', '--kill-child', '--mount-proc'];

export interface Ports {
  readonly tls?: readonly number[];
  readonly http?: readonly number[];
  readonly udp?: readonly number[];
}

/**
 * Runs a shell script in the lab, in a folder with the files; gives its standard output by lines.
 * @throws Error where it fails
 */
export function inLab(script: string, files: Readonly<Record<string, string>>, ports: Ports = {}): string[] {
  return inFolder(files, (folder) => {
    writeFileSync(join(folder, 'script.sh'), NETWORKS + script);
    const variables = [
      `NODE=${process.execPath}`,
      `SERVERS=${join(import.meta.dirname, 'lab-servers.mjs')}`,
      `TLS_PORTS=${(ports.tls ?? []).join()}`,
      `HTTP_PORTS=${(ports.http ?? []).join()}`,
      `UDP_PORTS=${(ports.udp ?? []).join()}`,
    ];
    const command = ['env', ...variables, 'bash', 'script.sh', '.'];
    const { code, output } = run('unshare', [...NAMESPACES, ...command], '', folder);
    if (code !== 0) throw new Error(`the lab's script ended with ${code}:\n${output}`);
    return output
      .split('\n')
      .filter((line) => line.startsWith('= '))
      .map((line) => line.slice(2));
  });
}
