export {
  adapter,
  type Adapter,
  type Cloud,
  type Limit,
  type Opening,
  type Part,
  type Parts,
  type PartUse,
  type PlatformTrigger,
  type TriggerPlace,
} from './adapter.ts';
export { checkBindings, CompositionError, type AdapterFor, type Binding, type Bindings } from './bindings.ts';
export { compose, portToken, type Composition, type CompositionOptions } from './composition.ts';
export { hostFunction, type HostedFunction } from './hosted.ts';
