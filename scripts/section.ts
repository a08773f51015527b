/** A page with other lines between `<!-- name: … -->` and `<!-- end of name -->`. */
export function fill(page: string, name: string, lines: readonly string[]): string {
  const pattern = new RegExp(`(<!-- ${name}: [^\n]*-->\n)[^]*?(<!-- end of ${name} -->)`);
  if (!pattern.test(page)) {
    throw new Error(`the page has no section for ${name}`);
  }
  return page.replace(pattern, (_, open, close) => `${open}${lines.join("\n")}\n${close}`);
}
