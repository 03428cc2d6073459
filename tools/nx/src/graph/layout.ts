import type { Chart, ChartNode } from './model.ts';

/** A box with its place in the picture, in pixels. */
export interface Placed {
  readonly node: ChartNode;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The picture's boxes, the labels of its rows, and its size. */
export interface Layout {
  readonly placed: readonly Placed[];
  readonly rows: readonly { readonly label: string; readonly y: number }[];
  readonly width: number;
  readonly height: number;
}

const box = { width: 178, height: 40, gapX: 16, gapY: 10 };
const margin = { left: 110, top: 16, betweenRows: 52 };
const columns = 6;

/** From what runs down to what everything rests on, so that nearly every line points downwards. */
const order: readonly (readonly [label: string, kinds: readonly ChartNode['kind'][]])[] = [
  ['tools', ['tool']],
  ['apps', ['app']],
  ['adapters', ['adapter']],
  ['what they offer', ['factory']],
  ['domains', ['domain']],
  ['functions', ['function']],
  ['ports', ['port']],
  ['foundations', ['conformance', 'composition']],
  ['kernel', ['kernel']],
];

/** Puts each kind of box in a row of its own, clouds and domains together, and wraps what is too long. */
export function layout({ nodes }: Chart): Layout {
  const placed: Placed[] = [];
  const rows: { label: string; y: number }[] = [];
  let y = margin.top;
  for (const [label, kinds] of order) {
    const row = nodes.filter(({ kind }) => kinds.includes(kind)).sort(byPlace);
    if (row.length === 0) continue;
    rows.push({ label, y: y + 24 });
    row.forEach((node, index) => {
      const x = margin.left + (index % columns) * (box.width + box.gapX);
      const wrapped = Math.floor(index / columns) * (box.height + box.gapY);
      placed.push({ node, x, y: y + wrapped, width: box.width, height: box.height });
    });
    y += Math.ceil(row.length / columns) * (box.height + box.gapY) + margin.betweenRows;
  }
  const right = Math.max(0, ...placed.map(({ x }) => x));
  return { placed, rows, width: right + box.width + box.gapX, height: y - margin.betweenRows + margin.top };
}

function byPlace(a: ChartNode, b: ChartNode): number {
  const key = ({ cloud, domain = '', label }: ChartNode) => `${cloud} ${domain} ${label}`;
  return key(a) < key(b) ? -1 : 1;
}
