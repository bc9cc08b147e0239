export function pageOf(_d: unknown, _p: string | undefined): { html: string; policy: string } {
  return { html: '', policy: '' };
}
