// The pages, as plain functions: a template engine would stand here.
interface Post {
  readonly id: number;
  readonly title: string;
  readonly text: string;
  readonly by: string;
  /** The name of the file, or nothing. */
  readonly picture: string;
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** HTML with the values in it escaped; lists are HTML already. */
function html(parts: TemplateStringsArray, ...values: readonly (string | number | readonly string[])[]): string {
  const escaped = values.map((value) =>
    typeof value === 'object' ? value.join('') : String(value).replaceAll(/[&<>"]/g, (found) => ESCAPES[found] ?? ''),
  );
  return String.raw({ raw: parts }, ...escaped);
}

function layout(title: string, body: string): string {
  return html`<!doctype html><title>${title}</title><link rel="stylesheet" href="/assets/blog.css" />
    <h1>${title}</h1>
    ${[body]}`;
}

export function listPage(posts: readonly Post[], user: string | undefined): string {
  const links = posts.map(({ id, title, by }) => html`<li><a href="/posts/${id}">${title}</a> by ${by}</li>`);
  const account =
    user === undefined
      ? html`<a href="/login">Log in</a>`
      : html`<a href="/posts/new">Write</a>
          <form method="post" action="/logout"><button>Log out ${user}</button></form>`;
  return layout(
    'Blog',
    html`<ul>
        ${links}
      </ul>
      ${[account]}`,
  );
}

export function postPage({ title, text, by, picture }: Post): string {
  const image = picture === '' ? '' : html`<img src="/pictures/${picture}" alt="" />`;
  return layout(
    title,
    html`${[image]}
      <p>${text}</p>
      <p>by ${by}, <a href="/">all posts</a></p>`,
  );
}

export function formPage(user: string): string {
  return layout(
    `A post by ${user}`,
    html`<form method="post" action="/posts" enctype="multipart/form-data">
      <input name="title" required /> <textarea name="text" required></textarea
      ><input type="file" name="picture" accept=".png,.jpg,.jpeg" /><button>Post</button>
    </form>`,
  );
}

export function loginPage(): string {
  return layout(
    'Log in',
    html`<form method="post">
      <input name="name" required /><input name="password" type="password" required /><button>Log in</button>
    </form>`,
  );
}

export function errorPage(message: string): string {
  return layout(message, html`<p><a href="/">All posts</a></p>`);
}
