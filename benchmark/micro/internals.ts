// What the micro-benchmarks take of the framework's inside, beside its public API.
export * from '../../js/index.ts';
export { access } from '../../js/context/access.ts';
export { handlerOf } from '../../js/di/index.ts';
export { copyFields } from '../../js/express/fields.ts';
export { fromExpress } from '../../js/express/index.ts';
export { compose } from '../../js/middleware.ts';
export { resolveOptions } from '../../js/options.ts';
export { SchemaValidator } from '../../js/native-api/index.ts';
export { Serializer } from '../../js/serialize/serializer.ts';
