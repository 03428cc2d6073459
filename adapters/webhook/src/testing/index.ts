export { runTaskThrough, type Request } from './demo.ts';
