import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { resolve } from "node:path";
import { build, defineConfig, type Plugin } from "vite";

const here = import.meta.dirname;

/** The icons we use, from lucide-static: `virtual:icons` for TypeScript and `icons.json` for Django. */
function icons(): Plugin {
  const names = JSON.parse(readFileSync(resolve(here, "icons.json"), "utf8")) as Record<string, string>;
  const drawings = JSON.stringify(
    Object.fromEntries(
      Object.entries(names).map(([name, file]) => {
        const svg = readFileSync(resolve(here, `node_modules/lucide-static/icons/${file}.svg`), "utf8");
        return [name, svg.replace(/^[\s\S]*?<svg[^>]*>|<\/svg>\s*$/g, "").replace(/\s*\n\s*/g, "")];
      }),
    ),
  );
  return {
    name: "icons",
    resolveId: (id) => (id === "virtual:icons" ? "\0icons" : null),
    load: (id) => (id === "\0icons" ? `export default ${drawings}` : null),
    generateBundle() {
      this.emitFile({ type: "asset", fileName: "icons.json", source: drawings });
    },
  };
}

/**
 * `service-worker.js`: one classic script, built by itself, for a worker cannot load modules in every browser. It is
 * told which files reporting needs, so that a build with other files is another worker and brings them.
 */
function serviceWorker(): Plugin {
  const needed = ["site", "melden"];
  return {
    name: "service-worker",
    apply: "build",
    enforce: "post",
    async generateBundle(_options, bundle) {
      const files = new Set<string>();
      const add = (file: string): void => {
        const chunk = bundle[file];
        if (files.has(file) || chunk?.type !== "chunk") return;
        files.add(file);
        const { importedCss, importedAssets } = chunk.viteMetadata ?? { importedCss: [], importedAssets: [] };
        for (const style of importedCss) files.add(style);
        for (const asset of importedAssets) if (!asset.endsWith(".woff2") || asset.includes("-latin-wght")) files.add(asset);
        for (const other of [...chunk.imports, ...chunk.dynamicImports]) add(other);
      };
      for (const chunk of Object.values(bundle)) if (chunk.type === "chunk" && chunk.isEntry && needed.includes(chunk.name)) add(chunk.fileName);
      const sorted = [...files].sort().map((file) => `${base}${file}`);
      const version = createHash("sha256").update(sorted.join()).digest("hex").slice(0, 12);
      const built = await build({
        configFile: false,
        root: here,
        publicDir: false,
        logLevel: "warn",
        define: { __SHELL__: JSON.stringify({ version, files: sorted }) },
        build: { write: false, target, rolldownOptions: { input: resolve(here, "src/service-worker.ts"), output: { format: "iife" } } },
      });
      const [worker] = (Array.isArray(built) ? built : [built]).flatMap((one) => ("output" in one ? one.output : []));
      if (worker?.type !== "chunk") throw new Error("The service worker was not built.");
      this.emitFile({ type: "asset", fileName: "service-worker.js", source: worker.code });
    },
  };
}

const base = "/static/app/";
const target = ["chrome100", "firefox100", "safari15.4"];
const entries = ["site", "account", "home", "melden", "volgen", "push", "mine", "beginnen", "wijk", "widget", "initiatives", "polls", "blocks", "tone", "desk/main", "desk/page", "desk/settings", "desk/card", "desk/map/main", "desk/round/main"].filter((entry) => existsSync(resolve(here, `src/${entry}.ts`)));
const themes = readdirSync(resolve(here, "styles/themes")).filter((file) => file.endsWith(".css"));

export default defineConfig({
  root: here,
  base,
  publicDir: resolve(here, "public"),
  plugins: [icons(), serviceWorker()],
  build: {
    outDir: resolve(here, "dist"),
    manifest: "manifest.json",
    target,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
    rolldownOptions: {
      input: Object.fromEntries([
        ...entries.map((entry) => [entry.replace("/main", ""), resolve(here, `src/${entry}.ts`)]),
        ...themes.map((file) => [`theme-${file.replace(".css", "")}`, resolve(here, `styles/themes/${file}`)]),
      ]),
    },
  },
});
