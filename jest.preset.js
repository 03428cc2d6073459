import { nxPreset } from '@nx/jest/preset';

// Built output, and the workspaces that break rules on purpose.
const ignored = ['<rootDir>/(.*/)?dist/', '<rootDir>/\\.nx/', '<rootDir>/tools/nx/fixtures/'];

/** @type {import('jest').Config} */
export default {
  ...nxPreset,
  // Nx's own resolver reads tsconfig `paths`, which this workspace has none of; Jest's reads the export condition.
  resolver: undefined,
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['@portolan/source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts'],
  moduleFileExtensions: ['ts', 'js', 'mjs', 'cjs', 'json', 'node'],
  transform: { '\\.ts$': '<rootDir>/tools/nx/jest/strip-types.js' },
  // So that one variable seeds every property, wherever it is written, and files without properties load nothing for it.
  moduleNameMapper: { '^fast-check$': '<rootDir>/tools/nx/jest/seeded-fast-check.js' },
  testMatch: ['<rootDir>/{packages,adapters,apps,tools}/**/*.test.ts'],
  modulePathIgnorePatterns: ignored,
  testPathIgnorePatterns: ['/node_modules/', ...ignored],
  coverageProvider: 'babel',
};
