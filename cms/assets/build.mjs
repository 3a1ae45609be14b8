/**
 * Builds the front-end assets: Sass to CSS, the modules of portal.js to one file, and the fonts that the design uses.
 *
 * Everything lands below cms/static/build/, so that the portal serves it itself and no page asks another host.
 * The CSS addresses the fonts as ../fonts/NAME.woff2.
 */
import { copyFileSync, mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import * as esbuild from "esbuild";
import * as sass from "sass";

const assets = dirname(fileURLToPath(import.meta.url));
const root = resolve(assets, "../..");
const target = join(root, "cms/static/build");
const modules = join(root, "node_modules");

// KERN sets text in the weights 400, 500 and 600; other cuts would only be downloaded for nothing.
const fonts = ["Regular", "Italic", "Medium", "SemiBold"].map((cut) => `FiraSans-${cut}.woff2`);

function place(file) {
  const path = join(target, file);
  mkdirSync(dirname(path), { recursive: true });
  return path;
}

function buildStyles() {
  // Warnings about KERN's own sources are not ours to solve; those about our files stay visible.
  const { css } = sass.compile(join(assets, "scss/portal.scss"), {
    loadPaths: [modules],
    quietDeps: true,
    style: "compressed",
  });
  writeFileSync(place("css/portal.css"), css);
}

async function buildScripts() {
  await esbuild.build({
    entryPoints: [join(assets, "js/portal.js")],
    outfile: place("js/portal.js"),
    bundle: true,
    minify: true,
    format: "iife",
    target: "es2020",
    charset: "utf8",
    legalComments: "none",
    logLevel: "warning",
  });
}

function copyFonts() {
  for (const font of fonts) {
    copyFileSync(join(modules, "@kern-ux/native/dist/fonts/fira-sans", font), place(join("fonts", font)));
  }
}

function report() {
  for (const file of ["css/portal.css", "js/portal.js"]) {
    const path = join(target, file);
    console.log(`${relative(root, path)}: ${(statSync(path).size / 1024).toFixed(1)} kB`);
  }
}

try {
  rmSync(target, { recursive: true, force: true });
  copyFonts();
  await buildScripts();
  // Last, because make takes the style sheet for the sign that all of it is there.
  buildStyles();
  report();
} catch (error) {
  console.error(`The assets could not be built: ${error.message}`);
  process.exit(1);
}
