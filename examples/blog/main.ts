// The blog as a process.
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createBlog } from './app.ts';

const app = createBlog({
  // Without a secret of its own, sessions end with the process.
  secret: process.env['BLOG_SECRET'] || randomBytes(32).toString('base64'),
  pictures: process.env['BLOG_PICTURES'] || join(tmpdir(), 'nexure-blog'),
  logging: { format: process.stdout.isTTY ? 'pretty' : 'json', access: true },
  signals: true,
});
const { url } = await app.start(Number(process.env['PORT'] || 3000));
app.log.info('Blog on %s; log in as ada with the password "engine"', url);
