// What is wrong with a controller is told when it is registered, with the name of class and method, in both dialects, and
// also by compilers that give no metadata to decorators.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { createApp } from '../../js/index.ts';
import { compilers, importSource } from './compilers.ts';

import type { Constructor, ErrorCode } from '../../js/index.ts';
import type { Dialect } from './compilers.ts';

interface Mistake {
  readonly claim: string;
  readonly source: string;
  readonly message: RegExp;
  readonly code?: ErrorCode;
  /** Default both. */
  readonly only?: Dialect;
}

const MISTAKES: readonly Mistake[] = [
  {
    claim: 'a static method',
    source: `@Controller() export class Wrong { @Get() static one() {} }`,
    message: /^Wrong\.one: @Get stands on a static method; it decorates public methods$/,
  },
  {
    claim: 'a private method',
    source: `@Controller() export class Wrong { @Get() #one() {} two() { this.#one(); } }`,
    message: /^Wrong\.#one: @Get stands on a private method/,
    only: 'standard',
  },
  {
    claim: 'a field',
    source: `@Controller() export class Wrong { @Get() one = () => 1; }`,
    message: /^Wrong\.one: @Get stands on a field/,
  },
  {
    claim: 'an accessor',
    source: `@Controller() export class Wrong { @Get() get one() { return 1; } }`,
    message: /^Wrong\.one: @Get stands on (a getter|an accessor)/,
  },
  {
    claim: 'an auto-accessor',
    source: `@Controller() export class Wrong { @Status(201) accessor one = 1; }`,
    message: /^Wrong\.one: @Status stands on an? accessor/,
    only: 'standard',
  },
  {
    claim: 'a verb on the class',
    source: `@Controller() @Get() export class Wrong { @Get() one() {} }`,
    message: /^Wrong: @Get stands on a class; it decorates public methods$/,
  },
  {
    claim: '@Controller on a method',
    source: `@Controller() export class Wrong { @Controller() one() {} }`,
    message: /^Wrong\.one: @Controller stands on a public method; it decorates classes$/,
  },
  {
    claim: 'an argument on a method',
    source: `@Controller() export class Wrong { @Get() @Body() one() {} }`,
    message: /^Wrong\.one: @Body stands on a public method/,
  },
  {
    claim: 'two verbs',
    source: `@Controller() export class Wrong { @Get('/a') @Post('/b') one() {} }`,
    message: /^Wrong\.one has @Get and @Post: a method has one/,
  },
  {
    claim: 'one verb twice',
    source: `@Controller() export class Wrong { @Get('/a') @Get('/b') one() {} }`,
    message: /^Wrong\.one has @Get and @Get/,
  },
  {
    claim: 'no verb',
    source: `@Controller() export class Wrong { @Status(201) one() {} }`,
    message: /^Wrong\.one is decorated, but no route/,
  },
  {
    claim: 'two statuses',
    source: `@Controller() export class Wrong { @Get() @Status(201) @Status(202) one() {} }`,
    message: /^Wrong\.one: @Status\(201\) stands beside another status, 202$/,
  },
  {
    claim: 'two schemas',
    source: `@Controller() export class Wrong { @Get() @Schema({}) @Schema({}) one() {} }`,
    message: /^Wrong\.one: it has two @Schema/,
  },
  {
    claim: 'a schema in settings and in @Schema',
    source: `@Controller() export class Wrong { @Get('/', { schema: {} }) @Schema({}) one() {} }`,
    message: /^Wrong\.one has a schema in @Get and in @Schema/,
  },
  {
    claim: 'two lists of arguments',
    source: `@Controller() export class Wrong { @Get() @Args() @Args(Body()) one() {} }`,
    message: /^Wrong\.one: @Args stands beside another @Args/,
  },
  {
    claim: 'two methods of one route',
    source: `@Controller('/x') export class Wrong { @Get('/a') one() {} @Get('/a') two() {} }`,
    message: /^Wrong\.one and Wrong\.two both answer GET \/x\/a$/,
  },
  {
    claim: 'two methods of one shape',
    source: `@Controller('/x') export class Wrong { @Get('/:a') one() {} @Get('/:b') two() {} }`,
    message: /^Wrong\.two: .*\/x\/:a/,
    code: 'ERR_NEXURE_ROUTE_CONFLICT',
  },
  {
    claim: 'a malformed pattern',
    source: `@Controller('/x') export class Wrong { @Get('/:') one() {} }`,
    message: /^Wrong\.one: /,
    code: 'ERR_NEXURE_ROUTE_SYNTAX',
  },
  {
    claim: 'an unknown setting',
    source: `@Controller('/x') export class Wrong { @Get('/', { cache: 1 }) one() {} }`,
    message: /^Wrong\.one: option route\.cache is unknown/,
    code: 'ERR_NEXURE_OPTION_INVALID',
  },
  {
    claim: 'a parameter that the path has not',
    source: `@Controller('/x') export class Wrong { @Get('/:id') @Args(Param('ident')) one() {} }`,
    message: /^Wrong\.one: there is no parameter :ident in \/x\/:id; it has :id$/,
  },
  {
    claim: 'no route',
    source: `@Controller('/x') export class Wrong { one() {} }`,
    message: /^Wrong declares no route/,
  },
  {
    claim: 'no @Controller',
    source: `export class Wrong { @Get() one() {} }`,
    message: /^Wrong is no controller: it has no @Controller$/,
  },
  {
    claim: 'two @Controller',
    source: `@Controller('/x') @Controller('/y') export class Wrong { @Get() one() {} }`,
    message: /^Wrong: it has two @Controller$/,
  },
  {
    claim: '@Inject on a method',
    source: `@Controller('/x') export class Wrong { @Inject(Date) @Get() one() {} }`,
    message: /^Wrong\.one: @Inject stands on a method/,
  },
  {
    claim: '@Inject without a token',
    source: `@Controller('/x') export class Wrong { @Inject(undefined) date; @Get() one() {} }`,
    message: /^Wrong\.date: @Inject was given no token \(do two files import each other\?\)$/,
  },
  {
    claim: 'a dependency that nobody provides',
    source: `@Controller('/x') export class Wrong { none = inject('nobody'); @Get() one() {} }`,
    message: /Wrong -> 'nobody'/,
    code: 'ERR_NEXURE_DI_MISSING',
  },
  {
    claim: 'a parameter of a constructor without @Inject',
    source: `@Controller('/x') export class Wrong { constructor(@Inject(Date) a, b) {} @Get() one() {} }`,
    message: /deps\[1\] of Wrong is undefined/,
    code: 'ERR_NEXURE_DI_PROVIDER',
    only: 'legacy',
  },
  {
    claim: 'a parameter with two decorators',
    source: `@Controller('/x') export class Wrong { @Get() one(@Body() @Query() a) {} }`,
    message: /^Wrong\.one: parameter 1 has two decorators$/,
    only: 'legacy',
  },
  {
    claim: 'an argument on a parameter of a constructor',
    source: `@Controller('/x') export class Wrong { constructor(@Body() a) {} @Get() one() {} }`,
    message: /^Wrong\.constructor: @Body stands on a parameter of a constructor$/,
    only: 'legacy',
  },
  {
    claim: 'a method that is none any more',
    source: `class Base { @Get() one() {} } @Controller('/x') export class Wrong extends Base {} Wrong.prototype.one = 1;`,
    message: /^Wrong\.one is declared as a route, and is no method of Wrong any more$/,
  },
];

