// The page for people: one document of HTML that asks for nothing else, so that it works without a network and under the
// strictest policy. Without scripts it can be read; a small one filters, and sends what the forms say.
import { createHash } from 'node:crypto';

import { exampleOf } from './example.ts';
import { Html, html, isWebAddress, link, prose } from './html.ts';
import { operationView, responseBody } from './operation.ts';
import { schemaView } from './schema.ts';
import { script } from './script.ts';
import { style } from './style.ts';

import type { OpenApiDocument, OperationObject, SecurityScheme, ServerObject } from '../types.ts';
import type { Content } from './html.ts';
import type { PlacedOperation } from './operation.ts';

/** Byte for byte what the policy has the hashes of. */
const STYLE = new Html(`<style>${style}</style>`);
const SCRIPT = new Html(`<script>${script}</script>`);

/** What stands for operations without a tag. */
const UNTAGGED = 'Other operations';

/** The page of a document, and the `Content-Security-Policy` that it is sent with. */
export function pageOf(document: OpenApiDocument, documentPath: string | undefined): { html: string; policy: string } {
  const { info, servers = [], components } = document;
  const groups = groupsOf(document);
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${info.title}</title>
        <link rel="icon" href="data:," />
        ${STYLE}
      </head>
      <body>
        <a class="skip" href="#content">Skip to the operations</a>
        <nav aria-label="Operations">
          <label for="filter">Filter</label><input id="filter" type="search" placeholder="path, method or name" />
          <p id="count" class="note" aria-live="polite"></p>
          ${groups.map(
            ([name, operations]) =>
              html`<h2>${name}</h2>
                <ul>
                  ${operations.map(
                    ({ method, path, operation }) =>
                      html`<li data-for="op-${operation.operationId}">
                        <a href="#op-${operation.operationId}"
                          ><span class="method ${method}">${method.toUpperCase()}</span> ${path}</a
                        >
                      </li>`,
                  )}
                </ul>`,
          )}
        </nav>
        <main id="content">
          <header>
            <h1>${info.title} <span class="version">${info.version}</span></h1>
            ${info.summary !== undefined && html`<p class="lead">${info.summary}</p>`}${prose(info.description)}${about(document, documentPath)}
          </header>
          ${serversView(servers)}${accessView(components.securitySchemes ?? {})}
          ${groups.map(
            ([name, operations, description]) =>
              html`<section>
                <h2>${name}</h2>
                ${prose(description)}${operations.map((one) => operationView(one, document))}
              </section>`,
          )}
          ${schemasView(document)}${answersView(document)}
        </main>
        ${SCRIPT}
      </body>
    </html> `;
  return { html: page.text, policy: policyFor(document) };
}

function about({ info, externalDocs }: OpenApiDocument, path: string | undefined): Content {
  const { contact, license, termsOfService } = info;
  const parts: Content[] = [
    path !== undefined && html`<a href="${path}">OpenAPI document</a>`,
    externalDocs !== undefined && link(externalDocs.url, externalDocs.description ?? externalDocs.url),
    contact !== undefined &&
      link(
        contact.url ?? (contact.email === undefined ? undefined : `mailto:${contact.email}`),
        contact.name ?? contact.email ?? contact.url ?? '',
      ),
    license !== undefined && link(license.url, license.name),
    termsOfService !== undefined && link(termsOfService, 'Terms of service'),
  ].filter((part) => part !== false);
  return parts.length > 0 && html`<p class="about">${parts.map((part, index) => [index > 0 && ' · ', part])}</p>`;
}

/** Operations by their first tag: those that are described first, in their order. */
function groupsOf(
  document: OpenApiDocument,
): (readonly [name: string, operations: PlacedOperation[], description?: string])[] {
  const groups = new Map<string, PlacedOperation[]>((document.tags ?? []).map(({ name }) => [name, []]));
  for (const [path, item] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(item) as [string, OperationObject][]) {
      const name = operation.tags?.[0] ?? UNTAGGED;
      const group = groups.get(name);
      if (group === undefined) groups.set(name, [{ method, path, operation }]);
      else group.push({ method, path, operation });
    }
  }
  const only = groups.size === 1 && groups.has(UNTAGGED);
  return [...groups]
    .filter(([, operations]) => operations.length > 0)
    .map(([name, operations]) => {
      const description = document.tags?.find((tag) => tag.name === name)?.description;
      const title = only ? 'Operations' : name;
      return description === undefined ? [title, operations] : [title, operations, description];
    });
}

/** The address of a server, with the defaults of its variables. */
function addressOf({ url, variables = {} }: ServerObject): string {
  return url.replaceAll(/\{([^{}]+)\}/g, (_, name: string) =>
    Object.hasOwn(variables, name) ? (variables[name]?.default ?? '') : '',
  );
}

function serversView(servers: readonly ServerObject[]): Content {
  const usable = servers.filter(({ url }) => isWebAddress(url) || /^\.{0,2}\//.test(url) || url === '');
  if (usable.length === 0) return undefined;
  return html`<p class="server">
    <label for="server">Server</label
    ><select id="server">
      ${usable.map((server) => html`<option value="${addressOf(server)}">${addressOf(server)}${server.description !== undefined && ` (${server.description})`}</option>`)}
    </select>
  </p>`;
}

function accessView(schemes: Readonly<Record<string, SecurityScheme>>): Content {
  const entries = Object.entries(schemes);
  if (entries.length === 0) return undefined;
  return html`<section id="access">
    <h2>Access</h2>
    <p class="note">What is entered here stays on this page, and is gone with it.</p>
    ${entries.map(([name, scheme]) => schemeView(name, scheme))}
  </section>`;
}

function schemeView(name: string, scheme: SecurityScheme): Html {
  const isBasic = scheme.type === 'http' && scheme.scheme.toLowerCase() === 'basic';
  const kind =
    scheme.type === 'http'
      ? `HTTP ${scheme.scheme}`
      : scheme.type === 'apiKey'
        ? `${scheme.name} in ${scheme.in}`
        : scheme.type;
  const byScript = scheme.type !== 'mutualTLS' && !(scheme.type === 'apiKey' && scheme.in === 'cookie');
  const place = scheme.type === 'apiKey' ? scheme.in : 'header';
  const target = scheme.type === 'apiKey' ? scheme.name : 'Authorization';
  return html`<p>
      ${
        byScript
          ? html`<label for="scheme-${name}"
                ><code>${name}</code> <span class="rule">${kind}${isBasic && ', as name:password'}</span></label
              ><input
                id="scheme-${name}"
                type="password"
                autocomplete="off"
                data-scheme="${name}"
                data-place="${place}"
                data-target="${target}"
                data-kind="${isBasic ? 'basic' : scheme.type === 'apiKey' ? 'plain' : 'bearer'}"
              />`
          : html`<code>${name}</code> <span class="rule">${kind}, which the browser sends</span>`
      }
    </p>
    ${prose(scheme.description)}`;
}

function schemasView(document: OpenApiDocument): Content {
  const schemas = Object.entries(document.components.schemas ?? {});
  return (
    schemas.length > 0 &&
    html`<section>
      <h2>Schemas</h2>
      ${schemas.map(([name, schema]) => {
        const example = exampleOf(schema, document);
        return html`<details class="schema" id="schema-${name}">
          <summary><code>${name}</code></summary>
          <div class="inside">
            ${schemaView(schema)}${example !== undefined && html`<pre>${JSON.stringify(example, undefined, 2)}</pre>`}
          </div>
        </details>`;
      })}
    </section>`
  );
}

function answersView({ components }: OpenApiDocument): Content {
  const responses = Object.entries(components.responses ?? {});
  return (
    responses.length > 0 &&
    html`<section>
      <h2>Errors</h2>
      ${responses.map(([name, response]) => {
        const examples = Object.entries(response.content?.['application/problem+json']?.examples ?? {});
        return html`<details class="schema" id="answer-${name}">
          <summary><code>${name}</code> <span class="summary">${response.description}</span></summary>
          <div class="inside">
            ${responseBody(response)}${
              examples.length > 0 &&
              html`<dl>
                ${examples.map(
                  ([code, example]) =>
                    html`<dt><code>${code}</code></dt>
                      <dd>${'summary' in example && prose(example.summary)}</dd>`,
                )}
              </dl>`
            }
          </div>
        </details>`;
      })}
    </section>`
  );
}

/** Nothing but the page's own style and script, and requests to its own server and those that the document names. */
function policyFor({ servers = [], paths }: OpenApiDocument): string {
  const all = [
    ...servers,
    ...Object.values(paths).flatMap((item) => Object.values(item).flatMap(({ servers: own = [] }) => own)),
  ];
  const origins = all.flatMap((server) => {
    const address = addressOf(server);
    if (/^\/\/[\w.-]+(?::\d+)?(?:\/|$)/.test(address)) return [address.split('/')[2] ?? ''];
    return isWebAddress(address) && URL.canParse(address) ? [new URL(address).origin] : [];
  });
  return [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(style)}'`,
    `connect-src ${["'self'", ...new Set(origins.filter((origin) => /^[\w.:/[\]-]+$/.test(origin)))].join(' ')}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join('; ');
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
