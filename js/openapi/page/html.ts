// HTML from templates that escape: whatever comes from an application is text, unless a template has made it.

/** HTML that may stand in HTML. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What may stand in a template: text is escaped, nothing is left out. */
export type Content = Html | string | number | undefined | false | readonly Content[];

/** A template. Its holes are content of elements, or attribute values between double quotes. */
export function html(strings: TemplateStringsArray, ...contents: readonly Content[]): Html {
  let text = outdented(strings[0]);
  for (const [index, content] of contents.entries()) text += textOf(content) + outdented(strings[index + 1]);
  return new Html(text);
}

/** How templates are laid out in the source is nothing that a browser has to be sent. */
function outdented(text = ''): string {
  return text.replace(/\n +/g, '\n');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text, as it stands in elements and between quotes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char);
}

function textOf(content: Content): string {
  if (content === undefined || content === false) return '';
  if (content instanceof Html) return content.text;
  if (typeof content === 'object') return content.map(textOf).join('');
  return escapeHtml(String(content));
}

/** A description: paragraphs, `code`, and addresses of the web as links. Nothing else of Markdown is read. */
export function prose(description: string | undefined): Content {
  if (description === undefined) return undefined;
  return description
    .trim()
    .split(/\n\s*\n/)
    .map((paragraph) => html`<p>${inline(paragraph)}</p>`);
}

function inline(text: string): readonly Content[] {
  // The parts that match stand at odd places.
  return text
    .split(/(`[^`]+`|https?:\/\/[^\s<>"'`)\]]*[^\s<>"'`)\].,;:!?])/)
    .map((part, index) =>
      index % 2 === 0 ? part : part.startsWith('`') ? html`<code>${part.slice(1, -1)}</code>` : link(part, part),
    );
}

/** A link, if the address is one of the web; else its text. */
export function link(url: string | undefined, text: string): Content {
  return isWebAddress(url) ? html`<a href="${url}" rel="noreferrer noopener">${text}</a>` : text;
}

/** Whether following an address runs nothing. */
export function isWebAddress(url: unknown): url is string {
  return typeof url === 'string' && /^(?:https?:\/\/|mailto:)[^\s]+$/i.test(url);
}
