/** How long to wait before a part is asked for once more: a network that comes and goes, a server that starts anew. */
const waitsMs = [300, 1000, 3000]

/**
 * Loads a part of the pages with the style sheets and scripts that it needs, and once more when something is lost on the
 * way. The build puts it around every `import()`, under this name (`vite.config.ts`).
 * @param files paths of what is needed, from the importer's
 */
export async function __vitePreload<T>(
  load: () => Promise<T>,
  files: readonly string[] = [],
  importer = location.href,
): Promise<T> {
  for (const waitMs of waitsMs) {
    try {
      return await withFiles(load, files, importer)
    } catch {
      await new Promise((resolve) => setTimeout(resolve, waitMs))
    }
  }
  return withFiles(load, files, importer)
}

async function withFiles<T>(load: () => Promise<T>, files: readonly string[], importer: string): Promise<T> {
  await Promise.all(files.map((file) => fetched(new URL(file, importer).href)))
  return load()
}

/** Style sheets that are on their way. */
const coming = new Map<string, Promise<void>>()

/** A style sheet has to be there before what it dresses; a script is only asked for early. */
function fetched(href: string): Promise<void> | undefined {
  if (coming.has(href)) return coming.get(href)
  if ([...document.querySelectorAll('link')].some((link) => link.href === href)) return
  const link = document.createElement('link')
  const isStyle = href.endsWith('.css')
  link.rel = isStyle ? 'stylesheet' : 'modulepreload'
  link.nonce = document.querySelector('script')?.nonce ?? ''
  link.href = href
  document.head.append(link)
  if (!isStyle) return
  const arrived = new Promise<void>((resolve, reject) => {
    link.onload = () => resolve()
    link.onerror = () => reject(new Error(`not loaded: ${href}`))
  }).finally(() => coming.delete(href))
  // What failed would count as there.
  arrived.catch(() => link.remove())
  coming.set(href, arrived)
  return arrived
}
