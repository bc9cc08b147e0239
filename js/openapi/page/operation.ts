// One operation of the page: what it takes, what it answers, and a form that tries it.
import { isObject } from '../subschemas.ts';
import { exampleOf, resolved } from './example.ts';
import { html, link, prose } from './html.ts';
import { schemaView, typeLine } from './schema.ts';

import type {
  JsonSchema,
  MediaTypeObject,
  OpenApiDocument,
  OperationObject,
  ParameterObject,
  Reference,
  RequestBodyObject,
  ResponseObject,
} from '../types.ts';
import type { Content, Html } from './html.ts';

/** An operation with its place. */
export interface PlacedOperation {
  readonly method: string;
  readonly path: string;
  readonly operation: OperationObject;
}

/** An operation, closed until somebody opens it. */
export function operationView(placed: PlacedOperation, document: OpenApiDocument): Html {
  const { method, path, operation } = placed;
  const { operationId, summary, description, deprecated, parameters = [], requestBody, externalDocs } = operation;
  return html`<details class="operation" id="op-${operationId}" data-find="${findText(placed)}">
    <summary>
      <span class="method ${method}">${method.toUpperCase()}</span>
      <span class="path${deprecated === true && ' gone'}">${path}</span
      >${deprecated === true && html` <span class="mark">deprecated</span>`} <span class="summary">${summary}</span>
    </summary>
    <div class="inside">
      ${prose(description)}${externalDocs !== undefined && html`<p>${link(externalDocs.url, externalDocs.description ?? externalDocs.url)}</p>`}
      ${security(operation, document)}${parameters.length > 0 && parameterTable(parameters)}${requestBody !== undefined && bodyView(requestBody)}
      ${answers(operation, document)} ${form(placed, document)}
    </div>
  </details>`;
}

/** What the application answers, and apart from it what any operation may answer. */
function answers({ responses }: OperationObject, document: OpenApiDocument): Content {
  const all = Object.entries(responses).sort(([a], [b]) => (a < b ? -1 : 1));
  const view = (list: typeof all): Html =>
    html`<dl class="answers">${list.map(([status, response]) => responseView(status, response, document))}</dl>`;
  const own = all.filter(([, response]) => !('$ref' in response));
  const shared = all.filter(([, response]) => '$ref' in response);
  return [
    html`<h4>Answers</h4>`,
    own.length > 0 && view(own),
    shared.length > 0 &&
      html`<details>
        <summary>Errors: ${shared.map(([status]) => status).join(', ')}</summary>
        <div class="inside">${view(shared)}</div>
      </details>`,
  ];
}

function findText({ method, path, operation }: PlacedOperation): string {
  const { operationId, summary = '', tags = [] } = operation;
  return [method, path, operationId, summary, ...tags].join(' ').toLowerCase();
}

/** The names of the schemes that an operation asks for. */
function schemesOf(operation: OperationObject, document: OpenApiDocument): readonly string[] {
  return [...new Set((operation.security ?? document.security ?? []).flatMap((one) => Object.keys(one)))];
}

function security(operation: OperationObject, document: OpenApiDocument): Content {
  const names = schemesOf(operation, document);
  return (
    names.length > 0 &&
    html`<p>Asks for ${names.map((name, index) => [index > 0 && ', ', html`<a href="#access">${name}</a>`])}.</p>`
  );
}

function parameterTable(parameters: readonly ParameterObject[]): Html {
  return html`<h4>Parameters</h4>
    <table>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">In</th>
          <th scope="col">What</th>
        </tr>
      </thead>
      <tbody>
        ${parameters.map(
          (one) =>
            html`<tr>
              <th scope="row">
                <code>${one.name}</code
                >${one.required === true && html` <span class="required">required</span>`}${one.deprecated === true && html` <span class="mark">deprecated</span>`}
              </th>
              <td>${one.in}</td>
              <td>${schemaView(one.schema)}${prose(one.description)}</td>
            </tr>`,
        )}
      </tbody>
    </table>`;
}

function bodyView({ description, content, required }: RequestBodyObject): Html {
  return html`<h4>Content${required === true && html` <span class="required">required</span>`}</h4>
    ${prose(description)}${contentView(content)}`;
}

function contentView(content: Readonly<Record<string, MediaTypeObject>>): Content {
  // Several media types often hold the same.
  const bySchema = new Map<string, { readonly types: string[]; readonly media: MediaTypeObject }>();
  for (const [type, media] of Object.entries(content)) {
    const text = JSON.stringify(media.schema ?? true);
    const known = bySchema.get(text);
    if (known === undefined) bySchema.set(text, { types: [type], media });
    else known.types.push(type);
  }
  return [...bySchema.values()].map(
    ({ types, media }) =>
      html`<div class="content">
        <p class="media">${types.map((type, index) => [index > 0 && ' or ', html`<code>${type}</code>`])}</p>
        ${schemaView(media.schema)}
      </div>`,
  );
}

function responseView(status: string, given: ResponseObject | Reference, document: OpenApiDocument): Content {
  if ('$ref' in given) {
    const name = given.$ref.slice(given.$ref.lastIndexOf('/') + 1);
    const { description } = document.components.responses?.[name] ?? { description: name };
    return html`<dt>${status}</dt>
      <dd><a href="#answer-${name}">${description}</a></dd>`;
  }
  return html`<dt>${status}</dt>
    <dd>${responseBody(given)}</dd>`;
}

