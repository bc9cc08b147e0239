// The native addon, loaded once. The only file that knows the generated loader; nothing here is a public export.
import { createRequire } from 'node:module';

import { NexureError } from './errors/nexure-error.ts';

import type * as Binding from '../index.js';

export type {
  Decoded,
  Decoder,
  Encoder,
  EngineMetrics,
  EngineOptions,
  FileFacts,
  FileRequestFields,
  FileRoot,
  HotFileStatistics,
  HotFiles,
  InputPart,
  InputProgram,
  InputRewrite,
  MemoryOutput,
  MemoryServer,
  MultipartFailure,
  MultipartHead,
  MultipartLimits,
  MultipartParser,
  PoolMetrics,
  NativeProblem,
  PlannedFile,
  RouteConditions,
  RouteFailure,
  RouteFinder,
  RouteOptions,
  RouteTable,
  RoutingOptions,
  SchemaDeferral,
  SchemaLimits,
  SchemaProgram,
  SchemaRegistry,
  SchemaSettings,
  SerializeProgram,
  UvServer,
} from '../index.js';

function load(): typeof Binding {
  const require = createRequire(import.meta.url);
  try {
    return require('../index.js') as typeof Binding;
  } catch (cause) {
    throw new NexureError('ERR_NEXURE_NATIVE_MISSING', missingMessage(cause), { cause });
  }
}

/** Names the platform and the one command that mends the installation. */
function missingMessage(cause: unknown): string {
  const platform = `${process.platform}-${process.arch}`;
  const reason = cause instanceof Error ? cause.message.split('\n', 1)[0] : String(cause);
  return (
    `no native binary of nexurejs could be loaded for ${platform} on Node ${process.versions.node} (${reason}). ` +
    'If optional dependencies were left out, install again with: npm install --include=optional nexurejs'
  );
}

/** The addon's exports. */
export const native: typeof Binding = load();

/** The numbers of the shared tables, as the addon was compiled with. */
export const layout: Readonly<Record<string, number>> = Object.freeze(native.layout());

/** A number of the layout; a name that is not there means that addon and JavaScript are of different versions. */
export function column(name: string): number {
  const value = layout[name];
  if (value === undefined) {
    throw new NexureError(
      'ERR_NEXURE_NATIVE_MISMATCH',
      `the native binary has no ${name}: it belongs to another version`,
    );
  }
  return value;
}
