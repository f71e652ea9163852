import dgram from 'node:dgram';
import net from 'node:net';
import dnsPacket from 'dns-packet';

/** Names of the lab: exact, or `*.` for all below. A function makes the answers of its own. */
const ZONE = {
  '*.collect.lab.example': { A: ['198.51.100.10'] },
  'registry.lab.example': { A: ['198.51.100.20'] },
  'web.lab.example': { A: ['198.51.100.30'] },
  'dual.lab.example': { A: ['198.51.100.30'], AAAA: ['2001:db8:51::30'] },
  'six.lab.example': { AAAA: ['2001:db8:51::30'] },
  'refusing.lab.example': { A: ['198.51.100.31'] },
  'alias.lab.example': { CNAME: ['chain.lab.example'] },
  'proxy.lab.example': { A: ['198.51.100.30'] },
  'fronted.lab.example': { A: ['198.51.100.30'] },
  'leads-away.lab.example': { CNAME: ['stranger.collect.lab.example'] },
  'rebound.lab.example': { A: ['127.0.0.1'] },
  'inward.lab.example': { A: ['10.98.76.54'] },
  'chain.lab.example': { CNAME: ['web.lab.example'] },
  'long.lab.example': { TXT: Array.from({ length: 40 }, (_, index) => `${index} ${'x'.repeat(100)}`) },
};

/**
 * Serves the lab's names, and those of a further zone, on UDP and TCP; `silent.lab.example` is never answered. Queries
 * are added to the log.
 */
export async function serveDns(address, log, more) {
  const answerTo = answerer({ ...ZONE, ...more }, log);
  const udp = dgram.createSocket('udp4');
  udp.on('message', (message, from) => {
    const answer = answerTo(message, 'udp');
    if (answer !== null) udp.send(answer, from.port, from.address);
  });
  await new Promise((resolve) => udp.bind(53, address, resolve));
  const tcp = net.createServer((socket) => {
    let waiting = Buffer.alloc(0);
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      waiting = Buffer.concat([waiting, chunk]);
      while (waiting.length >= 2 && waiting.length >= 2 + waiting.readUInt16BE(0)) {
        const length = waiting.readUInt16BE(0);
        const answer = answerTo(waiting.subarray(2, 2 + length), 'tcp');
        waiting = waiting.subarray(2 + length);
        if (answer === null) continue;
        const size = Buffer.alloc(2);
        size.writeUInt16BE(answer.length);
        socket.write(Buffer.concat([size, answer]));
      }
    });
  });
  await new Promise((resolve) => tcp.listen(53, address, resolve));
}

const answerer = (zone, log) => (message, transport) => {
  const query = dnsPacket.decode(message);
  const [question] = query.questions;
  const name = question.name.toLowerCase();
  // As it was asked: the case of letters may carry something.
  log.push({ name: question.name, type: question.type, transport });
  if (name === 'silent.lab.example') return null;
  const answers = [];
  let known = collect(zone, name, question.type, answers);
  if (name === 'broken.lab.example') known = null;
  const rcode = known === null ? 2 : known ? 0 : 3;
  const response = {
    type: 'response',
    id: query.id,
    flags: 0x8180 | rcode,
    questions: query.questions,
    answers,
  };
  const whole = dnsPacket.encode(response);
  if (transport === 'tcp' || whole.length <= 512) return whole;
  return dnsPacket.encode({ ...response, flags: response.flags | 0x200, answers: [] });
};

function collect(zone, name, type, answers) {
  const records = zone[name] ?? wildcard(zone, name);
  if (records === undefined) return false;
  for (const target of records.CNAME ?? []) {
    answers.push({ type: 'CNAME', name, ttl: 60, data: target });
    collect(zone, target, type, answers);
  }
  for (const data of records[type] ?? []) answers.push({ type, name, ttl: 60, data });
  return true;
}

/** The nearest wildcard above a name. */
function wildcard(zone, name) {
  for (let dot = name.indexOf('.'); dot !== -1; dot = name.indexOf('.', dot + 1)) {
    const records = zone[`*${name.slice(dot)}`];
    if (records !== undefined) return records;
  }
  return undefined;
}
