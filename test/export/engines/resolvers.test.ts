import { describe, expect, test } from 'vitest';
import { EXPORTERS } from '../../../src/export/exporters.js';
import type { EgressList } from '../../../src/model/egress-list.js';
import { describeLab } from '../../lab/lab.js';
import { entry, listOf, name, OPTIONS } from '../lists.js';
import { inLab, RESOLVER } from './lab.js';
import { isAllowed, list, NAMES, SERVER } from './scenario.js';

/** Asks for each name and prints `name status address`. */
function asking(names: readonly string[]): string {
  return `
await dig +tries=1 +time=1 -p 5353 @127.0.0.1 ${names[0]}
for name in ${names.join(' ')}; do
  answer=$(dig +tries=1 +time=5 +noall +comments +answer -p 5353 @127.0.0.1 $name A)
  echo "= $name $(echo "$answer" | sed -n 's/.*status: \\([A-Z]*\\).*/\\1/p') $(echo "$answer" | awk '$4 == "A" { print $5 }')"
done
`;
}

/** What Unbound needs beside the list. */
const UNBOUND = `server:
  directory: "."
  chroot: ""
  username: ""
  use-syslog: no
  pidfile: ""
  interface: 127.0.0.1@5353
  do-daemonize: no
  module-config: "iterator"
`;

/** The resolvers, each with a configuration around the export, and what it says to a name that is not listed. */
const RESOLVERS = [
  {
    engine: 'dnsmasq',
    format: 'dnsmasq',
    script:
      'dnsmasq --keep-in-foreground --user=root --port=5353 --listen-address=127.0.0.1 --bind-interfaces --no-hosts --conf-file=export &',
    files: {},
    widens: false,
  },
  {
    engine: 'Unbound',
    format: 'unbound',
    script: 'unbound -d -c unbound.conf 2>unbound.log &',
    files: {
      'unbound.conf': `${UNBOUND}include: export
`,
    },
    // Each zone holds the names below its own, as `widened` says.
    widens: true,
  },
  {
    engine: 'BIND',
    format: 'rpz',
    script: 'named -g -c named.conf -u root 2>named.log &',
    files: {
      'named.conf': `options {
  directory ".";
  pid-file none;
  session-keyfile none;
  listen-on port 5353 { 127.0.0.1; };
  listen-on-v6 { none; };
  recursion yes;
  dnssec-validation no;
  forward only;
  forwarders { ${RESOLVER}; };
  response-policy { zone "rpz.egresslock"; } qname-wait-recurse no;
  empty-zones-enable no;
};
controls { };
zone "rpz.egresslock" { type primary; file "export"; };
`,
    },
    widens: false,
  },
  {
    engine: 'Unbound',
    format: 'rpz',
    script: 'unbound -d -c unbound.conf 2>unbound.log &',
    files: {
      'unbound.conf': `${UNBOUND.replace('iterator', 'respip iterator')}rpz:
  name: rpz.egresslock
  zonefile: export
forward-zone:
  name: "."
  forward-addr: ${RESOLVER}
`,
    },
    widens: false,
  },
] as const;

describeLab('resolvers', () => {
  describe.each(RESOLVERS)('$format, read by $engine', ({ format, script, files, widens }) => {
    const answers = (egress: EgressList, names: readonly string[]): string[] => {
      const { text } = EXPORTERS[format](egress, { ...OPTIONS, resolver: RESOLVER });
      return inLab(`${script}\n${asking(names)}`, { export: text, ...files });
    };

    test('resolves what the policy allows, and nothing else', () => {
      const ours = NAMES.map((host) => {
        const allowed = isAllowed({ host, port: null, protocol: null }) || (widens && isWidened(host));
        return `${host} ${allowed ? `NOERROR ${SERVER}` : 'NXDOMAIN '}`;
      });
      expect(answers(list(), NAMES)).toEqual(ours);
    });

    test('does not look at what a name leads to, as the export says', () => {
      const egress = listOf([entry(name('alias.example'))]);
      expect(answers(egress, ['alias.example', 'target.elsewhere.example'])).toEqual([
        `alias.example NOERROR ${SERVER}`,
        'target.elsewhere.example NXDOMAIN ',
      ]);
      const { widened } = EXPORTERS[format](egress, OPTIONS);
      expect(widened.some(({ what }) => /does not look at what .* leads to/.test(what))).toBe(true);
    });
  });
});

/** Names that Unbound's zones let out in addition. */
function isWidened(host: string): boolean {
  return ['a.registry.example', 'store.example', 'www.plain.example', 'below.gone.example'].includes(host);
}
