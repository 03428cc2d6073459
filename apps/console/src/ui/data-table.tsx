import type { ReactNode } from 'react';

export interface Column<Row> {
  readonly name: string;
  readonly cell: (row: Row) => ReactNode;
  /** Numbers line up at the right. */
  readonly numeric?: boolean;
  /** Shown without its name where the table folds into cards. */
  readonly headline?: boolean;
  /** For screen readers only. */
  readonly hideName?: boolean;
}

interface DataTableProps<Row> {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
}

/**
 * A table that folds each row into a card where it is narrow. The roles are spelt out because browsers forget them when CSS
 * changes how a table is laid out.
 */
export function DataTable<Row>({ caption, columns, rows, keyOf }: DataTableProps<Row>) {
  return (
    <div className="table-frame">
      <table role="table">
        <caption className="visually-hidden">{caption}</caption>
        <thead role="rowgroup">
          <tr role="row">
            {columns.map(({ name, numeric, hideName }) => (
              <th key={name} role="columnheader" scope="col" data-numeric={numeric}>
                {hideName === true ? <span className="visually-hidden">{name}</span> : name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row) => (
            <tr key={keyOf(row)} role="row" data-key={keyOf(row)}>
              {columns.map(({ name, cell, numeric, headline, hideName }) => (
                <td
                  key={name}
                  role="cell"
                  data-numeric={numeric}
                  data-headline={headline}
                  data-label={hideName === true || headline === true ? undefined : name}
                >
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
