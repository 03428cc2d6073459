import { problem, welcome, type Granted, type SocketHandlers } from '@portolan/kernel';
import * as z from 'zod';
import { products } from './ports.ts';
import { productId } from './product.ts';
import { everyone, followersOf } from './use-cases/announce-trades.ts';

/** Products that one client may follow at a time, with room for what everyone gets. */
const maxProducts = 40;

export const followGrants = { products: products.read };

export const FollowQuery = z.strictObject({
  products: z
    .string()
    .transform((text) => [...new Set(text.split(','))])
    .pipe(z.array(productId).min(1).max(maxProducts))
    .describe('Ids of products, separated by commas'),
});

/** Lets a client follow products that are known. */
export const follow: SocketHandlers<z.infer<typeof FollowQuery>, never, typeof followGrants> = {
  async connect({ query }, ports: Granted<typeof followGrants>) {
    const known = await ports.products.getMany(query.products.map((id) => ({ list: 'all', id })));
    const unknown = query.products.filter((_, index) => known[index] === undefined);
    if (unknown.length > 0) return problem('not-found', `Product ${unknown.join(', ')} is not known; PUT it first.`);
    return welcome([everyone, ...query.products.map(followersOf)]);
  },
};
