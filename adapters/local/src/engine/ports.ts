import { PortError } from '@portolan/kernel';
import type { Engine } from './engine.ts';

/**
 * Notes under which shape a port is stored, so that a later version of its service cannot misread it.
 *
 * @param name - The name that its tables bear.
 * @param shape - What rows depend on and what no migration can change.
 * @throws {PortError} `unsupported` when the file holds the port in another shape.
 */
export function claimShape(engine: Engine, name: string, shape: string): void {
  engine.define((execute) => {
    execute(
      'CREATE TABLE IF NOT EXISTS portolan_ports (name TEXT PRIMARY KEY, shape TEXT NOT NULL) STRICT, WITHOUT ROWID',
    );
    const stored = engine.statement('SELECT shape FROM portolan_ports WHERE name = ?').get(name)?.['shape'];
    if (stored === undefined) engine.statement('INSERT INTO portolan_ports VALUES (?, ?)').run(name, shape);
    else if (stored !== shape) {
      throw new PortError(
        'unsupported',
        `${engine.file} holds "${name}" as ${stored}, not as ${shape}; give the new shape a new name`,
      );
    }
  });
}
