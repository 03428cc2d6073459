import { useSyncExternalStore } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { connection } from '../api/connection.ts';
import { Button } from '../ui/button.tsx';
import { Choice } from '../ui/choice.tsx';
import { Icon } from '../ui/icon.tsx';
import { hrefOf, type Page } from './route.ts';
import { usualInterval } from '../pricing/interval.ts';
import { setTheme, useTheme } from './theme.ts';

/** Pages of the console; a domain that gets one is a line here. */
const pages = [
  { page: 'scheduling', title: 'Scheduling', href: hrefOf({ page: 'scheduling', tab: 'tasks' }) },
  { page: 'pricing', title: 'Pricing', href: hrefOf({ page: 'pricing', interval: usualInterval }) },
] as const;
const documents = [
  { title: 'API docs', href: '/docs' },
  { title: 'OpenAPI', href: '/openapi.json' },
] as const;

export function Header({ page: current }: { readonly page: Page }) {
  return (
    <header className="top">
      <div className="top-inner">
        <a className="brand" href={pages[0].href}>
          <img src="./favicon.svg" alt="" width="28" height="28" />
          Portolan
        </a>
        <nav aria-label="Pages">
          {pages.map(({ page, title, href }) => (
            <a key={page} href={href} aria-current={page === current ? 'true' : undefined}>
              {title}
            </a>
          ))}
        </nav>
        <nav className="top-documents" aria-label="Reference">
          {documents.map(({ title, href }) => (
            <a key={title} href={href}>
              {title}
              <Icon name="external" />
            </a>
          ))}
        </nav>
        <ConnectionState />
        <ThemeChoice />
      </div>
    </header>
  );
}

function ConnectionState() {
  const { kind } = useSyncExternalStore(connection.subscribe, connection.get);
  const client = useQueryClient();
  const text = { connecting: 'Connecting', online: 'Live', offline: 'Offline, retrying' }[kind];
  return (
    <div className="connection" data-kind={kind}>
      <span
        role="status"
        title={kind === 'online' ? 'The platform answers; this page keeps itself up to date.' : undefined}
      >
        {text}
      </span>
      {kind === 'offline' ? (
        <Button look="quiet" onClick={() => void client.refetchQueries({ type: 'active' })}>
          Try now
        </Button>
      ) : null}
    </div>
  );
}

function ThemeChoice() {
  return (
    <Choice
      compact
      hideLegend
      legend="Theme"
      value={useTheme()}
      onChange={setTheme}
      options={[
        { value: 'light', label: 'Light', icon: 'sun' },
        { value: 'system', label: 'As the system', icon: 'screen' },
        { value: 'dark', label: 'Dark', icon: 'moon' },
      ]}
    />
  );
}
