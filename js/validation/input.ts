// What a route declares of its input: planned when it is declared, compiled natively when the application starts. The core
// checks requests by it before JavaScript is entered; only bodies that must be decoded first are checked from here.
import { SchemaError, pointerOfLocation } from '../errors/schema-error.ts';
import { native } from '../native.ts';
import { checkPartNames } from './declared-schemas.ts';
import { checkHeadSchema } from './head-schemas.ts';
import { INPUT_PARTS, resolveInput } from './input-options.ts';
import { isOptional, partOf } from './parts.ts';
import { validate } from './standard-schema.ts';

import type { SchemaErrorReason } from '../errors/schema-error.ts';
import type { InputPart, InputProgram, SchemaDeferral, SchemaRegistry } from '../native.ts';
import type {
  InputOptions,
  InputPartName,
  ResolvedInput,
  ResolvedValidation,
  TranslateError,
} from './input-options.ts';
import type { PartPlan } from './parts.ts';
import type { Revive } from './revive.ts';
import type { Schemas } from './schema-types.ts';
import type { StandardSchemas } from './standard-schema.ts';

/** Schemas of a route by what they are for, and how they are used. */
export interface InputSchemas extends Schemas {
  readonly options?: InputOptions;
}

type Validate = ReturnType<typeof validate>;

/** What runs for the input of a route. */
export interface CompiledInput {
  /** Checks natively; `undefined` where nothing does. */
  readonly program: InputProgram | undefined;
  /** The parts that the core has made anew: their values come with the request. */
  readonly parts: { readonly [Part in InputPartName]?: { readonly revive: Revive | undefined } };
  /** Whether bodies that were not checked must be, before the handler may run. */
  readonly guardsBody: boolean;
  readonly optionalBody: boolean;
  readonly changes: boolean;
  readonly maxErrors: number;
  /** What functions of the application decide, by part; `undefined` for nothing. */
  readonly deferrals: { readonly [Part in InputPartName]?: readonly SchemaDeferral[] };
  readonly defers: boolean;
  readonly translate: TranslateError | undefined;
}

const REGISTRY: SchemaRegistry = new native.SchemaRegistry();

/** The schemas of one route. */
export class InputPlan {
  /** As they were declared. */
  readonly schemas: InputSchemas;
  readonly #plans: readonly (readonly [InputPartName, PartPlan])[];
  readonly #options: ResolvedInput;
  readonly #validation: ResolvedValidation;
  #compiled: CompiledInput | undefined;
  /** Validates what other libraries have the last word on, in front of the handler. */
  readonly validate: Validate | undefined;

  /** Throws `ERR_NEXURE_OPTION_INVALID`, and `ERR_NEXURE_SCHEMA` for what is wrong at first sight. */
  constructor(path: string, schemas: InputSchemas, validation: ResolvedValidation) {
    checkPartNames(path, schemas);
    this.schemas = schemas;
    this.#validation = validation;
    const options = resolveInput(`${path}.options`, schemas.options, validation.given);
    this.#options = { ...options, optionalBody: options.optionalBody || isOptional(schemas.body) };
    const given = INPUT_PARTS.filter((part) => schemas[part] !== undefined);
    this.#plans = given.map((part) => [part, partOf(`${path}.${part}`, schemas[part])] as const);
    const vendors = this.#plans.flatMap(([part, { vendor }]) =>
      vendor === undefined ? [] : [[part, vendor] as const],
    );
    this.validate =
      vendors.length === 0
        ? undefined
        : validate(
            Object.fromEntries(vendors) as StandardSchemas,
            schemas.options?.maxErrors ?? validation.given.maxErrors,
          );
  }

  /** Whether libraries validate all of it in JavaScript, so that it needs nothing of the core. */
  get isForeign(): boolean {
    return this.schemas.response === undefined && this.#plans.every(([, { vendor }]) => vendor !== undefined);
  }

  /** Compiles the schemas; `label` names the route in errors. Throws `ERR_NEXURE_SCHEMA`. */
  compile(label: string, paramNames: readonly string[]): CompiledInput {
    return (this.#compiled ??= this.#compile(label, paramNames));
  }

  #compile(label: string, paramNames: readonly string[]): CompiledInput {
    const { maxErrors, changes, optionalBody } = this.#options;
    for (const [part, { json }] of this.#plans) {
      if (typeof json === 'object') checkHeadSchema(`schema.${part} of ${label}`, part, json, paramNames);
    }
    let natives = this.#plans.flatMap(([part, plan]) => this.#nativePart(part, plan));
    const make = (): InputProgram =>
      new native.InputProgram(
        { parts: natives, paramNames: [...paramNames], maxErrors, changes, limits: this.#validation.limits },
        REGISTRY,
      );
    let program = make();
    for (const { part, failure } of program.failures()) {
      const failed = natives.find((one) => one.part === part);
      if (failed?.isFilter !== true) {
        const { location, reason, message } = failure;
        const subject = `schema.${part} of ${label}`;
        throw new SchemaError(subject, pointerOfLocation(location), reason as SchemaErrorReason, message);
      }
      // The library that has exported it validates alone.
      natives = natives.filter((one) => one !== failed);
      program = make();
    }
    const whole = natives.filter(({ isFilter }) => !isFilter);
    const deferrals = Object.fromEntries(natives.map(({ part }) => [part, program.deferrals(part)]));
    return {
      maxErrors,
      deferrals,
      defers: Object.values(deferrals).some((list) => list.length > 0),
      program: natives.length === 0 ? undefined : program,
      parts: Object.fromEntries(
        this.#plans
          .filter(([part]) => whole.some((one) => one.part === part))
          .map(([part, { revive }]) => [part, { revive }]),
      ),
      guardsBody: whole.some(({ part }) => part === 'body'),
      optionalBody,
      changes,
      translate: this.#validation.translate,
    };
  }

  #nativePart(part: InputPartName, { json, filter }: PartPlan): InputPart[] {
    // What a library exports describes values, and parts of a head are text until it has read them.
    if (json === undefined || (filter && part !== 'body')) return [];
    const { rewrites, optionalBody } = this.#options;
    const untouched = { coerce: false, unknown: 0, defaults: false };
    return [
      {
        part,
        schema: JSON.stringify(json),
        isFilter: filter,
        rewrite: filter ? untouched : rewrites[part],
        ...(part === 'body' && !filter ? { form: rewrites.form, optional: optionalBody } : undefined),
      },
    ];
  }
}
