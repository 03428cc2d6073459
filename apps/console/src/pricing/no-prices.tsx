import type { Product } from '../api/answers.ts';
import { EmptyState } from '../ui/empty-state.tsx';

const origin = (): string => window.location.origin;

/** Nothing to show, with the command that changes that. */
function Invitation({ title, text, command }: Readonly<Record<'title' | 'text' | 'command', string>>) {
  return (
    <EmptyState icon="chart" title={title} text={text}>
      <pre tabIndex={0} aria-label="Command">
        {command}
      </pre>
    </EmptyState>
  );
}

export function NoProducts() {
  return (
    <Invitation
      title="No products yet"
      text="A feed adds its products when it starts. Or add one over the API:"
      command={putProduct('BTC-USD')}
    />
  );
}

export function UnknownProduct({ id }: { readonly id: string }) {
  return (
    <Invitation
      title={`${id} is not known`}
      text="Choose one of the products above, or add it over the API:"
      command={putProduct(id)}
    />
  );
}

export function NoTrades({ product: { id, priceIncrement, sizeIncrement } }: { readonly product: Product }) {
  return (
    <Invitation
      title={`No trades of ${id} yet`}
      text="Candles appear with the first trade of a feed, of an import, or of the API:"
      command={postJson('POST', '/trades', {
        trades: [
          {
            product: id,
            id: '1',
            time: new Date().toISOString(),
            price: priceIncrement,
            size: sizeIncrement,
            side: 'buy',
            source: 'by-hand',
          },
        ],
      })}
    />
  );
}

const putProduct = (id: string): string =>
  postJson('PUT', `/products/${encodeURIComponent(id)}`, { priceIncrement: '0.01', sizeIncrement: '0.00000001' });

const postJson = (method: string, path: string, body: object): string =>
  `curl -X ${method} ${origin()}/pricing/v1${path} \\\n  -H 'content-type: application/json' \\\n  -d '${JSON.stringify(body)}'`;
