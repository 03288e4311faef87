import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';

/** A mail as it came: headers and body as one text. */
export interface Mail {
  readonly to: string;
  readonly text: string;
}

/** A mail server on a loopback port that takes every mail and delivers none. */
export interface TestSmtp extends AsyncDisposable {
  /** host:port */
  readonly address: string;
  readonly mails: readonly Mail[];
}

/** Starts it. It offers neither TLS nor authentication. */
export async function startSmtp(): Promise<TestSmtp> {
  const mails: Mail[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    converse(socket, (mail) => void mails.push(mail));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    mails,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** RFC 5321, as much of it as a sender without extensions needs. */
function converse(socket: Socket, take: (mail: Mail) => void): void {
  let pending = '';
  let to = '';
  let body: string[] | null = null;
  const say = (line: string): void => void socket.write(`${line}\r\n`);
  const hear = (line: string): void => {
    if (body !== null && line !== '.') return void body.push(line.replace(/^\.\./, '.'));
    if (body !== null) {
      take({ to, text: body.join('\n') });
      body = null;
      return say('250 taken');
    }
    const verb = line.slice(0, 4).toUpperCase();
    if (verb === 'RCPT') to = line.replace(/^[^<]*<|>.*$/g, '');
    if (verb === 'DATA') body = [];
    say(verb === 'DATA' ? '354 go on' : verb === 'QUIT' ? '221 bye' : '250 fine');
  };
  say('220 mail.example ready');
  socket.on('data', (chunk: Buffer) => {
    const lines = (pending + chunk.toString()).split('\r\n');
    pending = lines.pop() ?? '';
    for (const line of lines) hear(line);
  });
}
