/** The program of the lab's pod: answers GET / with a word and GET /large with one packet that is nearly as large as its interface takes. */
import { createServer } from 'node:http';

const server = createServer((request, response) => {
  response.sendDate = false;
  response.end(request.url === '/large' ? 'x'.repeat(1250) : 'ready');
});
server.listen(8080, '0.0.0.0', () => void process.stdout.write('listening\n'));
