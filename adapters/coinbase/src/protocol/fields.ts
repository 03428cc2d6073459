import * as z from 'zod';

/** `BTC-USD`: what is traded, and in what. */
export const productId = z.string().regex(/^[A-Z0-9]{1,20}-[A-Z0-9]{1,20}$/);

/** A plain decimal above or at 0, which stays the text that it is. */
export const decimal = z.string().regex(/^\d{1,20}(\.\d{1,20})?$/);

/** From 1 on, one by one for each product. */
export const tradeId = z.int().positive();

export const side = z.enum(['buy', 'sell']);

/** Times have microseconds. Should the exchange ever write more, what goes beyond is cut off, on every way alike. */
export const time = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?Z$/)
  .refine((text) => !Number.isNaN(Date.parse(text)), 'no such time')
  .transform((text) => text.replace(/(\.\d{6})\d+Z$/, '$1Z'));
