// Sends as many bytes as the path says, or takes what is posted; ends with its standard input.
import http from 'node:http';

const BLOCK = Buffer.alloc(1024 * 1024);

http
  .createServer((request, response) => {
    if (request.method === 'POST') {
      request.resume().on('end', () => response.end());
      return;
    }
    let left = Number(request.url.slice(1));
    const more = () => {
      while (left > 0) {
        left -= BLOCK.length;
        if (!response.write(BLOCK)) return response.once('drain', more);
      }
      response.end();
    };
    more();
  })
  .listen(8000, '0.0.0.0', () => console.log('ready'));
process.stdin.resume().on('end', () => process.exit(0));
