import { existsSync, readFileSync, readdirSync } from "node:fs";
import { resolve } from "node:path";
import { defineConfig, type Plugin } from "vite";

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

const entries = ["site", "account", "home", "melden", "volgen", "wijk", "desk/main", "desk/page", "desk/settings", "desk/map/main", "desk/round/main", "service-worker"].filter((entry) => existsSync(resolve(here, `src/${entry}.ts`)));
const themes = readdirSync(resolve(here, "styles/themes")).filter((file) => file.endsWith(".css"));

export default defineConfig({
  root: here,
  base: "/static/app/",
  publicDir: resolve(here, "public"),
  plugins: [icons()],
  build: {
    outDir: resolve(here, "dist"),
    manifest: "manifest.json",
    target: ["chrome100", "firefox100", "safari15.4"],
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
