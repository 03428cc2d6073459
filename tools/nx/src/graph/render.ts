import { layout, type Placed } from './layout.ts';
import type { Chart, ChartNode } from './model.ts';
import { escape, tables } from './tables.ts';

const legend: readonly (readonly [kind: ChartNode['kind'], label: string])[] = [
  ['app', 'app'],
  ['adapter', 'adapter package'],
  ['factory', 'adapter'],
  ['domain', 'domain'],
  ['function', 'function'],
  ['port', 'port'],
  ['conformance', 'conformance'],
  ['composition', 'composition'],
  ['kernel', 'kernel'],
  ['tool', 'tool'],
];

/** The chart as one HTML file that loads nothing: opens from disk, follows the reader's light or dark setting. */
export function renderChart(chart: Chart): string {
  const { placed, rows, width, height } = layout(chart);
  const byId = new Map(placed.map((box) => [box.node.id, box]));
  const lines = chart.edges.flatMap(({ from, to, relation }) => {
    const [start, end] = [byId.get(from), byId.get(to)];
    return start && end ? [line(start, end, relation)] : [];
  });
  const labels = rows.map(({ label, y }) => `<text class="row" x="12" y="${y}">${escape(label)}</text>`);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Portolan: the chart</title>
<style>${style}</style>
<h1>Portolan: the chart</h1>
<p>${chart.nodes.length} boxes, ${chart.edges.length} lines. Point at a box to see what it uses and what uses it.</p>
<ul class="legend">${legend.map(([kind, label]) => `<li class="${kind}"><i></i>${label}</li>`).join('')}
${['local', 'aws', 'azure', 'gcp'].map((cloud) => `<li class="cloud-${cloud}"><b></b>${cloud}</li>`).join('')}</ul>
<div class="scroll">
<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="Projects and their dependencies">
<g>${lines.join('\n')}</g>
<g>${labels.join('\n')}</g>
<g>${placed.map(box).join('\n')}</g>
</svg>
</div>
${tables(chart)}
<script>${script}</script>
</html>
`;
}

function box({ node, x, y, width, height }: Placed): string {
  const title = `${node.id}\n${node.detail}\n${node.tags.join(' ')}`;
  return `<g class="box ${node.kind} cloud-${node.cloud}" data-id="${escape(node.id)}" transform="translate(${x} ${y})">
<title>${escape(title)}</title><rect width="${width}" height="${height}" rx="5"/><rect class="edge" width="5" height="${height}" rx="2"/>
<text x="13" y="17">${escape(node.label)}</text><text class="detail" x="13" y="31">${escape(node.detail)}</text></g>`;
}

function line(from: Placed, to: Placed, relation: string): string {
  const [x1, x2] = [from.x + from.width / 2, to.x + to.width / 2];
  const down = from.y <= to.y;
  const [y1, y2] = down ? [from.y + from.height, to.y] : [from.y, to.y + to.height];
  const middle = (y1 + y2) / 2;
  const ends = `data-from="${escape(from.node.id)}" data-to="${escape(to.node.id)}"`;
  return `<path class="line" ${ends} d="M${x1} ${y1}C${x1} ${middle} ${x2} ${middle} ${x2} ${y2}"><title>${escape(
    `${from.node.label} ${relation} ${to.node.label}`,
  )}</title></path>`;
}

const style = `
:root { color-scheme: light dark; --page: #fff; --ink: #1b2430; --soft: #5b6775; --line: #9aa6b2;
  --app: #ffe3c2; --adapter: #d5ebd0; --factory: #e8f5e5; --domain: #cfe3fb; --function: #e6f0fd; --port: #fff5bd;
  --kernel: #e4dcf7; --composition: #efe6fb; --conformance: #f7ddec; --tool: #e7eaee;
  --local: #6b7a8a; --aws: #e07b00; --azure: #0a6cc9; --gcp: #1e8e3e; --any: transparent; }
@media (prefers-color-scheme: dark) { :root { --page: #12171e; --ink: #e8edf3; --soft: #9fb0c0; --line: #56636f;
  --app: #5a3d1b; --adapter: #254a22; --factory: #1d3320; --domain: #1e4068; --function: #243347; --port: #57501c;
  --kernel: #443768; --composition: #3a3157; --conformance: #562e46; --tool: #343c45; } }
body { margin: 1.5rem; background: var(--page); color: var(--ink); font: 14px/1.4 system-ui, sans-serif; }
h1 { font-size: 1.3rem; margin: 0; } p { margin: .3rem 0 1rem; color: var(--soft); }
.legend { display: flex; flex-wrap: wrap; gap: .4rem 1.1rem; list-style: none; padding: 0; }
.legend i { display: inline-block; width: 1.1em; height: 1.1em; margin-right: .4em; border-radius: 3px;
  vertical-align: -.2em; background: var(--fill); }
.legend b { display: inline-block; width: .35em; height: 1.1em; margin-right: .4em; vertical-align: -.2em;
  background: var(--cloud); }
.scroll { overflow-x: auto; } text { fill: var(--ink); font: 600 12px system-ui, sans-serif; }
.detail { fill: var(--soft); font-weight: 400; font-size: 10px; } .row { fill: var(--soft); font-weight: 400; }
.box rect { fill: var(--fill); stroke: var(--line); stroke-width: .7; }
.box .edge { fill: var(--cloud); stroke: none; }
.line { fill: none; stroke: var(--line); stroke-width: 1.1; opacity: .55; }
table { border-collapse: collapse; margin-bottom: 1.5rem; } h2 { font-size: 1.05rem; margin: 1.5rem 0 .4rem; }
th, td { text-align: left; vertical-align: top; padding: .25rem .8rem; border: 1px solid var(--line); } small { color: var(--soft); }
.pointing .box, .pointing .line { opacity: .12; } .pointing .on { opacity: 1; } .line.on { stroke: var(--ink); }
${legend.map(([kind]) => `.${kind} { --fill: var(--${kind}); }`).join('\n')}
${['local', 'aws', 'azure', 'gcp', 'any'].map((cloud) => `.cloud-${cloud} { --cloud: var(--${cloud}); }`).join('\n')}
`;

const script = `
const svg = document.querySelector('svg');
const all = (selector) => [...svg.querySelectorAll(selector)];
for (const box of all('.box')) {
  box.addEventListener('pointerenter', () => {
    const { id } = box.dataset;
    const lines = all('.line').filter(({ dataset }) => dataset.from === id || dataset.to === id);
    const ids = new Set([id, ...lines.flatMap(({ dataset }) => [dataset.from, dataset.to])]);
    for (const shown of [...lines, ...all('.box').filter(({ dataset }) => ids.has(dataset.id))]) shown.classList.add('on');
    svg.classList.add('pointing');
  });
  box.addEventListener('pointerleave', () => {
    svg.classList.remove('pointing');
    for (const shown of all('.on')) shown.classList.remove('on');
  });
}
`;