const HEAD =
  "import { Args, Body, Controller, Get, Inject, inject, Param, Post, Query, Schema, Status } from 'nexurejs';\n";

for (const [name, compiler] of Object.entries(compilers).filter(([key]) => key !== 'tsc 7')) {
  for (const dialect of ['standard', 'legacy'] as const) {
    describe(`a controller compiled by ${name}, ${dialect} dialect, is refused`, () => {
      for (const { claim, source, message, code = 'ERR_NEXURE_CONTROLLER_INVALID', only } of MISTAKES) {
        if (only !== undefined && only !== dialect) continue;
        // An error may come with the class itself, where it has its name.
        test(`with ${claim}`, async () => {
          await assert.rejects(
            async () => {
              const { Wrong } = await importSource(HEAD + source, compiler, dialect);
              const app = createApp().register(Wrong as Constructor);
              await app.ready();
            },
            { name: 'NexureError', message, code },
          );
        });
      }
    });
  }
}

describe('decorators refuse', () => {
  const GIVEN: Readonly<Record<string, readonly [source: string, message: RegExp]>> = {
    'no parentheses': ['class Wrong { @Get one() {} }', /@Get takes a path; without one it is @Get\(\)/],
    'no parentheses around nothing': [
      '@Controller class Wrong {}',
      /@Controller takes a path; without one it is @Contr/,
    ],
    'an unknown option of a controller': [
      "@Controller('/', { lazy: 1 }) class Wrong {}",
      /option @Controller.lazy is unkn/,
    ],
    'an unknown scope': ["@Controller('/', { scope: 'x' }) class Wrong {}", /option @Controller.scope must be a Scope/],
    'an unknown part of a schema': [
      'class Wrong { @Schema({ cookie: 1 }) one() {} }',
      /option @Schema.cookie is unknown/,
    ],
    'what is no schema': ['class Wrong { @Schema({ body: 1 }) one() {} }', /option @Schema.body must be a schema/],
    'a status that is none': [
      'class Wrong { @Status(99) one() {} }',
      /option @Status must be an integer from 200 to 599/,
    ],
    'a status behind a path that is none': ["class Wrong { @Get('/', 99) one() {} }", /@Get.status must be an integer/],
    'what is no middleware': ['class Wrong { @Use(1) one() {} }', /@Use takes middleware: .*, not number/],
    'a class that is no middleware': [
      'class Wrong { @Use(Date) one() {} }',
      /@Use\(Date\): the class has no method use\(\)/,
    ],
    'what is no guard': ['class Wrong { @Guard({}) one() {} }', /@Guard takes guards: .*, not object/],
    'a header that is none': ["class Wrong { @Header('a b', 'x') one() {} }", /"a b" is not a header name/],
    'what is no argument': ['class Wrong { @Args(1) one() {} }', /@Args takes Body\(\), Param\('id'\)/],
    'what is no pipe': [
      "class Wrong { @Args(Param('id', 1)) one() {} }",
      /@Param takes a name, and a schema or a pipe/,
    ],
    'a method that does not exist': [
      "@Controller() export class Wrong { @Route('FETCH') one() {} }",
      /Wrong.one: FETCH is not/,
    ],
    'a redirect that is none': [
      "class Wrong { @Redirect('/x', 200) one() {} }",
      /@Redirect.status must be an integer from/,
    ],
  };
  const head = `import { Args, Controller, Get, Guard, Header, Param, Redirect, Route, Schema, Status, Use } from 'nexurejs';\n`;
  for (const [claim, [source, message]] of Object.entries(GIVEN)) {
    test(claim, async () => {
      for (const dialect of ['standard', 'legacy'] as const) {
        await assert.rejects(async () => {
          const { Wrong } = await importSource(head + source, compilers['esbuild'] as never, dialect);
          createApp().register(Wrong as Constructor);
        }, message);
      }
    });
  }
});
