// The script of the page. It makes no HTML: whatever comes from elsewhere becomes text.

/** Stands in the page as it is here: the policy has its hash. It must not contain `</`. */
export const script = `
'use strict';
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const filter = document.querySelector('#filter');
const operations = all('.operation');

filter.addEventListener('input', () => {
  const words = filter.value.toLowerCase().split(/\\s+/).filter(Boolean);
  let count = 0;
  for (const one of operations) {
    one.hidden = !words.every((word) => one.dataset.find.includes(word));
    if (!one.hidden) count += 1;
    document.querySelector('[data-for="' + CSS.escape(one.id) + '"]').hidden = one.hidden;
  }
  for (const list of all('nav ul')) list.previousElementSibling.hidden = all('li:not([hidden])', list).length === 0;
  for (const section of all('main section')) {
    const own = all('.operation', section);
    if (own.length > 0) section.hidden = own.every((one) => one.hidden);
  }
  document.querySelector('#count').textContent = words.length === 0 ? '' : count + ' of ' + operations.length;
});

function show() {
  let id;
  try { id = decodeURIComponent(location.hash.slice(1)); } catch { return; }
  const target = document.getElementById(id);
  if (target instanceof HTMLDetailsElement) {
    target.open = true;
    target.scrollIntoView();
    target.querySelector('summary').focus({ preventScroll: true });
  }
}
addEventListener('hashchange', show);
addEventListener('click', (event) => {
  const link = event.target.closest && event.target.closest('a[href^="#"]');
  if (link && link.hash === location.hash) show();
});
show();

for (const select of all('.type-select')) {
  const change = () => {
    for (const body of all('.body', select.form)) body.hidden = body.dataset.type !== select.value;
  };
  select.addEventListener('change', change);
  change();
}

function requestOf(form) {
  const headers = new Headers();
  const query = new URLSearchParams();
  let path = form.dataset.path;
  for (const input of all('[data-in]', form)) {
    const { name } = input.dataset;
    const values = input.dataset.list === undefined ? [input.value] : input.value.split('\\n');
    for (const value of values) {
      if (input.dataset.in === 'path') {
        const text = encodeURIComponent(value);
        path = path.replaceAll('{' + name + '}', () => input.dataset.wildcard === undefined ? text : text.replaceAll('%2F', '/'));
      } else if (value !== '') {
        if (input.dataset.in === 'query') query.append(name, value);
        else headers.append(name, value);
      }
    }
  }
  const schemes = form.dataset.schemes.split(' ');
  for (const input of all('[data-scheme]')) {
    if (input.value === '' || !schemes.includes(input.dataset.scheme)) continue;
    const { kind, place, target } = input.dataset;
    const bytes = () => String.fromCharCode(...new TextEncoder().encode(input.value));
    const value = kind === 'bearer' ? 'Bearer ' + input.value : kind === 'basic' ? 'Basic ' + btoa(bytes()) : input.value;
    if (place === 'query') query.append(target, value);
    else headers.set(target, value);
  }
  const server = document.querySelector('#server');
  const base = form.dataset.server ?? (server === null ? '' : server.value);
  const text = query.toString();
  const url = new URL(base.replace(/\\/$/, '') + path + (text === '' ? '' : '?' + text), location.href);
  const init = { method: form.dataset.method, headers };
  const type = form.querySelector('.type-select');
  if (type !== null && type.value !== '') {
    const body = all('.body', form).find((one) => one.dataset.type === type.value);
    if (type.value === 'multipart/form-data') {
      init.body = new FormData();
      for (const part of all('[data-part]', body)) {
        if (part.type === 'file') for (const file of part.files) init.body.append(part.dataset.part, file);
        else if (part.value !== '') init.body.append(part.dataset.part, part.value);
      }
    } else {
      headers.set('content-type', type.value);
      init.body = body.querySelector('textarea').value;
      if (type.value === 'application/x-www-form-urlencoded') {
        const fields = new URLSearchParams();
        for (const [name, value] of Object.entries(JSON.parse(init.body || '{}'))) {
          for (const one of [value].flat()) fields.append(name, one);
        }
        init.body = fields.toString();
      }
    }
  }
  return { url, init };
}

function curlOf({ url, init }) {
  const quote = (text) => "'" + text.replaceAll("'", "'\\\\''") + "'";
  const parts = ['curl -X ' + init.method + ' ' + quote(url.href)];
  for (const [name, value] of init.headers) parts.push('-H ' + quote(name + ': ' + value));
  if (init.body instanceof FormData) {
    for (const [name, value] of init.body) parts.push('-F ' + quote(name + '=' + (value instanceof File ? '@' + value.name : value)));
  } else if (init.body !== undefined) parts.push('--data-raw ' + quote(init.body));
  return parts.join(' \\\\\\n  ');
}

function block(output, title, text) {
  const head = document.createElement('h4');
  head.textContent = title;
  const pre = document.createElement('pre');
  pre.tabIndex = 0;
  pre.textContent = text;
  output.append(head, pre);
  return pre;
}

const MAX_SHOWN = 262144;

async function read(answer, pre) {
  const type = answer.headers.get('content-type') ?? '';
  if (!/^text\\/|json|xml|javascript|urlencoded/i.test(type)) {
    const { size } = await answer.blob();
    pre.textContent = size === 0 ? '' : size + ' bytes of ' + (type || 'an unknown type');
    return;
  }
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    text += value;
    if (text.length > MAX_SHOWN) {
      void reader.cancel();
      pre.textContent = text.slice(0, MAX_SHOWN) + '\\n...';
      return;
    }
    pre.textContent = text;
  }
  if (!/json/i.test(type) || /ndjson|json-seq|jsonl/i.test(type)) return;
  try { pre.textContent = JSON.stringify(JSON.parse(text), undefined, 2); } catch { }
}

for (const form of all('.try')) {
  const output = form.querySelector('.result');
  const stop = form.querySelector('.stop');
  const send = form.querySelector('[type=submit]');
  let running;
  stop.addEventListener('click', () => running.abort());
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    output.replaceChildren();
    running = new AbortController();
    send.disabled = true;
    stop.hidden = false;
    try {
      const request = requestOf(form);
      block(output, 'Request', curlOf(request));
      const begun = performance.now();
      const answer = await fetch(request.url, { ...request.init, signal: running.signal });
      const elapsed = Math.round(performance.now() - begun);
      const headers = [...answer.headers].map(([name, value]) => name + ': ' + value).join('\\n');
      block(output, 'Answer: ' + answer.status + ' ' + answer.statusText + ' in ' + elapsed + ' ms', headers).classList.add('head');
      const pre = block(output, 'Content', '');
      if (answer.body !== null) await read(answer, pre);
      if (pre.textContent === '') { pre.previousSibling.remove(); pre.remove(); }
    } catch (error) {
      if (error.name !== 'AbortError') block(output, 'It could not be sent', String(error.message));
    } finally {
      send.disabled = false;
      stop.hidden = true;
    }
  });
}
`;
