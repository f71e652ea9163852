import dgram from 'node:dgram';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { serveDns } from './dns-server.mjs';

/*
 * Servers that no honest lock has, and those of trusted hosts. Each answers as far as a client needs to go on; what
 * arrives is counted on the wire.
 */

const NAMED = '192.0.2.10';
const POOL = '192.0.2.11';
const RESOLVER = '192.0.2.53';
const BARE = '192.0.2.66';
const OTHER_BARE = '192.0.2.67';
const METADATA = '169.254.169.254';
const TRUSTED = '198.51.100.40';

/** Addresses that the lab's host must have for them. */
export const STRANGERS = [NAMED, POOL, RESOLVER, BARE, OTHER_BARE, METADATA, TRUSTED];

/** A search result of LDAP with no entry in it (RFC 4511 §4.5.2); a client of the lab reads no further. */
const LDAP_ANSWER = Buffer.from('300c02010165070a010004000400', 'hex');
/** JRMP's acknowledgement, without the endpoint that follows it. */
const RMI_ANSWER = Buffer.from('4e', 'hex');

const answering = (answer) =>
  net.createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end(answer));
  });

/**
 * @param web Handler of HTTP requests
 * @param dnsLog Takes the queries to the stranger's resolver
 * @param zone Further names for it
 */
export async function serveStrangers({ web, tls, dnsLog, zone }) {
  const plain = () => http.createServer(web);
  const secure = () => https.createServer(tls, web);
  const miners = () => answering('{"id":1,"result":true,"error":null}\n');
  const places = [
    [TRUSTED, 80, plain()],
    [TRUSTED, 443, secure()],
    [NAMED, 80, plain()],
    [NAMED, 443, secure()],
    [NAMED, 1099, answering(RMI_ANSWER)],
    [NAMED, 1389, answering(LDAP_ANSWER)],
    [NAMED, 8000, plain()],
    [NAMED, 8080, plain()],
    [NAMED, 8180, plain()],
    [POOL, 443, miners()],
    [POOL, 8080, miners()],
    [RESOLVER, 443, answering('')],
    [BARE, 80, plain()],
    [BARE, 3306, plain()],
    [BARE, 8000, secure()],
    [BARE, 27017, plain()],
    [BARE, 31337, answering('exit\n')],
    [OTHER_BARE, 443, secure()],
    [METADATA, 80, plain()],
  ];
  await Promise.all(
    places.map(([address, port, server]) => new Promise((resolve) => server.listen(port, address, resolve))),
  );
  await serveDns(RESOLVER, dnsLog, zone);
  const hidden = dgram.createSocket('udp4');
  hidden.on('message', (message, from) => hidden.send(message, from.port, from.address));
  await new Promise((resolve) => hidden.bind(443, RESOLVER, resolve));
}
