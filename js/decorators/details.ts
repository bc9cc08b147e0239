// The decorators that say more of a route, or of all routes of a controller.
import { checkName, checkValue } from '../http/fields.ts';
import { checkRouteDocs } from '../openapi/options.ts';
import { checkSchemaParts } from '../validation/declared-schemas.ts';
import { dualDecorator } from './dialect.ts';
import { guardLink, useLink } from './links.ts';
import { mergedDocs } from './docs.ts';
import { catchError, checkRedirect, checkStatus } from './middleware.ts';
import { CLASS_OPTIONS, describedClass } from './property.ts';

import type { Middleware } from '../middleware.ts';
import type { RouteDocs } from '../openapi/types.ts';
import type { InputSchemas } from '../validation/input.ts';
import type { GuardTarget, Link, UseTarget } from './links.ts';
import type { SchemaClass } from '../schema/class-schema.ts';
import type { Catcher, ErrorClass } from './middleware.ts';
import type { Placement } from './dialect.ts';
import type { ClassSchemaOptions } from './property.ts';
import type { ClassDecorating, ClassOrMethodDecorating, MethodDecorating } from './types.ts';

/**
 * Middleware in front of a method, or of every method of a class. It runs in the order it is written in, together with
 * `@Guard` and `@Catch`; that of the class first.
 */
export function Use(...middleware: readonly UseTarget[]): ClassOrMethodDecorating {
  return linked('@Use', middleware.map(useLink));
}

/**
 * Lets only requests pass for which every guard says `true`; others are answered with 403 `ERR_NEXURE_GUARD_REFUSED`.
 * Guards run before the body is parsed or validated.
 */
export function Guard(...guards: readonly GuardTarget[]): ClassOrMethodDecorating {
  return linked('@Guard', guards.map(guardLink));
}

/** Answers what is thrown behind it: everything, or instances of the given classes. */
export function Catch<Thrown>(
  ...given: readonly [...classes: ErrorClass<Thrown>[], catcher: Catcher<Thrown>]
): ClassOrMethodDecorating {
  return linked('@Catch', [{ middleware: catchError(...given) as Middleware }]);
}

function linked(name: string, links: readonly Link[]): ClassOrMethodDecorating {
  // Decorators are applied from the one next to the method upwards.
  return dualDecorator({
    name,
    onClass: (declaration) => void declaration.links.unshift(...links),
    onMethod: (member) => void member.links.unshift(...links),
  });
}

/** The status of answers that say none; 200-599. */
export function Status(code: number): MethodDecorating {
  checkStatus('@Status', code);
  return dualDecorator({
    name: '@Status',
    onMethod: (member, complain) => {
      if (member.status !== undefined) complain(`@Status(${code}) stands beside another status, ${member.status}`);
      member.status = code;
    },
  });
}

/** A header field of the answer; the method may set it anew. */
export function Header(name: string, value: string): MethodDecorating {
  checkName(name);
  checkValue(name, value);
  return dualDecorator({ name: '@Header', onMethod: (member) => void member.headers.unshift([name, value]) });
}

/**
 * Redirects once the method has run; a `{ location, status }` that it returns overrules what is said here. `status` is a
 * 3xx, default 302.
 */
export function Redirect(location: string, status = 302): MethodDecorating {
  checkRedirect('@Redirect', location, status);
  return dualDecorator({ name: '@Redirect', onMethod: (member) => void (member.redirect = { location, status }) });
}

/**
 * The schemas of a method, of any kind that routes take: those of what the client sends are checked in front of all guards and
 * middleware, and what they give takes the place of `ctx.body`, `ctx.query`, `ctx.params`, and of fields and cookies of
 * `ctx.request`. What does not fit is answered with 422 `ERR_NEXURE_SCHEMA_INVALID`.
 */
export function Schema(schemas: InputSchemas): MethodDecorating;
/** On a class: makes it a schema of its fields, which `@Property` describes. */
export function Schema(options?: ClassSchemaOptions): ClassDecorating;
export function Schema(given: InputSchemas | ClassSchemaOptions = {}): ClassDecorating & MethodDecorating {
  const names = Object.keys(given);
  const isOfClass = names.every((name) => CLASS_OPTIONS.includes(name));
  // Without anything it may be either.
  const isOfMethod = names.length === 0 || !isOfClass;
  if (isOfMethod) checkSchemaParts('@Schema', given as InputSchemas);
  const onClass: Placement['onClass'] = (declaration, theClass) => {
    declaration.schemaOptions = given as ClassSchemaOptions;
    describedClass(theClass as SchemaClass);
  };
  const onMethod: Placement['onMethod'] = (member, complain) => {
    if (member.schema !== undefined) complain('it has two @Schema: give them as one');
    member.schema = given as InputSchemas;
  };
  return dualDecorator({
    name: '@Schema',
    ...(isOfClass ? { onClass } : undefined),
    ...(isOfMethod ? { onMethod } : undefined),
  });
}

/**
 * What the OpenAPI document says of a method, or of every method of a class, beside its schemas: the same as the setting
 * `openapi`. What a method says goes before what its class says. `false` leaves it out.
 */
export function Api(docs: RouteDocs | false): ClassOrMethodDecorating {
  checkRouteDocs('@Api', docs);
  return dualDecorator({
    name: '@Api',
    onClass: (declaration) => void (declaration.docs = mergedDocs(declaration.docs, docs)),
    onMethod: (member) => void (member.docs = mergedDocs(member.docs, docs)),
  });
}
