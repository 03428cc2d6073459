import { placesOf } from '@portolan/pricing/decimal';
import { parseTime } from '@portolan/pricing/time';
import * as z from 'zod';

/** `BTC-USD`: what is traded, and in what. */
export const productId = z.string().regex(/^[A-Z0-9]{1,20}-[A-Z0-9]{1,20}$/);

/** A plain decimal above or at 0, which stays the text that it is. */
export const decimal = z
  .string()
  .max(40)
  .refine((text) => placesOf(text) !== undefined, 'no plain decimal');

/** From 1 on, one by one for each product. */
export const tradeId = z.int().positive();

export const side = z.enum(['buy', 'sell']);

/** Times have microseconds. Should the exchange ever write more, what goes beyond is cut off, on every way alike. */
export const time = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?Z$/)
  .transform((text) => text.replace(/(\.\d{6})\d+Z$/, '$1Z'))
  .refine((text) => parseTime(text) !== undefined, 'no such time');
