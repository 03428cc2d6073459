/** Everything that comes, in a list. */
export async function allOf<One>(many: AsyncIterable<One>): Promise<One[]> {
  const list: One[] = [];
  for await (const one of many) list.push(one);
  return list;
}
