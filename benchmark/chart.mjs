// @ts-check
/** The results as one SVG: a panel per scenario, a bar per server, each panel on its own linear scale from 0. */
import { short } from './report.mjs';
import { scenarios } from './scenarios.mjs';
import { LIMIT, OURS, serverOf, servers } from './servers.mjs';

const COLUMNS = 2;
const PANEL_WIDTH = 480;
const BAR_HEIGHT = 18;
const BAR_STEP = 24;
const LABEL_WIDTH = 100;
const VALUE_WIDTH = 70;
const PANEL_HEAD = 34;
const MARGIN = 24;
const TITLE_HEIGHT = 56;

const COLOURS = { ours: '#c2410c', limit: '#94a3b8', other: '#475569' };

/** @param {string} text */
export const escaped = (text) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** @param {string} server */
const colourOf = (server) => (server === OURS ? COLOURS.ours : server === LIMIT ? COLOURS.limit : COLOURS.other);

/** @param {number} x @param {number} y @param {string} text @param {string} [more] attributes */
const label = (x, y, text, more = '') => `<text x="${x}" y="${y}" ${more}>${escaped(text)}</text>`;

/**
 * @param {import('./statistics.mjs').Row[]} rows @param {string} name @param {number} x @param {number} y
 */
function panel(rows, name, x, y) {
  const most = Math.max(...rows.map((row) => row.requestsPerCpuSecond));
  const room = PANEL_WIDTH - LABEL_WIDTH - VALUE_WIDTH;
  const bars = rows.map((row, index) => {
    const top = y + PANEL_HEAD + index * BAR_STEP;
    const width = Math.max(1, (row.requestsPerCpuSecond / most) * room).toFixed(1);
    const baseline = top + BAR_HEIGHT - 5;
    return [
      label(x + LABEL_WIDTH - 8, baseline, serverOf(row.server).id, 'text-anchor="end"'),
      `<rect x="${x + LABEL_WIDTH}" y="${top}" width="${width}" height="${BAR_HEIGHT}" fill="${colourOf(row.server)}"/>`,
      label(x + LABEL_WIDTH + Number(width) + 6, baseline, short(row.requestsPerCpuSecond)),
    ].join('\n');
  });
  return [label(x, y + 20, name, 'font-weight="bold"'), ...bars].join('\n');
}

/**
 * @param {import('./report.mjs').Results} results
 * @returns {string} the SVG document
 */
export function chart(results) {
  const order = servers.map(({ id }) => id);
  const panels = scenarios
    .map(({ name }) => ({ name, rows: results.summary.filter((row) => row.scenario === name) }))
    .filter(({ rows }) => rows.length > 0)
    .map(({ name, rows }) => ({
      name,
      rows: rows.toSorted((a, b) => order.indexOf(a.server) - order.indexOf(b.server)),
    }));
  const tallest = Math.max(...panels.map(({ rows }) => rows.length));
  const panelHeight = PANEL_HEAD + tallest * BAR_STEP + 16;
  const width = COLUMNS * (PANEL_WIDTH + MARGIN) + MARGIN;
  const height = TITLE_HEIGHT + Math.ceil(panels.length / COLUMNS) * panelHeight + MARGIN;
  const { machine } = results;
  const subtitle = `Node.js ${machine.node}, ${machine.cpu}, ${results.loadGenerator}, ${results.date.slice(0, 10)}`;
  const drawn = panels.map(({ name, rows }, index) => {
    const x = MARGIN + (index % COLUMNS) * (PANEL_WIDTH + MARGIN);
    return panel(rows, name, x, TITLE_HEIGHT + Math.floor(index / COLUMNS) * panelHeight);
  });
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ` +
      'font-family="system-ui, sans-serif" font-size="13" fill="#0f172a" role="img">',
    '<title>Requests per CPU-second of the server, by scenario</title>',
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    label(MARGIN, 26, 'Requests per CPU-second of the server (more is better)', 'font-size="16" font-weight="bold"'),
    label(MARGIN, 46, subtitle, 'fill="#475569"'),
    ...drawn,
    '</svg>',
  ].join('\n')}\n`;
}
