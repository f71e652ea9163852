/*
 * As much of a PostgreSQL server as a client's query needs (protocol 3.0, postgresql.org/docs/current/protocol-message-formats.html):
 * no encryption, no password, and one row with one column for whatever is asked.
 */
const SSL_REQUEST = 80877103;

const int16 = (value) => {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
};
const int32 = (value) => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};
const message = (type, ...parts) => {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from(type), int32(body.length + 4), body]);
};

const AUTHENTICATION_OK = message('R', int32(0));
const READY = message('Z', Buffer.from('I'));
const TEXT = 25;
const DESCRIPTION = message(
  'T',
  int16(1),
  Buffer.from('answer\0'),
  int32(0),
  int16(0),
  int32(TEXT),
  int16(-1),
  int32(-1),
  int16(0),
);
const ROW = message('D', int16(1), int32(5), Buffer.from('hello'));
const COMPLETE = message('C', Buffer.from('SELECT 1\0'));

/** Frontend message → what is answered; Describe is asked of a portal or a statement, and told the same. */
const ANSWERS = {
  Q: [DESCRIPTION, ROW, COMPLETE, READY],
  P: [message('1')],
  B: [message('2')],
  D: [DESCRIPTION],
  E: [ROW, COMPLETE],
  S: [READY],
};

/** Serves one connection. */
export function servePostgres(socket) {
  let waiting = Buffer.alloc(0);
  let hasStarted = false;
  socket.on('data', (chunk) => {
    waiting = Buffer.concat([waiting, chunk]);
    for (;;) {
      const head = hasStarted ? 1 : 0;
      if (waiting.length < head + 4) return;
      const length = head + waiting.readInt32BE(head);
      if (waiting.length < length) return;
      const whole = waiting.subarray(0, length);
      waiting = waiting.subarray(length);
      if (hasStarted) {
        const type = String.fromCharCode(whole[0]);
        if (type === 'X') return socket.end();
        socket.write(Buffer.concat(ANSWERS[type] ?? []));
      } else if (whole.readInt32BE(4) === SSL_REQUEST) {
        socket.write('N');
      } else {
        hasStarted = true;
        socket.write(Buffer.concat([AUTHENTICATION_OK, READY]));
      }
    }
  });
  socket.on('end', () => socket.end());
}
