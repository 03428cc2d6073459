import { isPortKind, portKinds } from '../port-kinds.ts';
import type { Chart, Support } from './model.ts';

const columns = ['local', 'aws', 'azure', 'gcp', 'any'] as const;
const deployed = ['aws', 'azure', 'gcp'] as const;

/** What the picture cannot show at a glance: which adapters there are for a kind of port, and who may do what. */
export function tables({ support, rights, bound }: Chart): string {
  const known = [
    ...portKinds,
    ...Object.keys(support)
      .filter((kind) => !isPortKind(kind))
      .sort(),
  ];
  const head = (names: readonly string[]) => `<tr>${names.map((name) => `<th>${name}</th>`).join('')}</tr>`;
  const row = (cells: readonly string[]) => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
  const supported = known.map((kind) => row([kind, ...columns.map((cloud) => cellOf(support[kind]?.[cloud]))]));
  const granted = rights.map(({ service, function: name, port, kind, right, methods }) =>
    row([`${service}.${name}`, `${port} (${kind})`, right, methods.join(', ')].map(escape)),
  );
  const ports = [...new Set(bound.map(({ domain, port }) => `${domain}.${port}`))];
  const given = ports.map((place) => {
    const here = bound.filter(({ domain, port }) => `${domain}.${port}` === place);
    const on = (cloud: string) => here.filter((one) => one.cloud === cloud).map(({ adapter }) => adapter);
    return row([place, ...deployed.map((cloud) => on(cloud).join(', ') || '—')].map(escape));
  });
  return `<h2>Adapters by port kind and cloud</h2>
<table>${head(['port', ...columns])}${supported.join('\n')}</table>
<h2>What composition roots bind</h2>
<table>${head(['port', ...deployed])}${given.join('\n')}</table>
<h2>Rights</h2>
<table>${head(['function', 'port', 'right', 'methods'])}${granted.join('\n')}</table>`;
}

function cellOf(adapters: readonly Support[] = []): string {
  const lines = adapters.map(
    ({ adapter, guarantees }) => `${escape(adapter)} <small>${escape(guarantees.join(', '))}</small>`,
  );
  return lines.join('<br>') || '—';
}

/** Escapes what is to be shown as it is. */
export function escape(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
