// What a class and its parents declare, put together and checked: the routes of a controller. Children inherit routes. A
// method that a child declares again keeps what it does not say anew; guards and middleware of its parent stay in front.
import { NexureError } from '../errors/nexure-error.ts';
import { joinPaths } from '../prefix.ts';
import { readMetadata } from '../di/metadata.ts';
import { withArgumentSchemas } from './argument-schemas.ts';
import { ownDeclaration } from './declarations.ts';
import { mergedDocs } from './docs.ts';

import type { Constructor } from '../di/token.ts';
import type { Scope } from '../di/scope.ts';
import type { RouteDocs } from '../openapi/types.ts';
import type { HttpMethod } from '../route.ts';
import type { RouteSettings } from '../route-options.ts';
import type { Class, ClassDeclaration, MemberDeclaration } from './declarations.ts';
import type { Link } from './links.ts';

/** A route of a controller. */
export interface PlannedRoute {
  /** Such as `Books.one`, for messages. */
  readonly label: string;
  readonly name: string | symbol;
  readonly methods: readonly HttpMethod[];
  readonly paths: readonly string[];
  readonly settings: RouteSettings;
  readonly links: readonly Link[];
  readonly member: MemberDeclaration;
}

/** A controller, as it is to be registered. */
export interface ControllerPlan {
  readonly theClass: Constructor;
  readonly scope: Scope | undefined;
  readonly routes: readonly PlannedRoute[];
}

/** What is declared of a class, and to whom it belongs. */
type Layer = readonly [theClass: Class, declaration: ClassDeclaration];

/** Whether a class, or a parent of it, is decorated with `@Controller`. */
export function isController(theClass: Class): boolean {
  return layersOf(theClass).some(([, { controller }]) => controller !== undefined);
}

/**
 * The routes that a class declares, those of its parents first. Throws `ERR_NEXURE_CONTROLLER_INVALID` with the name of
 * class and method.
 */
export function planOf(theClass: Constructor): ControllerPlan {
  const layers = layersOf(theClass);
  const name = theClass.name || '(anonymous class)';
  checkPlaces(layers);
  const controller = layers.findLast(([, declaration]) => declaration.controller !== undefined)?.[1].controller;
  if (controller === undefined) throw invalid(`${name} is no controller: it has no @Controller`);
  const { scope, ...shared } = controller.options;
  const links = layers.flatMap(([, declaration]) => declaration.links);
  const docs = layers.reduce<RouteDocs | false | undefined>(
    (outer, [, declaration]) => mergedDocs(outer, declaration.docs),
    shared.openapi ?? { tags: [name] },
  );
  const routes: PlannedRoute[] = [];
  for (const [key, member] of membersOf(layers)) {
    const label = `${name}.${String(key)}`;
    if (member.verbs.length === 0)
      throw invalid(`${label} is decorated, but no route: it needs @Get, @Post or another`);
    if (member.verbs.length > 1) {
      const verbs = member.verbs.map(({ decorator }) => decorator).join(' and ');
      throw invalid(
        `${label} has ${verbs}: a method has one; @Route takes several methods, and each of them several paths`,
      );
    }
    if (typeof (theClass.prototype as Record<PropertyKey, unknown>)[key] !== 'function') {
      throw invalid(`${label} is declared as a route, and is no method of ${name} any more`);
    }
    routes.push(planRoute({ theClass, label, key, member, links, docs, shared, prefixes: controller.prefixes }));
  }
  if (routes.length === 0) throw invalid(`${name} declares no route: decorate its methods with @Get, @Post or another`);
  checkOverlaps(routes);
  return { theClass, scope: scope ?? readMetadata(theClass).scope, routes };
}

interface RouteParts {
  readonly theClass: Constructor;
  readonly label: string;
  readonly key: string | symbol;
  readonly member: MemberDeclaration;
  readonly links: readonly Link[];
  readonly docs: RouteDocs | false | undefined;
  readonly shared: RouteSettings;
  readonly prefixes: readonly string[];
}

