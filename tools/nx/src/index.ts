export { placementOf, tagsOf, type Cloud, type Placement, type ProjectType } from './placement.ts';
