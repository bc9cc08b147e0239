// A blog: everybody reads, who has logged in writes. What a small Express application is made of: sessions in signed
// cookies, groups with their own middleware, forms and uploads, static files, pages for errors.
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { BadRequestError, createApp, isHttpError, NotFoundError, UnauthorizedError } from 'nexurejs';

import { errorPage, formPage, listPage, loginPage, postPage } from './pages.ts';
import { endSession, onlyUsers, passwordIsRight, startSession, withSession } from './sessions.ts';

import type { AppOptions, Context } from 'nexurejs';

/** What a blog is made with. */
export interface BlogOptions extends AppOptions {
  /** What sessions are signed with: 32 bytes or more. */
  readonly secret: string;
  /** The folder of the pictures. */
  readonly pictures: string;
}

const PUBLIC = fileURLToPath(new URL('public', import.meta.url));
const YEAR_MS = 365 * 24 * 60 * 60 * 1000;

/** Makes a blog, with one post in it. */
export function createBlog({ secret, pictures, ...options }: BlogOptions) {
  const posts = new Map([[1, { id: 1, title: 'Hello', text: 'The first post.', by: 'ada', picture: '' }]]);
  mkdirSync(pictures, { recursive: true });

  return (
    createApp({ ...options, cookies: { keys: [secret] }, routing: { strict: false } })
      // In front of all middleware, so that JavaScript is not asked for small files that were sent before.
      .static('/assets', PUBLIC)
      .static('/pictures', pictures, { maxAgeMs: YEAR_MS, immutable: true })
      .use(withSession)
      .get('/', (ctx) => ctx.html(listPage([...posts.values()], ctx.user)))

      .get('/login', (ctx) => ctx.html(loginPage()))
      .post('/login', async (ctx) => {
        const form = await ctx.formData();
        const [name, password] = [String(form.get('name')), String(form.get('password'))];
        if (!(await passwordIsRight(name, password))) throw new UnauthorizedError('Name or password is wrong.');
        startSession(ctx.response, name);
        return ctx.redirect('/', 303);
      })
      .post('/logout', (ctx) => {
        endSession(ctx.response);
        return ctx.redirect('/', 303);
      })

      .group('/posts', (group) =>
        group
          .get('/:id(int)', (ctx) => {
            const post = posts.get(ctx.params.id);
            if (post === undefined) throw new NotFoundError('There is no such post.');
            return ctx.html(postPage(post));
          })
          // Who may write: stands in front of what follows.
          .use(onlyUsers)
          .get('/new', (ctx) => ctx.html(formPage(ctx.user)))
          .post('/', { maxBodyBytes: 5_000_000 }, async (ctx) => {
            const { title, text, picture } = await readPost(ctx, pictures);
            const post = { id: posts.size + 1, title, text, by: ctx.user, picture };
            posts.set(post.id, post);
            ctx.log.info({ post: post.id }, 'written');
            return ctx.redirect(`/posts/${post.id}`, 303);
          }),
      )

      .notFound((ctx) => ctx.html(errorPage('There is no such page.')))
      .onError((error, ctx) => {
        // A page for browsers; whoever wants JSON gets the problem document.
        if (ctx.request.accepts('json', 'html') !== 'html') return undefined;
        const isOurs = isHttpError(error) && error.expose;
        ctx.response.status(isHttpError(error) ? error.status : 500);
        return ctx.html(errorPage(isOurs ? error.message : 'Something went wrong.'));
      })
  );
}

/** Reads the form of a post; its picture, if there is one, is saved under a name that nobody can guess. */
async function readPost(ctx: Context, pictures: string): Promise<{ title: string; text: string; picture: string }> {
  const post = { title: '', text: '', picture: '' };
  const check = (): void => {
    if (post.title === '' || post.text === '') throw new BadRequestError('A post has a title and a text.');
  };
  for await (const part of ctx.parts({ maxFiles: 1, maxFileBytes: 4_000_000 })) {
    if (part.name === 'title') post.title = await part.text();
    else if (part.name === 'text') post.text = await part.text();
    else if (part.name === 'picture' && part.filename) {
      // Its fields come before it: nothing is saved of a post that is refused.
      check();
      if (!/\.(?:png|jpe?g)$/i.test(part.filename)) throw new BadRequestError('A picture is a PNG or a JPEG.');
      post.picture = (await part.saveTo(pictures)).name;
    }
  }
  check();
  return post;
}