function planRoute({ theClass, label, key, member, links, docs, shared, prefixes }: RouteParts): PlannedRoute {
  const [verb] = member.verbs as [MemberDeclaration['verbs'][number]];
  const paths = prefixes.flatMap((prefix) => verb.paths.map((path) => joinPaths(prefix, path) || '/'));
  const openapi = mergedDocs(mergedDocs(withAnswers(docs, member), verb.settings.openapi), member.docs);
  const settings: RouteSettings = { ...shared, ...verb.settings, ...(openapi === undefined ? undefined : { openapi }) };
  if (member.schema !== undefined && verb.settings.schema !== undefined) {
    throw invalid(`${label} has a schema in ${verb.decorator} and in @Schema: keep one`);
  }
  const declared = member.schema === undefined ? settings : { ...settings, schema: member.schema };
  return {
    label,
    name: key,
    methods: verb.methods,
    paths,
    settings: withArgumentSchemas(declared, theClass, key, member, (message) => invalid(`${label} ${message}`)),
    links: [...links, ...member.links],
    member,
  };
}

/** The status that a method is decorated with, for the OpenAPI document. */
function withAnswers(docs: RouteDocs | false | undefined, { status, redirect }: MemberDeclaration): typeof docs {
  const answered = redirect?.status ?? status;
  return answered === undefined || docs === false ? docs : mergedDocs({ responses: { [answered]: {} } }, docs);
}

/** Declarations from the outermost parent down to the class. One that replaced another by a decorator shares its own. */
function layersOf(theClass: Class): readonly Layer[] {
  const layers: Layer[] = [];
  for (
    let at: unknown = theClass;
    typeof at === 'function' && at !== Function.prototype;
    at = Object.getPrototypeOf(at)
  ) {
    const declaration = ownDeclaration(at as Class);
    if (declaration === undefined || layers.some(([, known]) => known === declaration)) continue;
    layers.unshift([at as Class, declaration]);
  }
  return layers;
}

function checkPlaces(layers: readonly Layer[]): void {
  for (const [theClass, { misplaced }] of layers) {
    const [first] = misplaced;
    if (first === undefined) continue;
    const place = first.member === 'class' ? theClass.name : `${theClass.name}.${String(first.member)}`;
    throw invalid(`${place}: ${first.complaint}`);
  }
}

function membersOf(layers: readonly Layer[]): Map<string | symbol, MemberDeclaration> {
  const members = new Map<string | symbol, MemberDeclaration>();
  for (const [, declaration] of layers) {
    for (const [key, own] of declaration.members) {
      const inherited = members.get(key);
      members.set(key, inherited === undefined ? own : refine(inherited, own));
    }
  }
  return members;
}

/** A guard that a parent declares cannot be lost by declaring its method again. */
function refine(inherited: MemberDeclaration, own: MemberDeclaration): MemberDeclaration {
  return {
    verbs: own.verbs.length > 0 ? own.verbs : inherited.verbs,
    links: [...inherited.links, ...own.links],
    headers: [...inherited.headers, ...own.headers],
    status: own.status ?? inherited.status,
    redirect: own.redirect ?? inherited.redirect,
    arguments: own.arguments.length > 0 ? own.arguments : inherited.arguments,
    schema: own.schema ?? inherited.schema,
    docs: mergedDocs(inherited.docs, own.docs),
  };
}

/** The router knows of more conflicts; that within one controller is told with the names of both methods. */
function checkOverlaps(routes: readonly PlannedRoute[]): void {
  const taken = new Map<string, string>();
  for (const { label, methods, paths, settings } of routes) {
    // What tells two routes of one path apart is the router's to judge.
    const { host, version } = settings as { readonly host?: unknown; readonly version?: unknown };
    if (host !== undefined || version !== undefined) continue;
    for (const route of methods.flatMap((method) => paths.map((path) => `${method} ${path}`))) {
      const other = taken.get(route);
      if (other !== undefined) throw invalid(`${other} and ${label} both answer ${route}`);
      taken.set(route, label);
    }
  }
}

function invalid(message: string): NexureError {
  return new NexureError('ERR_NEXURE_CONTROLLER_INVALID', message);
}
