export { adapter, type Adapter, type Cloud, type Limit, type Opening } from './adapter.ts';
export { checkBindings, CompositionError, type AdapterFor, type Bindings } from './bindings.ts';
export { compose, portToken, type Composition, type CompositionOptions } from './composition.ts';
