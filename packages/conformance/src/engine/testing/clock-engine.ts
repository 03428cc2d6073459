// The smallest engine: it answers with its time, and with the names of those of its timers that have rung.
import { createServer } from 'node:http';
import { setTimeout as fromModule } from 'node:timers';
import { sayListening } from '../index.ts';

const startedAt = Date.now();
const rung: string[] = [];
setTimeout(() => rung.push('a week'), 7 * 86_400_000);
setTimeout((name: string) => rung.push(name), 3_600_000, 'an hour');
fromModule(() => rung.push('forty days'), 40 * 86_400_000);
clearTimeout(setTimeout(() => rung.push('never'), 1_000));
setInterval(() => rung.push('each day'), 86_400_000).unref();

const server = createServer((_request, response) => {
  const [newDate, fixed] = [new Date(), new Date(5)].map((date) => date.getTime());
  response.end(JSON.stringify({ startedAt, now: Date.now(), newDate, fixed, rung }));
});
server.listen(0, '127.0.0.1', () => sayListening((server.address() as { readonly port: number }).port));
