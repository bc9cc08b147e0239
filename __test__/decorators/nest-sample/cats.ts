// The sample application of NestJS, 01-cats-app, as one moves it over: controller, service, module, guard, pipe,
// interceptor and exception filter. For the legacy dialect, as Nest's own.
import {
  BadRequestError,
  Body,
  Catch,
  Controller,
  Ctx,
  Get,
  Guard,
  HttpError,
  Inject,
  Injectable,
  Module,
  Param,
  Post,
  Schema,
  toInt,
  Use,
} from 'nexurejs';

import type { CanActivate, Context, MiddlewareObject, Next, StandardSchema } from 'nexurejs';

export interface Cat {
  readonly name: string;
  readonly age: number;
  readonly breed: string;
}

/** In place of a class with decorators of class-validator; any library that speaks Standard Schema makes such. */
const CreateCat: StandardSchema<unknown, Cat> = {
  '~standard': {
    version: 1,
    vendor: 'sample',
    validate(value) {
      const cat = value as Partial<Cat> | undefined;
      const issues = [
        ...(typeof cat?.name === 'string' ? [] : [{ message: 'name must be a string', path: ['name'] }]),
        ...(Number.isInteger(cat?.age) ? [] : [{ message: 'age must be an integer number', path: ['age'] }]),
        ...(typeof cat?.breed === 'string' ? [] : [{ message: 'breed must be a string', path: ['breed'] }]),
      ];
      return issues.length > 0 ? { issues } : { value: cat as Cat };
    },
  },
};

@Injectable()
export class CatsService {
  readonly #cats: Cat[] = [];

  create(cat: Cat): void {
    this.#cats.push(cat);
  }

  findAll(): readonly Cat[] {
    return this.#cats;
  }

  findOne(id: number): Cat | undefined {
    return this.#cats[id];
  }
}

/** `CanActivate` of Nest: `context.switchToHttp().getRequest()` is the context itself. */
@Injectable()
export class RolesGuard implements CanActivate {
  canActivate({ request }: Context): boolean {
    return request.method !== 'POST' || request.get('x-role') === 'admin';
  }
}

/** `NestInterceptor`: what is in front of `next()`, and what is behind it. */
@Injectable()
export class TransformInterceptor implements MiddlewareObject {
  async use(_context: Context, next: Next): Promise<unknown> {
    const data: unknown = await next();
    return data === undefined ? undefined : { data };
  }
}

/** `ExceptionFilter`, with `@Catch(HttpException)`. */
const httpErrors = (error: HttpError, { request, response }: Context): unknown =>
  response.status(error.status).json({ statusCode: error.status, message: error.message, path: request.url });

/** `PipeTransform`: a function. */
function positive(value: unknown): number {
  const id = toInt(value);
  if (id < 0) throw new BadRequestError('id must be positive');
  return id;
}

@Controller('cats')
@Catch(HttpError, httpErrors)
@Guard(RolesGuard)
@Use(TransformInterceptor)
export class CatsController {
  private readonly cats: CatsService;

  constructor(@Inject(CatsService) cats: CatsService) {
    this.cats = cats;
  }

  @Post()
  @Schema({ body: CreateCat })
  create(@Ctx() { body }: Context & { readonly body: Cat }): void {
    this.cats.create(body);
  }

  @Get()
  findAll(): readonly Cat[] {
    return this.cats.findAll();
  }

  @Get(':id')
  findOne(@Param('id', positive) id: number): Cat {
    const cat = this.cats.findOne(id);
    if (cat === undefined) throw new HttpError(404, 'there is no such cat');
    return cat;
  }

  @Post('raw')
  raw(@Body('name') name: unknown): unknown {
    return { name };
  }
}

@Module({ controllers: [CatsController], providers: [CatsService] })
export class CatsModule {
  readonly name: string = 'cats';
}

@Module({ imports: [CatsModule] })
export class AppModule {
  readonly name: string = 'app';
}
