const transactions = 'dynalite has no transactions; moto_server has, and passes it';
const order =
  'dynalite compares the ends of a range by UTF-16 where it should by UTF-8, and refuses it; moto_server passes it';

/** What dynalite cannot do, by case. Each is held against moto_server where that is found. */
export const dynaliteDeviations: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [
      'gives another version after every write, even of the same item',
      'does all writes of a transaction: puts, removals and checks',
      'does nothing when the first condition of a transaction fails, and tells its index',
      'does nothing when the middle condition of a transaction fails, and tells its index',
      'does nothing when the last condition of a transaction fails, and tells its index',
      'refuses a transaction by each kind of condition',
      'answers a transaction of checks alone',
      'takes 100 writes in one transaction',
      'lets one of 10 concurrent transactions at one version win, whole',
      'mixes no writes of concurrent transactions',
      'moves an item to another place of an index when its fields change',
      'drops removed items from an index',
      'refuses the version of an expired item',
      'takes an expired item as absent in the conditions of a transaction',
      'keeps an item for good that was put again without an expiry',
      'expires what an update, a transaction or an increment gave an expiry',
      'keeps what was written when the writer changes its object',
    ].map((title) => [title, transactions]),
  ),
  'takes ranges from a key inclusive to a key exclusive, in both orders': order,
  'gives everything once whatever the page size, in both orders': order,
};