/** What an answer says, without its status. */
export function responseBody({ description, headers, content }: ResponseObject): Content {
  return [
    prose(description),
    headers !== undefined &&
      html`<ul class="members">
        ${Object.entries(headers).map(([name, header]) => html`<li><code class="name">${name}</code> ${typeLine(header.schema)}${prose(header.description)}</li>`)}
      </ul>`,
    content !== undefined && contentView(content),
  ];
}

function form({ method, path, operation }: PlacedOperation, document: OpenApiDocument): Html {
  const { operationId, parameters = [], requestBody, servers } = operation;
  const server = servers?.[0];
  const url = server?.url.replaceAll(/\{(\w+)\}/g, (_, name: string) => server.variables?.[name]?.default ?? '');
  return html`<h4>Try it</h4>
    <form
      class="try"
      autocomplete="off"
      data-method="${method.toUpperCase()}"
      data-path="${path}"
      data-schemes="${schemesOf(operation, document).join(' ')}"
      ${url !== undefined && html` data-server="${url}"`}
    >
      ${parameters.map((one) => field(`${operationId}-${one.in}-${one.name}`, one, document))}${requestBody !== undefined && contentFields(operationId, requestBody, document)}
      <p><button type="submit">Send</button> <button type="button" class="stop" hidden>Stop</button></p>
      <output class="result" aria-live="polite"></output>
    </form>`;
}

function field(id: string, parameter: ParameterObject, document: OpenApiDocument): Content {
  const { name, in: place, required, example } = parameter;
  // Browsers send cookies themselves, and let no script set them.
  if (place === 'cookie')
    return html`<p class="note">The cookie <code>${name}</code> is sent by the browser, if it has one.</p>`;
  const schema = resolved(parameter.schema, document);
  const isList = isObject(schema) && schema['type'] === 'array';
  const wildcard = parameter['x-wildcard'] === true && ' data-wildcard';
  const shown = example ?? (required === true ? exampleOf(parameter.schema, document) : undefined);
  const attributes = html`id="${id}" data-in="${place}"
  data-name="${name}"${wildcard}${required === true && place !== 'path' && ' required'}`;
  const label = html`<label for="${id}"
    ><code>${name}</code> <span class="rule">${place}${isList && ', one value per line'}</span></label
  >`;
  const values = isObject(schema) ? schema['enum'] : undefined;
  if (Array.isArray(values)) {
    return html`<p>
      ${label}<select ${attributes}>
        ${required !== true && html`<option value=""></option>`}${values.map((value) => html`<option>${String(value)}</option>`)}
      </select>
    </p>`;
  }
  if (isList) {
    const lines = Array.isArray(shown) ? shown.map(String).join('\n') : '';
    return html`<p>${label}<textarea rows="2" data-list ${attributes}>${lines}</textarea></p>`;
  }
  const value = shown === undefined ? '' : typeof shown === 'object' ? JSON.stringify(shown) : String(shown);
  return html`<p>${label}<input type="text" spellcheck="false" value="${value}" ${attributes} /></p>`;
}

function contentFields(
  operationId: string,
  { content, required }: RequestBodyObject,
  document: OpenApiDocument,
): Content {
  const types = Object.keys(content);
  const id = `${operationId}-content`;
  return [
    html`<p>
      <label for="${id}-type">Content type</label
      ><select id="${id}-type" class="type-select">
        ${required !== true && html`<option value="">no content</option>`}${types.map((type) => html`<option${required !== true && type === types[0] && ' selected'}>${type}</option>`)}
      </select>
    </p>`,
    Object.entries(content).map(([type, media], index) => {
      const attribute = html`data-type="${type}"${index > 0 && ' hidden'}`;
      if (type === 'multipart/form-data')
        return html`<div class="body" ${attribute}>${partFields(id, media.schema, document)}</div>`;
      const shown = exampleOfMedia(media, document);
      const text =
        typeof shown === 'string' && !/json/i.test(type)
          ? shown
          : shown === undefined
            ? ''
            : JSON.stringify(shown, undefined, 2);
      return html`<p class="body" ${attribute}>
        <label for="${id}-${index}">Content</label
        ><textarea id="${id}-${index}" rows="${Math.min(16, text.split('\n').length + 1)}" spellcheck="false">
${text}</textarea>
      </p>`;
    }),
  ];
}

function exampleOfMedia({ example, examples, schema }: MediaTypeObject, document: OpenApiDocument): unknown {
  if (example !== undefined) return example;
  const [first] = Object.values(examples ?? {});
  return first !== undefined && 'value' in first ? first.value : exampleOf(schema, document);
}

/** A field for each member of a form, which is a file where its content is not text. */
function partFields(id: string, schema: JsonSchema | undefined, document: OpenApiDocument): Content {
  const whole = resolved(schema, document);
  const properties = isObject(whole) && isObject(whole['properties']) ? whole['properties'] : {};
  return Object.entries(properties).map(([name, given]) => {
    const property = resolved(given as JsonSchema, document);
    const isFile = isObject(property) && (property['format'] === 'binary' || 'contentMediaType' in property);
    return html`<p>
      <label for="${id}-part-${name}"><code>${name}</code></label
      ><input type="${isFile ? 'file' : 'text'}" id="${id}-part-${name}" data-part="${name}" />
    </p>`;
  });
}
