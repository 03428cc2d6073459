import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useRef } from 'react';
import { connection } from './api/connection.ts';
import { SchedulingPage } from './scheduling/page.tsx';
import { Header } from './shell/header.tsx';
import { useRoute } from './shell/use-route.ts';
import { Toasts } from './ui/toasts.tsx';

// Whoever is here for tasks loads nothing that draws prices.
const PricingPage = lazy(() => import('./pricing/page.tsx').then((module) => ({ default: module.PricingPage })));

// Polling is the retry. The platform is asked whatever the browser thinks of the network: it may run on this machine.
const client = new QueryClient({
  defaultOptions: {
    queries: { retry: false, networkMode: 'always' },
    mutations: { retry: false, networkMode: 'always' },
  },
});

export function App() {
  const route = useRoute();
  const main = useRef<HTMLElement>(null);
  useEffect(() => {
    let was = connection.get().kind;
    return connection.subscribe(() => {
      const { kind } = connection.get();
      // Back again: what waited for its next turn is read at once.
      if (was === 'offline' && kind === 'online') void client.invalidateQueries();
      was = kind;
    });
  }, []);
  return (
    <QueryClientProvider client={client}>
      <a
        className="skip-link"
        href="#main"
        onClick={(event) => {
          // The fragment is the route; the link only moves the focus.
          event.preventDefault();
          main.current?.focus();
        }}
      >
        Skip to the content
      </a>
      <Header page={route.page} />
      <main id="main" ref={main} tabIndex={-1}>
        {route.page === 'pricing' ? (
          <Suspense fallback={<p className="notice">Loading…</p>}>
            <PricingPage route={route} />
          </Suspense>
        ) : (
          <SchedulingPage route={route} />
        )}
      </main>
      <Toasts />
    </QueryClientProvider>
  );
}
